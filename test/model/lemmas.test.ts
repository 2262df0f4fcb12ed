/** Lemmas of the catalogue: true at small sizes, and of no use to a scheme that loses interrupts. */
import { afterAll, describe, expect, test } from "vitest";
import { checkable, entryOf } from "../../catalogue/index.ts";
import { Questions } from "../../checker/any-size/encoding/questions.ts";
import { Solver } from "../../checker/any-size/encoding/solver.ts";
import { influencing } from "../../checker/any-size/influence.ts";
import { inductiveSubset } from "../../checker/any-size/invariant/inductive-subset.ts";
import { readFamily, type Sized } from "../../checker/any-size/reading/index.ts";
import { z3 } from "../../checker/crosscheck/smt.ts";
import { check, withProperties, type Model } from "../../checker/index.ts";
import { isThere } from "../checker/crosscheck/peers.ts";

const thereIsZ3 = await isThere(z3);

/** Schemes with lemmas, and those that they repair, or that a fault in them makes. */
const repairs: readonly (readonly [string, readonly string[]])[] = [
  ["x86-two-step", ["x86-direct", "x86-two-step-no-check"]],
  ["x86-same-vector", ["x86-data-first"]],
  ["msi-masked", ["msi-masked-no-pending-bit"]],
  ["msix-masked", ["msix-unmasked"]],
];

describe.each(repairs.map(([id]) => id))("%s", (id) => {
  test.each([
    { cpus: 2, vectors: 2, devices: 2, moves: 2 },
    { cpus: 3, vectors: 2, devices: 1, moves: 3 },
  ])("its lemmas are true of every reachable state at $cpus, $vectors, $devices", async (size) => {
    const model = checkable(entryOf(id)!).instantiate(size) as Model<unknown>;
    expect(model.lemmas.size).toBeGreaterThan(10);
    const report = await check(withProperties(model, Object.fromEntries(model.lemmas)));
    expect(report.properties.filter(({ verdict }) => verdict !== "holds").map((one) => one.id)).toEqual([]);
    expect(report.stopped).toBeUndefined();
  });
});

/** The family with the lemmas of another one. */
function withLemmasOf(family: Sized<unknown>, other: Sized<unknown>): Sized<unknown> {
  return Object.create(family, {
    instantiate: {
      value: (given: Readonly<Record<string, unknown>>) => ({
        ...family.instantiate(given),
        lemmas: other.instantiate().lemmas,
      }),
    },
  }) as Sized<unknown>;
}

describe.skipIf(!thereIsZ3)("with the lemmas of its repair", () => {
  const limits = { questionSteps: 300_000, until: performance.now() + 600_000, memory: 4 * 2 ** 30 };
  const solvers: Solver[] = [];
  afterAll(() => {
    for (const solver of solvers) solver.end();
  });

  const proved = async (family: Sized<unknown>): Promise<string[]> => {
    const given = { moves: "unbounded", raises: "unbounded" };
    const read = readFamily(family, given, ["cpus", "vectors", "devices"]).system;
    const system = influencing(read, read.properties);
    const questions = new Questions(system);
    const solver = new Solver("z3", { ...limits, models: false, cores: true }, questions.preamble);
    solvers.push(solver);
    const own = questions.singleValued.map(({ cell, formula }) => ({ id: cell.name, formula }));
    const goals = system.properties.map(({ id, holds }) => ({ id, formula: holds }));
    const lemmas = system.lemmas.map(({ id, holds }) => ({ id, formula: holds }));
    const { inductive, implied } = await inductiveSubset(
      questions,
      solver,
      [...own, ...goals, ...lemmas],
      new Set(goals),
      new Set(),
      new Set(lemmas),
    );
    return [...inductive, ...implied].map(({ id }) => id).filter((id) => goals.some((goal) => goal.id === id));
  };

  test.each(repairs.flatMap(([repair, losing]) => losing.map((id) => [id, repair] as const)))(
    "%s is not proved by those of %s, which is",
    async (id, repair) => {
      const [losing, repaired] = [id, repair].map((one) => checkable(entryOf(one)!) as Sized<unknown>);
      expect(await proved(repaired!)).toEqual(
        expect.arrayContaining(["no-interrupt-lost", "carrier-exists", "one-owner", "target-live", "table-owner"]),
      );
      const kept = await proved(withLemmasOf(losing!, repaired!));
      expect(kept).not.toContain("no-interrupt-lost");
      expect(kept).not.toContain("carrier-exists");
    },
  );
});
