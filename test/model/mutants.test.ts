import type { Property } from "irqproof/checker";
import { interruptSystem, type CommonParameters, type Strategy, type SystemState } from "irqproof/model";
import { withAllProperties } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { gicv2m, gicv3Its } from "../../catalogue/arm/schemes/gic.ts";
import { msiRedirect, msiRedirectOffline } from "../../catalogue/arm/schemes/redirect.ts";
import { aplicMsi } from "../../catalogue/riscv/schemes/aplic.ts";
import { avec, loongarchRedirect } from "../../catalogue/loongarch/schemes/avec.ts";
import { x86Avic } from "../../catalogue/x86/schemes/guest.ts";
import { hypervRetarget } from "../../catalogue/x86/schemes/hyperv.ts";
import { imsicMerged, imsicTemporaryId, mergedDriver } from "../../catalogue/riscv/schemes/imsic.ts";
import { msiMasked } from "../../catalogue/x86/schemes/msi-masked.ts";
import { msixMasked } from "../../catalogue/x86/schemes/msix.ts";
import { x86BlockTwoStep } from "../../catalogue/x86/schemes/multi-message.ts";
import { x86SameCpu, x86SameVector } from "../../catalogue/x86/schemes/one-word.ts";
import { plicAffinity } from "../../catalogue/riscv/schemes/plic.ts";
import { x86CleanupAtOnce, x86CleanupIpi } from "../../catalogue/x86/schemes/cleanup.ts";
import { x86DataFirstCheck } from "../../catalogue/x86/schemes/data-first.ts";
import { postedDriver, x86Posted, x86PostedOffline } from "../../catalogue/x86/schemes/posted.ts";
import { x86PinnedThread, x86TwoStep, x86TwoStepForeignVector } from "../../catalogue/x86/schemes/two-step.ts";
import { check, defaults } from "./checking.ts";

/** Parameters at which a mutant may be caught: a flush matters only in a fabric that it drains. */
const surroundings: Partial<CommonParameters>[] = [{ fabric: "none" }, { fabric: "fifo-drain", raises: 2 }];

/** Properties that a scheme that loses nothing may violate. */
const mayFail = new Set(["no-foreign-only", "one-word-per-write"]);

/** The properties that a mutant violates; none if it is not caught. */
async function caughtBy(strategy: Strategy): Promise<string[]> {
  // Those of several messages take longer, and show themselves in the fabric.
  for (const surrounding of strategy.sharesMessage === true ? surroundings.slice(1) : surroundings) {
    // Infinite runs are looked at when no state and no step has given the mutant away, in the states that were walked.
    const withRuns = surrounding.fabric === "none";
    const violated = await violatedIn(strategy, surrounding, ({ kind }) => withRuns || kind !== "leadsTo");
    if (violated.length > 0) return violated;
  }
  return [];
}

async function violatedIn(
  strategy: Strategy,
  surrounding: Partial<CommonParameters>,
  decides: (property: Property<SystemState>) => boolean,
): Promise<string[]> {
  const devices = strategy.allocation === "foreign-vector" || strategy.sharesMessage === true ? 2 : 1;
  // Room for a block of other vectors on each CPU.
  const block = strategy.sharesMessage === true ? { vectors: 4, raises: 1 } : {};
  const system = interruptSystem("mutant", strategy, { ...defaults, moves: 1, devices, ...surrounding, ...block });
  const model = withAllProperties(system);
  const decided = [...model.properties].filter(([id, property]) => decides(property) && !mayFail.has(id));
  const report = await check(model, { untilViolation: true, properties: decided.map(([id]) => id) });
  return report.properties.filter(({ verdict }) => verdict === "violated").map(({ id }) => id);
}

interface Mutant {
  readonly name: string;
  readonly strategy: Strategy;
}

/** Before a vector is allocated there is nothing to write: `strategyRule` refuses all but the mask there. */
function mayAllocate({ program }: Strategy): boolean {
  const at = program.findIndex(({ allocates }) => allocates === true);
  return program.slice(0, Math.max(0, at)).every(({ name }) => name === "mask");
}

/** Each step dropped, and each two neighbours swapped. */
function mutantsOf(strategy: Strategy): Mutant[] {
  const { program } = strategy;
  const name = (index: number): string => `${program[index]!.name} (${index})`;
  const dropped = program.map((_, index) => ({
    name: `without ${name(index)}`,
    strategy: { ...strategy, program: program.filter((_step, other) => other !== index) },
  }));
  const swapped = program.slice(1).map((_, index) => ({
    name: `${name(index + 1)} before ${name(index)}`,
    strategy: {
      ...strategy,
      program: program.map((step, at) =>
        at === index ? program[index + 1]! : at === index + 1 ? program[index]! : step,
      ),
    },
  }));
  return [...dropped, ...swapped].filter(({ strategy: mutant }) => mayAllocate(mutant));
}

const sameValue = "the register has this value already, so the write is never taken";
const lastFlush = "the flush after the last write drains what this one would have";
const sameLock = "vector_lock orders kernel memory only: neither the device nor an IRR is under it";
const maskedWrites = "while the device is masked the order of the writes is invisible";

