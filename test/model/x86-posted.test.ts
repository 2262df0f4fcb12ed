/** Posted MSI of a host: the notification handler, its one EOI, and vectors that are sent themselves. */
import { sometimes, withProperties, type Report } from "irqproof/checker";
import { interruptSystem, type SystemState } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { withAllProperties } from "irqproof/properties";
import { checkable } from "irqproof/catalogue";
import { describe, expect, test } from "vitest";
import { gicv2m } from "../../catalogue/arm/schemes/gic.ts";
import { postedDriver, x86Posted, x86PostedOffline } from "../../catalogue/x86/schemes/posted.ts";
import { x86TwoStep } from "../../catalogue/x86/schemes/two-step.ts";
import { check, defaults } from "./checking.ts";
import { unexpected } from "./expected.ts";

const run = async (
  id: string,
  given: Readonly<Record<string, unknown>>,
  ...properties: string[]
): Promise<Report<SystemState>> =>
  check(checkable(entryOf(id)!).instantiate(given), { properties, engine: "compiled" });

test.each([
  ["x86-posted", { "pending-test": "irr-alone" }],
  ["x86-posted", { ack: "does-nothing" }],
  ["x86-posted", { coverage: "occurrence", moves: 1 }],
  ["x86-posted", { vectors: 2, moves: 1 }],
  ["x86-posted-offline", { "pending-test": "irr-alone" }],
  ["x86-posted-offline", { "pending-test": "irr-alone", coverage: "service" }],
  ["x86-posted-offline", { coverage: "occurrence" }],
  ["x86-posted-offline", { moves: 1 }],
  ["x86-posted-no-eoi", { coverage: "service" }],
  ["x86-posted-no-eoi", { coverage: "occurrence" }],
])("%s with %o is as expected", async (id, given) => {
  expect(await unexpected(id, given, { engine: "compiled" })).toEqual([]);
});

describe("0edc78b82bea: a vector that is retriggered gets no EOI", () => {
  test("it stays in service and shuts out the other device's vector, of lower priority", async () => {
    const { trace } = (await run("x86-posted-no-eoi", {}, "no-interrupt-lost")).properties[0]!;
    expect(trace!.conclusion).toMatch(
      /message of step \d+ went to CPU1\/vector A, which is not dispatched: vector B is still in service there and gets no EOI/,
    );
    const { cpu, postedMsi } = trace!.steps.at(-1)!.state;
    expect(cpu[1]).toMatchObject({ irr: [true, false], isr: [false, true], stack: [], interruptsEnabled: true });
    expect(postedMsi![1]).toMatchObject({ handling: "no", notified: false });
  });

  test("with the repair the same two devices lose nothing", async () => {
    const repaired = x86PostedOffline({ ...postedDriver, posts: "first" });
    const system = interruptSystem("repaired", repaired, { ...defaults, devices: 2, raises: 1, moves: 0 });
    const properties = ["no-interrupt-lost", "carrier-exists", "eoi-balanced"];
    const report = await check(withAllProperties(system), { properties, engine: "compiled" });
    expect(report.verdict).toBe("holds");
  });

  test("a vector of higher priority is not shut out", async () => {
    const { properties } = await run("x86-posted-no-eoi", {}, "target-live-in-move", "eoi-balanced");
    expect(properties.map(({ verdict }) => verdict)).toEqual(["violated", "violated"]);
    const model = checkable(entryOf("x86-posted-no-eoi")!).instantiate({ devices: 1 });
    // Messages of the one device that there is are posted, and the notification has a priority above all.
    const alone = await check(model, { properties: ["no-interrupt-lost", "eoi-balanced"], engine: "compiled" });
    expect(alone.properties.map(({ verdict }) => verdict)).toEqual(["holds", "violated"]);
  });
});

test("an acknowledge that does nothing leaves a refused request pending, and all later ones behind it", async () => {
  const { trace } = (await run("x86-posted", { ack: "does-nothing" }, "affinity-applied")).properties[0]!;
  const last = trace!.steps.at(-1)!.state;
  expect(last.irq[0]!.requested).toBe(0);
  expect(last.irq[0]!.previous).toBe(null);
});

test("a notification calls the handlers of all vectors that it took, and gives one EOI", async () => {
  // On one CPU with two devices: a run in which both are posted before the notification is taken.
  const system = interruptSystem("two", x86Posted(), { ...defaults, devices: 2, raises: 1, moves: 0, cpus: 1 });
  const properties = ["eoi-balanced", "handler-exclusion", "no-interrupt-lost"];
  expect((await check(withAllProperties(system), { properties })).verdict).toBe("holds");
  const both = withProperties(system.model, {
    both: sometimes<SystemState>("both are taken at once", ({ postedMsi }) => postedMsi![0]!.taken.every(Boolean)),
    late: sometimes<SystemState>(
      "one comes after the outstanding bit is clear, and is taken without its own notification",
      ({ postedMsi }) => postedMsi![0]!.handling === "last-look" && postedMsi![0]!.notified && postedMsi![0]!.taken[1]!,
    ),
  });
  expect((await check(both)).verdict).toBe("holds");
});

test("posted MSI are the remapping unit's, on x86", () => {
  expect(() => interruptSystem("mine", { ...x86TwoStep, postedMsi: postedDriver }, defaults)).toThrow(
    'mine: it is the remapping unit that posts messages: give it "remapping"',
  );
  expect(() => interruptSystem("mine", { ...gicv2m("gicv3"), postedMsi: postedDriver }, defaults)).toThrow(
    '"postedMsi" is for the machine local-apic, not for gic-distributor',
  );
  expect(() => interruptSystem("mine", { ...x86Posted(), postedMsi: { posts: "some" } as never }, defaults)).toThrow(
    /posts/,
  );
});
