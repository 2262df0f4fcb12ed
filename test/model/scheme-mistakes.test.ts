/** Mistakes of a scheme of one's own that need no search: each is one sentence, and none is a verdict. */
import { choice, flag, ModelError } from "irqproof/checker";
import { interruptSystem, routingSteps, steps, type CommonParameters, type Strategy } from "irqproof/model";
import { catalogue } from "irqproof/catalogue";
import { scheme } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { mergedDriver } from "../../catalogue/riscv/schemes/imsic.ts";
import { x86Hotplug } from "../../model/x86/offline.ts";
import { stepMakers, stepNames, strategyRule } from "../../model/strategy-rules.ts";

/** Passes a value that the types forbid. */
const wrong = (value: unknown): never => value as never;

const {
  allocateVector,
  flush,
  lockAndMark,
  maskDevice,
  readIrr,
  retrigger,
  unlockVectors,
  writeAddress,
  writeData,
  writeMessage,
} = steps;
const program = [lockAndMark, writeData, flush, writeAddress("new-cpu"), flush, unlockVectors, readIrr, retrigger];
const strategy: Strategy = { context: { kind: "interrupt" }, program };

const own = (definition: object) => () =>
  scheme(wrong({ name: "own", title: "", strategy, ...definition })).instantiate();
const withStrategy = (part: object) => own({ strategy: { ...strategy, ...part } });
const withStep = (step: unknown) => withStrategy({ program: [lockAndMark, step, flush] });
const withPart = (part: object) => withStep({ ...writeData, ...part });

const STEP =
  "known: name, label, when, needed, then, checks, retriggers, writes, flushes, accessesDevice, freesOldVector, enables, samplesWire, handsOver, enablesInterrupts, allocates, restores, needs, mayFail";