const oneRegister =
  "the route is one register, and what is pending goes along with it: in the model the interrupt need not be disabled";

const atOnce = "the hypervisor changes CPU and vector at once: there is no pair between that a mask would hide";

const oneHart = {
  "without clear_enable (0)":
    "a source that stays enabled for its old hart as well loses nothing; the model has one hart, which the second step replaces",
};

const ownHart =
  "the move runs on the old hart with interrupts off, which claims nothing before the old identity is left";

/** Mutants that no property can catch, because they do the same; with the reason. */
const twoStepEquivalents: Readonly<Record<string, string>> = {
  "without write_address (1)": sameValue,
  "without flush (3)": lastFlush,
  "without write_data (5)": sameValue,
  "write_address (1) before mark_retriggered (0)": sameValue,
  "write_data (2) before write_address (1)": sameValue,
  "flush (3) before write_data (2)": lastFlush,
  "write_address (4) before flush (3)": lastFlush,
  "write_data (5) before write_address (4)": sameValue,
  "flush (6) before write_data (5)": sameValue,
  "unlock_vectors (7) before flush (6)": sameLock,
  "read_irr (8) before unlock_vectors (7)": sameLock,
};
const maskedInTime = "the vector is allocated by a task here: the device is masked before a word is written either way";
const maskedEquivalents: Readonly<Record<string, string>> = {
  "without allocate (1)": maskedInTime,
  "allocate (1) before mask (0)": maskedInTime,
  "write_data (3) before write_address (2)": maskedWrites,
  "flush (4) before write_data (3)": `${maskedWrites}, and the flush still comes before the move ends`,
  "unmask (5) before flush (4)": "a message sent on unmask goes to the new target, which stays",
};

const subjects: readonly { name: string; strategy: Strategy; equivalent: Readonly<Record<string, string>> }[] = [
  { name: "x86-two-step", strategy: x86TwoStep, equivalent: twoStepEquivalents },
  { name: "x86-pinned-thread", strategy: x86PinnedThread, equivalent: twoStepEquivalents },
  { name: "x86-cleanup-ipi", strategy: x86CleanupIpi, equivalent: twoStepEquivalents },
  {
    name: "x86-two-step-foreign-vector",
    strategy: x86TwoStepForeignVector,
    equivalent: {
      ...twoStepEquivalents,
      "without mark_retriggered (0)":
        "the slot is another interrupt's, so nothing is marked; what remains is the lock, taken for the unlock's sake",
    },
  },
  {
    name: "x86-data-first-check",
    strategy: x86DataFirstCheck,
    equivalent: {
      "write_data (1) before mark_retriggered (0)": "the slot is read only once interrupts are on again",
      "unlock_vectors (4) before flush (3)": sameLock,
      "read_irr (5) before unlock_vectors (4)": sameLock,
    },
  },
  {
    name: "x86-same-vector",
    strategy: x86SameVector,
    equivalent: {
      "without write_data (1)": sameValue,
      "write_data (1) before write_address (0)": sameValue,
      "flush (2) before write_data (1)": sameValue,
    },
  },
  {
    name: "x86-same-cpu",
    strategy: x86SameCpu,
    equivalent: { "without write_address (0)": sameValue, "write_data (1) before write_address (0)": sameValue },
  },
  { name: "msi-masked", strategy: msiMasked, equivalent: maskedEquivalents },
  { name: "msix-masked", strategy: msixMasked, equivalent: maskedEquivalents },
  {
    name: "imsic-merged",
    strategy: imsicMerged,
    equivalent: {
      "without disable_identity (0)": ownHart,
      "write_address (1) before disable_identity (0)": ownHart,
      "without write_address (1)": sameValue,
      "without write_data (5)": sameValue,
      "write_data (2) before write_address (1)": sameValue,
      "write_data (5) before write_address (4)": sameValue,
      "flush (6) before write_data (5)": sameValue,
      "without flush (3)": lastFlush,
      "flush (3) before write_data (2)": lastFlush,
      "write_address (4) before flush (3)": lastFlush,
      "without enter_identity (8)":
        "where the interrupt was is noted with the allocation, and the next step asks for the sync",
      "enter_identity (8) before leave_identity (7)":
        "the new identity waits for the old hart, in either order of the requests",
    },
  },
  { name: "avec, cleanup after the write", strategy: avec("after-write", "any"), equivalent: {} },
  { name: "loongarch-redirect", strategy: loongarchRedirect("atomic", "any"), equivalent: {} },
  {
    name: "gicv2m",
    strategy: gicv2m("gicv3"),
    equivalent: {
      "without disable (0)": oneRegister,
      "route (1) before disable (0)": oneRegister,
      "enable (2) before route (1)": oneRegister,
    },
  },
  {
    name: "aplic-msi",
    strategy: aplicMsi("retriggers"),
    equivalent: {
      "write_target (2) before retrigger_source (1)": "the source is not enabled yet: what is pending waits",
      "enter_identity (4) before leave_identity (3)":
        "the new identity waits for the old hart, in either order of the requests",
      "enable_source (5) before enter_identity (4)":
        "a message to an identity that is not enabled yet stays pending there",
    },
  },
  { name: "x86-posted", strategy: x86Posted(), equivalent: {} },
  {
    name: "x86-multi-msi",
    strategy: x86BlockTwoStep("all"),
    equivalent: {
      "write_data (1) before mark_retriggered (0)": "the slot is read only once interrupts are on again",
      "without flush (2)": lastFlush,
      "flush (2) before write_data (1)": lastFlush,
      "write_address (3) before flush (2)": lastFlush,
      "unlock_vectors (5) before flush (4)": sameLock,
      "read_irr (6) before unlock_vectors (5)": sameLock,
    },
  },
  { name: "x86-avic", strategy: x86Avic("entry"), equivalent: {} },
  {
    name: "hyperv-retarget",
    strategy: hypervRetarget("succeeds"),
    equivalent: {
      "without mask (0)": atOnce,
      "retarget (1) before mask (0)": atOnce,
      "unmask (2) before retarget (1)": atOnce,
    },
  },
  { name: "plic", strategy: plicAffinity({ eoi: "enable-bit", flow: "fasteoi" }, "level"), equivalent: oneHart },
  {
    name: "plic behind a chained chip",
    strategy: plicAffinity({ eoi: "enable-bit-locked", flow: "chained" }, "level"),
    equivalent: oneHart,
  },
];

