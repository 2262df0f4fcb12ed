/** Requests for a set of CPUs: which of them the allocator takes, and what needs no move. */
import { sometimes, withProperties } from "irqproof/checker";
import { checkable, entryOf } from "irqproof/catalogue";
import { interruptSystem, type ReadonlySystemState } from "irqproof/model";
import { withAllProperties } from "irqproof/properties";
import { expect, test } from "vitest";
import { gicv2m } from "../../catalogue/arm/schemes/gic.ts";
import { x86Direct } from "../../catalogue/x86/schemes/direct.ts";
import { x86Remapped } from "../../catalogue/x86/schemes/remapped.ts";
import { x86TwoStep } from "../../catalogue/x86/schemes/two-step.ts";
import { check, defaults } from "./checking.ts";
import { unexpected } from "./expected.ts";

const direct = x86Direct("any");

const sizes = {
  ...defaults,
  cpus: 3,
  vectors: 1,
};

test.each([
  [{ satisfied: "rewrites" }],
  [{ satisfied: "rewrites", coverage: "occurrence" }],
  [{ moves: 2, coverage: "service" }],
])("avec-mask with %o is as expected", async (given) => {
  expect(await unexpected("avec-mask", given)).toEqual([]);
});

test("any CPU of the set may be taken, and no other", async () => {
  const model = checkable(entryOf("avec-mask")!).instantiate();
  const asked = (state: ReadonlySystemState, ...cpus: number[]): boolean =>
    state.irq[0]!.mask!.every((isAsked, cpu) => isAsked === cpus.includes(cpu));
  const seen = withProperties(model, {
    either: sometimes<ReadonlySystemState>(
      "the second of two",
      (state) => asked(state, 1, 2) && state.irq[0]!.cpu === 2,
    ),
    first: sometimes<ReadonlySystemState>("the first of two", (state) => asked(state, 1, 2) && state.irq[0]!.cpu === 1),
    other: sometimes<ReadonlySystemState>("not one of them", (state) => asked(state, 2) && state.irq[0]!.cpu === 1),
  });
  const { properties } = await check(seen, { properties: ["either", "first", "other"] });
  expect(properties.map(({ verdict }) => verdict)).toEqual(["holds", "holds", "violated"]);
});

test("a set that is full moves nothing: -ENOSPC", async () => {
  // Each of two CPUs has one vector, and an interrupt of its own.
  const full = { ...sizes, cpus: 2, devices: 2, raises: 1 };
  const strategy = { ...x86Remapped, affinity: { satisfied: "returns" } } as const;
  const system = interruptSystem("full", strategy, full);
  const model = withProperties(system.model, {
    moved: sometimes<ReadonlySystemState>("an interrupt moves", ({ irq }) => irq[0]!.cpu === 1 || irq[1]!.cpu === 0),
    refused: sometimes<ReadonlySystemState>(
      "asked for, and not given",
      ({ irq, movesLeft }) => movesLeft === 0 && irq.every(({ migration }) => migration.step === 0),
    ),
  });
  const { properties } = await check(model, { properties: ["moved", "refused"] });
  expect(properties.map(({ verdict }) => verdict)).toEqual(["violated", "holds"]);
});

test("which CPU of the set is taken makes no torn message whole", async () => {
  const strategy = { ...direct, affinity: { satisfied: "returns" } } as const;
  const system = interruptSystem("sets", strategy, { ...sizes, vectors: 2 });
  const { verdict } = await check(withAllProperties(system), { properties: ["no-interrupt-lost"] });
  expect(verdict).toBe("violated");
});

test("it is for tasks, on CPUs that stay", () => {
  const affinity = { satisfied: "returns" } as const;
  for (const strategy of [x86TwoStep, gicv2m("gicv3")]) {
    expect(() => interruptSystem("mine", { ...strategy, affinity }, { ...sizes, vectors: 2 })).toThrow(
      'mine: "affinity" is for moves of a task, on CPUs that stay and with vectors of their own: leave it out',
    );
  }
  expect(() => interruptSystem("mine", { ...direct, affinity: { satisfied: "no" } as never }, sizes)).toThrow(
    /rewrites/,
  );
});