describe.each<readonly [string, readonly (readonly [() => unknown, string])[]]>([
  [
    "a scheme",
    [
      [() => scheme(wrong(undefined)), "scheme: its definition is undefined, not a scheme's definition such as { name"],
      [
        own({ param: {} }),
        "scheme own: unknown key param (known: name, title, strategy, parameters, defaults); did you mean parameters?",
      ],
      [own({ title: undefined }), 'scheme own has no title; give it title: "what the scheme does"'],
      [own({ strategy: undefined }), "scheme own has no strategy; give it strategy: { context, program }"],
      [own({ strategy: [writeData] }), "scheme own: its strategy is [{"],
      [
        own({ strategy: () => {} }),
        "own: the function of its strategy returned undefined, not { context, program }; is",
      ],
      [
        own({ strategy: async () => strategy }),
        "scheme own: its strategy is asynchronous; it must be a plain function",
      ],
      [own({ parameters: { wait: 3 } }), "own: parameter wait is 3, not a parameter such as integer("],
      [
        own({ parameters: { moves: flag(false, "") } }),
        'own: every scheme has a parameter moves; give yours another name, or another default with defaults: { "moves": ... }',
      ],
      [
        own({ defaults: { move: 2 } }),
        "own: its defaults: unknown key move (known: cpus, vectors, devices, raises, moves",
      ],
      [own({ defaults: { moves: 99 } }), "own: the default of parameter moves is 99: it must be 0..8 | unbounded"],
    ],
  ],
  [
    "a strategy",
    [
      [withStrategy({ context: undefined }), 'own has no context; give it context: { kind: "interrupt" }'],
      [withStrategy({ context: "interrupt" }), 'own: its context is "interrupt", not a context such as { kind: "inter'],
      [withStrategy({ context: {} }), 'own: its context has no kind; give it one, such as { kind: "interrupt" }'],
      [
        withStrategy({ context: { kind: "interupt" } }),
        'own: its context\'s kind is "interupt": it must be "interrupt", "task", "pinned-task" or "ipi"; did you mean "interrupt"?',
      ],
      [
        withStrategy({ context: { kind: "ipi", wait: true } }),
        "own: its context: unknown key wait (known: kind, waits); did you mean waits?",
      ],
      [withStrategy({ context: { kind: "ipi" } }), "own: its context has no waits; give it waits: true"],
      [
        withStrategy({ context: { kind: "task", runsOn: "old" } }),
        'own: its context\'s runsOn is "old": it must be "any", "old-cpu" or "elsewhere"; did you mean "old-cpu"?',
      ],
      [
        withStrategy({ context: { kind: "pinned-task", revalidates: 1 } }),
        "own: its context's revalidates is 1, not true",
      ],
      [
        withStrategy({ context: { kind: "interrupt", runsOn: "any" } }),
        "own: its context: unknown key runsOn (known: kind)",
      ],
      [
        withStrategy({ cleanUp: "at-once" }),
        "own: unknown key cleanUp (known: context, program, allocation, affinity, ",
      ],
      [
        withStrategy({ cleanup: "timr" }),
        'own: its cleanup is "timr": it must be "timer", "timer-unchecked", "ipi", "ipi-unchecked", "urgent-ipi-unchecked", "at-once" or "clear-vector-ipi"; did you mean "timer"?',
      ],
      [
        withStrategy({ allocation: "same" }),
        'own: its allocation is "same": it must be "any", "same-vector", "foreign-v',
      ],
      [
        withStrategy({ device: { maskabel: true } }),
        "own: its device: unknown key maskabel (known: maskable, pendingBit, cachesEntry); did you mean maskable?",
      ],
      [withStrategy({ device: { maskable: true } }), "own: its device has no pendingBit; give it pendingBit: true"],
      [
        withStrategy({ machine: "x86" }),
        'own: its machine is "x86": it must be "local-apic", "gic-distributor", "gic-',
      ],
      [
        withStrategy({ whileBusy: true }),
        'own: its whileBusy is true: it must be "refused", "rearmed", "dropped" or "ov',
      ],
      [withStrategy({ staysOnCpu: "yes" }), 'own: its staysOnCpu is "yes", not true or false'],
      [withStrategy({ postsWrites: 1 }), "own: its postsWrites is 1, not true or false"],
      [
        withStrategy({ startup: { lifecycle: "managed" } }),
        "own: its startup has no driverQuiesces; give it driverQui",
      ],
      [
        withStrategy({ remapping: true }),
        "own: its remapping is true, not a remapping unit such as { disablesEntries: f",
      ],
      [
        withStrategy({ machine: "imsic", imsic: { ...mergedDriver, flow: "level" } }),
        'own: its imsic\'s flow is "level": it must be "simple" or "edge"',
      ],
      [
        withStrategy({ hotplug: { ...x86Hotplug(), offlines: "2" } }),
        'own: its hotplug\'s offlines is "2", not a whole',
      ],
      [
        withStrategy({ hotplug: { offline: () => [{ name: "clear_online", labels: () => "", then: () => {} }] } }),
        "own: its hotplug's offline steps: step 1 (clear_online): unknown key labels (known: name, label, when, needed, then, scans, syncs); did you mean label?",
      ],
      [withStrategy({ hotplug: { offline: () => {} } }), "own: its hotplug's offline steps are undefined, not a list"],
    ],
  ],
  [
    "a program",
    [
      [withStrategy({ program: undefined }), 'own has no program; give it program: [...writeMessage("new-cpu")]'],
      [withStrategy({ program: writeData }), "own: its program is {"],
      [withStrategy({ program: [] }), 'own: its program is empty: give it a step, such as ...writeMessage("new-cpu")'],
      [
        withStep((steps as unknown as Record<string, unknown>)["readIRR"]),
        `own: its program: step 2 (behind mark_retriggered) is undefined: there is no step of that name; docs/machines.md lists the steps of each machine, and those of every machine are ${stepNames.join(", ")}`,
      ],
      [
        withStrategy({ program: [undefined] }),
        "own: its program: step 1 is undefined: there is no step of that name; docs",
      ],
      [
        withStrategy({ program: Object.assign(Array(3), { 0: writeData, 2: flush }) }),
        "own: its program: step 2 (behind write_data) is undefined: there",
      ],
      [
        withStep(writeAddress),
        'own: its program: step 2 is the function writeAddress, not a step: call it, as in writeAddress("new-cpu")',
      ],
      [
        withStep(() => writeData),
        "own: its program: step 2 is the function without a name, not a step: call it, if it",
      ],
      [
        withStep(writeMessage("new-cpu")),
        'own: its program: step 2 is a list of 3 steps: put three dots before it, as in ...writeMessage("new-cpu")',
      ],
      [
        withStep("writeDta"),
        'own: its program: step 2 is "writeDta", not a step such as { name, label, then }; did you mean writeData?',
      ],
      [
        () => writeAddress(wrong("newcpu")),
        'writeAddress: its CPU is "newcpu": it must be "old-cpu" or "new-cpu"; did',
      ],
      [() => writeMessage(wrong(undefined)), 'writeMessage: its CPU is undefined: it must be "old-cpu" or "new-cpu"'],
      [
        () => steps.enableInterrupts(wrong("hold")),
        'enableInterrupts: its lock is "hold": it must be "held" or "relea',
      ],
      [
        () => routingSteps.writeRoute(wrong(1)),
        'writeRoute: its register is 1: it must be "GICD_IROUTER" or "GICD_ITARG',
      ],
    ],
  ],
  [
    "a step",
    [
      [withPart({ name: undefined }), 'own: its program: step 2 has no name; give it name: "write_data"'],
      [withPart({ name: " " }), 'own: its program: step 2 ( ): its name is " ", not a name such as "write_data"'],
      [
        withPart({ then: undefined }),
        "own: its program: step 2 (write_data) has no then; give it then: (draft, { irq })",
      ],
      [
        withPart({ label: undefined }),
        "own: its program: step 2 (write_data) has no label; give it label: (state, { irq",
      ],
      [
        withPart({ label: "write" }),
        'own: its program: step 2 (write_data): its label is "write", not a function such as',
      ],
      [
        withPart({ wen: () => true }),
        `own: its program: step 2 (write_data): unknown key wen (${STEP}); did you mean when?`,
      ],
      [
        withPart({ guard: () => true }),
        `own: its program: step 2 (write_data): unknown key guard (${STEP}); did you mean when?`,
      ],
      [withPart({ checks: "yes" }), 'own: its program: step 2 (write_data): its checks is "yes", not true or false'],
      [
        withPart({ then: async () => {} }),
        "own: its program: step 2 (write_data): its then is asynchronous; it must be a plain function",
      ],
      [
        withPart({ name: "allocate" }),
        "own: its program: step 2 (allocate) has a name that the allocation of the vector has already; give it another",
      ],
      [
        withPart({ allocates: true }),
        "own: its program: step 2 (write_data) allocates the vector: take allocateVector of irqproof/model for that",
      ],
      [
        withStrategy({ program: [writeData, allocateVector] }),
        "own: its program: write_data stands before allocateVector, where only maskDevice may stand",
      ],
      [
        withStrategy({ program: [maskDevice, allocateVector, allocateVector] }),
        "own: its program: allocateVector stands there twice; a move allocates one vector",
      ],
      [
        withStrategy({ program: [writeData, { ...writeData, then: () => {} }] }),
        "own: its program: step 2 (write_data) has the name of step 1, which does something else; give one of them another name",
      ],
      [
        withStrategy({ program: [readIrr, { ...writeData, name: "read_irr" }] }),
        "own: its program: step 2 (read_irr) has the name of step 1, which does something else; give one of them another",
      ],
    ],
  ],
])("%s", (_, mistakes) => {
  test.each(mistakes)("%o: %s", (attempt, sentence) => {
    const said = mistake(attempt);
    expect(said.slice(0, sentence.length)).toBe(sentence);
    expect(said).not.toContain("\n");
  });
});

