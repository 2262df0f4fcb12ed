/** The common model, examples/migration.ts, read for any size: it is the model at every size that is tried. */
import { readFileSync } from "node:fs";
import { createJiti } from "jiti";
import { describe, expect, test } from "vitest";
import { InternalError, type Family } from "irqproof/checker";
import * as checker from "irqproof/checker";
import migration from "../../../../examples/migration.ts";
import { evidenceAt, readFamily, smallest, type AnySizeReading } from "../../../../checker/any-size/reading/index.ts";
import type { Expression } from "../../../../checker/any-size/system.ts";
import { buildAt, enumerate } from "./enumerate.ts";
import type { Any } from "./nodes.ts";

const DIMENSIONS = ["cpus", "vectors", "devices"];

const readingOf = (family: Family<Any>, given = {}): AnySizeReading<Any> => readFamily(family, given, DIMENSIONS);

const twoStep = readingOf(migration as Family<Any>);

describe("examples/migration.ts", () => {
  test.each([
    [2, 2, 1, 1_420, 3_300],
    [2, 3, 1, 16_626, 44_220],
    [2, 2, 2, 29_292, 104_976],
  ])("at %i, %i, %i it has the model's states and transitions", (cpus, vectors, devices, states, transitions) => {
    // The families' smallest sizes are built around 2, 2, 2 and 1, 1, 1; others are asked for by the parameter.
    const reading = readFamily(migration as Family<Any>, { devices }, devices === 1 ? ["cpus", "vectors"] : DIMENSIONS);
    const build = devices === 1 ? buildAt(reading, cpus, vectors) : buildAt(reading, cpus, vectors, devices);
    const enumerated = enumerate(reading, build);
    expect(enumerated.startsRight).toBe(true);
    expect([enumerated.states.size, enumerated.transitions]).toEqual([states, transitions]);
  });

  test("each function is the model's at small sizes", () => {
    for (const build of smallest(twoStep)) {
      const { compared, skipped } = evidenceAt(twoStep, build);
      expect(compared).toBeGreaterThan(10);
      expect(skipped).toEqual([]);
    }
  });

  test("no function throws or leaves the state's type, and only the placement is left open", () => {
    const { properties, unread, abstractions, assumptions } = twoStep.system;
    expect(properties.map(({ id }) => id)).toEqual(["no-interrupt-lost"]);
    expect(unread).toEqual([]);
    expect(abstractions).toEqual([
      "initial states: any values of device[].address, device[].data in which no two elements agree in device[].address and device[].data",
    ]);
    // Its build function is seen to do nothing else with sizes.
    expect(assumptions).toHaveLength(1);
    expect(assumptions[0]).toMatch(/^the initial states meet the condition that is read off them at 18 sizes/);
  });

  test.each([
    ["cpus", []],
    ["vectors", []],
    [
      "devices",
      ["device[].address, device[].data in which no two elements agree in device[].address and device[].data"],
    ],
  ])("%s alone can be any number, with the initial states that the model has", (dimension, open) => {
    const reading = readFamily(migration as Family<Any>, {}, [dimension]);
    expect(reading.system.abstractions).toEqual(open.map((cells) => `initial states: any values of ${cells}`));
    for (const build of smallest(reading)) expect(evidenceAt(reading, build).skipped).toEqual([]);
  });

  test("two devices, any number of CPUs and vectors: the second is anywhere but where the first is", () => {
    const reading = readFamily(migration as Family<Any>, { devices: 2 }, ["cpus", "vectors"]);
    expect(reading.system.abstractions).toEqual(["initial states: any values of device[1].address, device[1].data"]);
    for (const build of smallest(reading)) expect(evidenceAt(reading, build).skipped).toEqual([]);
    expect(enumerate(reading, buildAt(reading, 2, 2)).states.size).toBe(29_292);
  });

  test("the direct scheme is read as another system", () => {
    const direct = readingOf(migration as Family<Any>, { scheme: "direct" });
    for (const build of smallest(direct)) evidenceAt(direct, build);
    expect(direct.system.actions.find(({ name }) => name === "writeDataAtOldCpu")?.guard).toMatchObject({
      value: false,
    });
  });
});

describe("the evidence", () => {
  const build = buildAt(twoStep, 2, 1, 1);
  const { system } = twoStep;
  const never: Expression = { kind: "constant", value: false, type: { kind: "boolean" } };

  test.each([
    ["an initial state", { ...system, initial: never }],
    [
      "property no-interrupt-lost",
      { ...system, properties: system.properties.map((one) => ({ ...one, holds: never })) },
    ],
  ])("%s that is not the model's is an internal error", (what, other) => {
    expect(() => evidenceAt({ ...twoStep, system: other }, build)).toThrow(
      new InternalError(
        `migration: ${what}, as it was read for any size, is not what it is at 2 cpu, 1 vector, 1 device`,
      ),
    );
  });
});

/** Changes of the source, each of which makes another model. */
const MUTANTS = [
  ["no check", `if (twoStep && draft.pending[own.oldCpu]`, `if (false && draft.pending[own.oldCpu]`],
  ["no test that the slot is free", `state.owner[cpu]![vector] === "unused" &&`, ``],
  ["the move to the same CPU", `cpu !== oldCpu &&`, ``],
  ["interrupts on", `critical.has(stage)),`, `stage === "served" && critical.has(stage)),`],
  ["address first", `own.address = own.newCpu;`, `own.data = own.newVector;`],
  [
    "cleanup without test",
    `return stage === "served" && !state.pending[oldCpu]![oldVector];`,
    `return stage === "served";`,
  ],
  ["another device is served", `const served = draft.device[owner]!;`, `const served = draft.device[0]!;`],
] as const;

/** The family in a changed source. */
function mutant(from: string, to: string): Family<Any> {
  const text = readFileSync(new URL("../../../../examples/migration.ts", import.meta.url), "utf8");
  expect(text).toContain(from);
  const source = text.replace(from, to);
  const code = createJiti(import.meta.url).transform({ source, filename: "migration.ts", ts: true });
  const module = { exports: {} as { default?: Family<Any> } };
  // oxlint-disable-next-line typescript/no-implied-eval -- the source of this repository's own example
  new Function("require", "module", "exports", code)(() => checker, module, module.exports);
  return module.exports.default!;
}

describe("faults of the common model", () => {
  test.each(MUTANTS)("%s: it is read as it is, and not as the model without the fault", (_, from, to) => {
    const reading = readingOf(mutant(from, to));
    const build = buildAt(reading, 2, 2, 2);
    evidenceAt(reading, build);
    const models = twoStep.builds.models;
    const swapped = { ...reading, builds: { ...reading.builds, models } };
    expect(() => evidenceAt(swapped, build)).toThrow(InternalError);
  });
});
