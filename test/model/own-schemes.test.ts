/** A scheme of one's own that leaves out what the model has to know: refused, or worked out. */
import { check } from "irqproof/checker";
import { checkedStep, interruptSystem, steps, type MigrationStep, type Strategy } from "irqproof/model";
import { catalogue } from "irqproof/catalogue";
import { scheme, withAllProperties } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { soundCheck } from "../checker/sound.ts";
import { mergedDriver } from "../../catalogue/riscv/schemes/imsic.ts";
import { x86TwoStep } from "../../catalogue/x86/schemes/two-step.ts";
import { defaults } from "./checking.ts";

const own = (strategy: Omit<Strategy, "context">): ReturnType<typeof scheme> =>
  scheme({ name: "own", title: "", strategy: { context: { kind: "interrupt" }, ...strategy } });

const direct = steps.writeMessage("new-cpu");

test("the machine imsic without its driver, and the driver without the machine", () => {
  expect(() => own({ machine: "imsic", program: direct }).instantiate()).toThrow(
    /needs the features of its driver: add the field "imsic"/,
  );
  const imsic = mergedDriver;
  expect(() => own({ imsic, program: direct }).instantiate()).toThrow(
    /"imsic" is for the machine imsic, not for local-apic: leave it out/,
  );
  expect(() => own({ machine: "imsic", imsic, program: direct }).instantiate()).not.toThrow();
});

test("a program that turns interrupts on in its interrupt can be interrupted there, said or not", async () => {
  const writes = [...steps.writeMessage("old-cpu"), ...direct];
  const program = [steps.enableInterrupts("released"), ...writes, steps.disableInterrupts("released")];
  const [silent, said] = [own({ program }), own({ program, enablesInterrupts: true })].map((family) =>
    family.instantiate({ raises: 2 }),
  );
  const [one, other] = [await check(silent!), await check(said!)];
  expect(one.states).toEqual(other.states);
  const { trace } = (await check(silent!, { properties: ["no-stray"] })).properties[0]!;
  // Two hard interrupts, one inside the other.
  expect(trace!.steps.some(({ state }) => state.cpu.some(({ stack }) => stack.length === 2))).toBe(true);
});

test("an old vector that nothing gives back is refused", () => {
  const program = x86TwoStep.program;
  expect(() => own({ cleanup: "at-once", program }).instantiate()).toThrow(
    'own: cleanup "at-once" requires a step that frees the old vector, and the program has none: add steps.cleanUpAtOnce,',
  );
  expect(() => own({ cleanup: "at-once", program: [...program, steps.cleanUpAtOnce] }).instantiate()).not.toThrow();
});

describe("a step that does more than it says of itself", () => {
  const silently = (step: MigrationStep, ...keys: readonly (keyof MigrationStep)[]): MigrationStep =>
    Object.fromEntries(Object.entries(step).filter(([key]) => !keys.includes(key as keyof MigrationStep))) as never;
  const instead = (step: MigrationStep): readonly MigrationStep[] =>
    x86TwoStep.program.map((one) => (one.name === step.name ? step : one));

  test.each<[string, readonly MigrationStep[], string]>([
    [
      "writes a register",
      instead(silently(steps.writeData, "writes")),
      'step write_data changes the message of the device, and its "writes" is missing: give { cpu } or { vector }, as',
    ],
    [
      "writes another value",
      instead({ ...steps.writeData, writes: () => ({ cpu: 1 }) }),
      'step write_data changes the message of the device, and its "writes" does not match what is written',
    ],
    ["checks", instead(silently(steps.readIrr, "checks")), "step read_irr sets sawPending, as a check does: give it"],
    [
      "sends an IPI",
      instead(silently(steps.retrigger, "retriggers")),
      "step retrigger sends an interrupt to the new target: give it",
    ],
  ])("that it %s: it is refused, whichever property is asked for", async (_, program, sentence) => {
    const model = scheme({ name: "own", title: "", strategy: { ...x86TwoStep, program } }).instantiate({ raises: 2 });
    await expect(soundCheck(model, { properties: ["no-deadlock"] })).rejects.toThrow(sentence);
  });

  const { writeAddress, writeData } = steps;
  /** Both registers in one step, as no device has them. */
  const both: MigrationStep = {
    ...writeData,
    name: "write_message",
    needed: () => true,
    writes: (state, irq) => ({ ...writeData.writes!(state, irq), ...writeAddress("new-cpu").writes!(state, irq) }),
    then: (draft, where) => {
      writeAddress("new-cpu").then(draft, where);
      writeData.then(draft, where);
    },
  };
  const AT_ONCE =
    "step write_message writes address and data of the message at once, but this machine needs two writes";

  const changesBoth: MigrationStep["needed"] = (state, { irq }) => {
    const { cpu, vector } = state.irq[irq]!;
    const { address, data } = state.device[irq]!;
    return cpu !== address && vector !== data;
  };

  test.each<[string, MigrationStep, string]>([
    ["and says so", both, AT_ONCE],
    // Where the new vector has the old number, one word changes, and that is what is seen first.
    [
      "and says nothing",
      silently(both, "writes"),
      'step write_message changes the message of the device, and its "writes" is',
    ],
    [
      "and says half of it",
      { ...both, writes: writeData.writes! },
      "step write_message changes the message of the device",
    ],
    ["in turn, and says nothing", silently({ ...both, needed: changesBoth }, "writes"), AT_ONCE],
    ["but changes one, and claims both", { ...both, then: writeData.then }, AT_ONCE],
  ])("that it writes both words of a message at once, %s: it is refused", async (_, step, sentence) => {
    for (const context of [{ kind: "interrupt" }, { kind: "task", runsOn: "any" }] as const) {
      const model = scheme({ name: "own", title: "", strategy: { context, program: [step] } }).instantiate();
      await expect(soundCheck(model, { properties: ["no-interrupt-lost"] })).rejects.toThrow(sentence);
    }
  });

  test("where a message is one word, a step may write it at once", async () => {
    const strategy = catalogue.find(({ id }) => id === "avec")!.strategy();
    expect(strategy.program.some(({ name }) => name === "write_message")).toBe(true);
    const model = scheme({ name: "own", title: "", strategy }).instantiate();
    expect((await check(model, { properties: ["no-interrupt-lost"], whole: true })).stopped).toBe(undefined);
  });

  test("no step of the catalogue is one", async () => {
    const watched = new Set<string>();
    for (const { id, ...entry } of catalogue) {
      const strategy = entry.strategy();
      const names = strategy.program.map(({ name }) => name).join();
      if (watched.has(names)) continue;
      watched.add(names);
      const sizes = { ...defaults, cpus: id === "imsic-merged-two-words" ? 4 : 2, raises: 2 };
      const system = interruptSystem(id, { ...strategy, program: strategy.program.map(checkedStep) }, sizes);
      const report = await check(withAllProperties(system), { properties: ["no-deadlock"] });
      expect([id, report.stopped]).toEqual([id, undefined]);
    }
    expect(watched.size).toBeGreaterThan(15);
  });
});