/** The sentence of a mistake that the author of a scheme can mend. */
function mistake(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
  return "no mistake";
}

describe("what is right is taken", () => {
  test("each strategy of the catalogue, for all values of its own parameters", () => {
    let count = 0;
    for (const { id, parameters, strategy: strategyOf } of catalogue) {
      const words = Object.entries(parameters).filter(([, { allowed }]) => / \| /.test(allowed) && !/\d/.test(allowed));
      for (const [key, { allowed }] of words) {
        for (const value of allowed.split(" | ")) {
          expect(mistake(() => strategyRule.check(strategyOf({ [key]: value }), id))).toBe("no mistake");
          count++;
        }
      }
    }
    expect(count).toBeGreaterThan(catalogue.length);
  });

  test("one step twice, one function's steps for both CPUs, and a key that is undefined", () => {
    const twoStep = [...writeMessage("old-cpu"), ...writeMessage("new-cpu"), flush];
    expect(withStrategy({ program: twoStep, cleanup: undefined })).not.toThrow();
    const half = (word: "low" | "high") => ({ ...writeData, name: "write_half", label: () => word });
    expect(withStrategy({ program: [half("low"), half("high")] })).not.toThrow();
  });

  test("a strategy that depends on parameters of its own", () => {
    const family = scheme({
      name: "own",
      title: "",
      parameters: { "runs-on": choice("any", ["any", "old-cpu"], "where the task runs") },
      defaults: { moves: 2 },
      strategy: (values) => ({ context: { kind: "task", runsOn: values["runs-on"] as "any" }, program }),
    });
    expect(family.instantiate({ "runs-on": "old-cpu" }).parameters).toMatchObject({ moves: 2, "runs-on": "old-cpu" });
  });
});

test("a system has all of its sizes, as counts and words", () => {
  const sizes = { cpus: 2, vectors: 2, devices: 1 } as CommonParameters;
  expect(() => interruptSystem("own", strategy, sizes)).toThrow(
    "own: parameter raises is undefined: it must be 0..8 | unbounded",
  );
  expect(() => interruptSystem("own", strategy, { ...sizes, cpus: wrong("3") })).toThrow(
    'own: parameter cpus is "3": it must be 2..4',
  );
});

test("the calls that sentences show make steps", () => {
  for (const call of Object.values(stepMakers)) {
    // oxlint-disable-next-line typescript/no-implied-eval -- as a user would write it
    const made = new Function(...Object.keys(steps), `return [${call}]`)(
      ...Object.values(steps),
    ) as Strategy["program"];
    strategyRule.check({ ...strategy, program: made }, "own");
    expect(made.length).toBeGreaterThan(0);
  }
  // What makes steps is known as such, and nothing else is a function that returns one.
  const others = Object.keys(steps).filter((name) => !stepNames.includes(name));
  expect(others.toSorted()).toEqual(["isWatched", "oldTarget"]);
});