/** Schemes that run the program of x86-two-step in other surroundings. */
const likeTwoStep = new Set<Strategy>([x86PinnedThread, x86CleanupIpi, x86TwoStepForeignVector]);

/**
 * Whether a mutant is worth the time: that nothing catches one takes two whole searches. What is equivalent in
 * x86-two-step is tried there, and with the schemes that are like it in the long tests.
 */
function isTried(strategy: Strategy, name: string): boolean {
  if (process.env["IRQPROOF_LONG"] !== undefined) return true;
  return !likeTwoStep.has(strategy) || !Object.hasOwn(twoStepEquivalents, name);
}

describe.each(subjects)("mutants of $name", ({ strategy, equivalent }) => {
  test("the strategy itself is caught by nothing", async () => {
    expect(await caughtBy(strategy)).toEqual([]);
  });

  const tried = mutantsOf(strategy).filter(({ name }) => isTried(strategy, name));
  test.each(tried.map(({ name, strategy: mutant }) => [name, mutant] as const))("%s", async (name, mutant) => {
    const caught = await caughtBy(mutant);
    expect({ by: caught, caught: caught.length > 0 }).toMatchObject({ caught: !Object.hasOwn(equivalent, name) });
  });

  test("every mutant called equivalent is one", () => {
    const names = mutantsOf(strategy).map(({ name }) => name);
    for (const name of Object.keys(equivalent)) expect(names).toContain(name);
  });
});

describe("a check that is skipped", () => {
  test.each([
    ["the IRR test of the cleanup", { ...x86TwoStep, cleanup: "timer-unchecked" }],
    ["the wait of the cleanup for the first arrival", x86CleanupAtOnce],
    ["interrupts off: the move in a task on any CPU", { ...x86TwoStep, context: { kind: "task", runsOn: "any" } }],
    ["the look at the temporary identity", { ...imsicMerged, imsic: { ...mergedDriver, checksTemporary: false } }],
    ["the wait for the flow of a handler elsewhere", imsicTemporaryId("simple")],
    ["the resend of what the flow leaves", gicv3Its("drop", "moved")],
    [
      "the look at the enable bit before a completion",
      plicAffinity({ eoi: "disabled-flag", flow: "fasteoi" }, "level"),
    ],
    ["the lock around that look and the completion", plicAffinity({ eoi: "enable-bit", flow: "chained" }, "level")],
    ["the EOI of a vector that was retriggered", x86PostedOffline({ ...postedDriver, ackEndsRetriggered: false })],
    ["the test of what is posted, in the cleanup", x86Posted({ ...postedDriver, testsSeePosted: false })],
    ["the test of what is posted, in the scan", x86PostedOffline({ ...postedDriver, testsSeePosted: false })],
    ["the look at a wire after its source is configured", aplicMsi("leaves")],
    ["the look at a wire at the end of an interrupt", aplicMsi("retriggers", { retriggersAtEnd: false })],
    ["the clearing of a status bit before the redirect", msiRedirect({ acknowledges: "after-handler" })],
    ["the run of work that is queued on an outgoing CPU", msiRedirectOffline({}, false)],
    ["the lock in a thread that redirects", msiRedirectOffline({ parent: "thread", locksDescriptor: false })],
    ["the message that is left alone", msiRedirectOffline({ message: "rewritten" })],
    ["the active state of what is disabled", gicv2m("gicv3", "lost-when-disabled")],
    ["the pending bit of the mask", { ...msiMasked, device: { ...msiMasked.device!, pendingBit: false } }],
  ] satisfies [string, Strategy][])("%s", async (_, mutant) => {
    expect(await caughtBy(mutant)).not.toEqual([]);
  });
});
