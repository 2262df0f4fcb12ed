/** A search with symmetry against one without, on random models, symmetric and nearly so: verdicts, lengths, counts. */
import { type Model, type Report } from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkRead } from "../../checker/check.ts";
import { Readings } from "../../checker/reading/index.ts";
import { ASYMMETRIES, symmetricModel } from "./arbitrary-symmetric.ts";

/** Random models of each kind; RUNS multiplies them. */
const RUNS = Number(process.env["RUNS"] ?? 1);
const MODELS = 24 * RUNS;
const TIMEOUT_MS = 120_000 * RUNS;
const MAX_STATES = 20_000;

interface Tally {
  reduced: number;
  closed: number;
}

/** @throws where a search with symmetry differs from one without */
async function compare<S>(made: Model<S>, tally: Tally, workers: number): Promise<void> {
  const readings = new Readings();
  const plain = await checkRead(made, { engine: "compiled", maxStates: MAX_STATES, purity: "assumed" }, readings);
  if (plain.stopped !== undefined) return;
  const reduced = await checkRead(made, { symmetry: "declared", workers, purity: "assumed" }, readings);
  const { symmetry } = reduced;
  expect(outcomes(reduced)).toEqual(outcomes(plain));
  if (symmetry === undefined) throw new Error("no symmetry in the report");
  if (symmetry.permutations > 1) tally.reduced++;
  const { distinct, transitions, depth } = plain.states;
  expect(symmetry.orbits).toBeLessThanOrEqual(distinct);
  expect(symmetry.states).toBeGreaterThanOrEqual(distinct);
  if (!symmetry.isClosed) {
    expect(reduced.states.distinct).toBeNaN();
    // A small state space is seen whole: there it is no.
    if (made.initial.length === 1 && symmetry.orbits < 400) expect(symmetry.states).toBeGreaterThan(distinct);
    expect(levels(reduced)).toEqual(levels(plain));
    return;
  }
  tally.closed++;
  expect(reduced.states).toMatchObject({ distinct, transitions });
  if (!Number.isNaN(reduced.states.depth)) expect(reduced.states.depth).toBe(depth);
  expect(levels(reduced)).toEqual(levels(plain));
  expect(taken(reduced)).toEqual(taken(plain));
}

const outcomes = <S>({ properties, mistakes }: Report<S>): unknown => [
  properties.map(({ id, verdict, trace }) => [id, verdict, trace?.steps.length]),
  mistakes?.length,
];
const levels = <S>({ actions }: Report<S>): unknown => actions.map(({ action, level }) => [action, level]);
const taken = <S>({ actions }: Report<S>): unknown =>
  actions.map(({ action, taken: all, instances }) => [action, all, instances.map((one) => [one.text, one.taken])]);

describe("a search with symmetry gives the verdicts and the lengths of traces of one without", () => {
  test.each(ASYMMETRIES)(
    "where this distinguishes indices: %s",
    async (asymmetry) => {
      const tally = { reduced: 0, closed: 0 };
      await fc.assert(
        fc.asyncProperty(symmetricModel(asymmetry), (made) => compare(made, tally, 1)),
        { numRuns: MODELS },
      );
      // Otherwise the test would say little: most of these models have something to reduce.
      if (asymmetry === "none" || asymmetry === "initial") expect(tally.reduced).toBeGreaterThan(MODELS / 2);
      if (asymmetry === "none") expect(tally.closed).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  test(
    "with several workers",
    async () => {
      await fc.assert(
        fc.asyncProperty(symmetricModel("none"), (made) => compare(made, { reduced: 0, closed: 0 }, 2)),
        { numRuns: MODELS / 4 },
      );
    },
    TIMEOUT_MS,
  );
});
