/** A search with symmetry against one without, on random models, symmetric and nearly so: verdicts, lengths, counts. */
import { type Model, type Report } from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkRead } from "../../../checker/check.ts";
import { Readings } from "../../../checker/reading/index.ts";
import { ASYMMETRIES, symmetricModel, type Asymmetry } from "./arbitrary-symmetric.ts";

/** Random models of each kind; RUNS multiplies them. */
const RUNS = Number(process.env["RUNS"] ?? 1);
const MODELS = 24 * RUNS;
const TIMEOUT_MS = 120_000 * RUNS;
const MAX_STATES = 20_000;

interface Tally {
  reduced: number;
}

/** Differences of a search with symmetry from one without; empty where the one without is too large. */
async function differences<S>(made: Model<S>, tally: Tally, workers: number): Promise<string[]> {
  const readings = new Readings();
  const plain = await checkRead(made, { engine: "compiled", maxStates: MAX_STATES, purity: "assumed" }, readings);
  if (plain.stopped !== undefined) return [];
  const reduced = await checkRead(made, { symmetry: "declared", workers, purity: "assumed" }, readings);
  const { symmetry } = reduced;
  if (symmetry === undefined) return ["no symmetry in the report"];
  if (symmetry.permutations > 1) tally.reduced++;
  const { distinct, transitions } = plain.states;
  const isSmall = made.initial.length === 1 && symmetry.orbits < 400;
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const requirements: [string, boolean][] = [
    ["verdicts, or lengths of traces", same(outcomes(reduced), outcomes(plain))],
    ["levels of actions", same(levels(reduced), levels(plain))],
    ["too many orbits", symmetry.orbits <= distinct],
    ["too few states", symmetry.states >= distinct],
  ];
  if (symmetry.isClosed) {
    requirements.push(
      ["states", reduced.states.distinct === distinct],
      ["transitions", reduced.states.transitions === transitions],
      ["depth", Number.isNaN(reduced.states.depth) || reduced.states.depth === plain.states.depth],
      ["steps of instances", same(taken(reduced), taken(plain))],
    );
  } else {
    requirements.push(
      ["states that are not known", Number.isNaN(reduced.states.distinct)],
      // A small state space is seen whole.
      ["closed, and not found out", !isSmall || symmetry.states > distinct],
    );
  }
  return requirements.flatMap(([what, isMet]) => (isMet ? [] : [what]));
}

const outcomes = <S>({ properties, mistakes }: Report<S>): unknown => [
  properties.map(({ id, verdict, trace }) => [id, verdict, trace?.steps.length]),
  mistakes?.length,
];
const levels = <S>({ actions }: Report<S>): unknown => actions.map(({ action, level }) => [action, level]);
const taken = <S>({ actions }: Report<S>): unknown =>
  actions.map(({ action, taken: all, instances }) => [action, all, instances.map((one) => [one.text, one.taken])]);

/** Compares both searches on random models, and counts those with something to reduce. */
async function compare(asymmetry: Asymmetry, workers: number, numRuns: number): Promise<Tally> {
  const tally = { reduced: 0 };
  await fc.assert(
    fc.asyncProperty(symmetricModel(asymmetry), async (made) => {
      expect(await differences(made, tally, workers)).toEqual([]);
    }),
    { numRuns },
  );
  return tally;
}

describe("a search with symmetry gives the verdicts and the lengths of traces of one without", () => {
  test(
    "where nothing distinguishes indices",
    async () => {
      const { reduced } = await compare("none", 1, MODELS);
      // Otherwise the test would say little: most of these models have something to reduce.
      expect(reduced).toBeGreaterThan(MODELS / 2);
    },
    TIMEOUT_MS,
  );

  test(
    "where only the initial state does",
    async () => {
      const { reduced } = await compare("initial", 1, MODELS);
      expect(reduced).toBeGreaterThan(MODELS / 2);
    },
    TIMEOUT_MS,
  );

  test.each(ASYMMETRIES.filter((one) => one !== "none" && one !== "initial"))(
    "where this does: %s",
    async (asymmetry) => {
      const { reduced } = await compare(asymmetry, 1, MODELS);
      expect(reduced).toBeLessThanOrEqual(MODELS);
    },
    TIMEOUT_MS,
  );

  test(
    "with several workers",
    async () => {
      const { reduced } = await compare("none", 2, MODELS / 4);
      expect(reduced).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
