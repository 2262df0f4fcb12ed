import { model, range, record, type Model } from "irqproof/checker";
import { chmodSync } from "node:fs";
import * as fc from "fast-check";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { abc } from "../../../checker/crosscheck/abc.ts";
import { z3 } from "../../../checker/crosscheck/smt.ts";
import type { ComparedTool } from "../../../checker/crosscheck/crosscheck.ts";
import { familyOf, loadCatalogue } from "../../../cli/arguments/catalogue.ts";
import { randomModel } from "../arbitrary-models.ts";
import { temporaryFolder } from "../../cli/run.ts";
import { isOfUse, randomParts, systemOfParts } from "../system/arbitrary-systems.ts";
import { comparedWith, differences, isThere, LONG } from "./peers.ts";

const thereAre = { abc: await isThere(abc), z3: await isThere(z3) };

/** The differences. A proved property must have an invariant that a solver, if there is one, has confirmed. */
function flaws(theirs: ComparedTool): string[] {
  const { invariant } = theirs;
  const unchecked = thereAre.z3 && invariant !== undefined && invariant.checked !== true;
  return [...differences(theirs), ...(unchecked ? [`invariant: ${invariant.because}`] : [])];
}

const entries = (await loadCatalogue()).filter(({ id }) => LONG || id === "x86-direct");

describe.skipIf(!thereAre.abc)("abc", () => {
  test("decides random models as we do", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, async (model) => {
        expect(flaws((await comparedWith(abc, model as Model<unknown>)).theirs)).toEqual([]);
      }),
      // A prover may take seconds or hours over a model: in brief the same models each time.
      LONG ? { numRuns: 300 } : { numRuns: 3, seed: 2, endOnFailure: true },
    );
  });

  test("decides nothing wrongly of random terms of every kind", async () => {
    await fc.assert(
      fc.asyncProperty(randomParts, async (parts) => {
        const { model: subject, reading } = systemOfParts(parts);
        fc.pre(isOfUse(subject));
        const limits = { timeLimit: LONG ? 20 : 5, memoryLimit: 2 ** 31 };
        const { theirs } = await comparedWith(abc, subject, {}, limits, reading);
        expect(theirs.properties.filter(({ equal, isFalse }) => equal === false || isFalse)).toEqual([]);
        expect(theirs.invariant?.checked).not.toBe(false);
      }),
      LONG
        ? { numRuns: 100, maxSkipsPerRun: 10_000 }
        : { numRuns: 2, seed: 4, maxSkipsPerRun: 10_000, endOnFailure: true },
    );
  });

  // ABC has other words for it, and its bounded search does not survive such a circuit.
  test("finds what is wrong with an initial state", async () => {
    const stuck = model({
      name: "stuck",
      state: record({ count: range(0, 3) }),
      initial: { count: 0 },
      actions: { up: { when: ({ count }) => count === 3, then: (draft) => void (draft.count = 2) } },
      properties: ({ always, sometimes, noDeadlock }) => ({
        started: always("the count is above zero", ({ count }) => count > 0),
        high: sometimes("the count is two", ({ count }) => count === 2),
        low: always("the count is below two", ({ count }) => count < 2),
        live: noDeadlock("no deadlock"),
      }),
    });
    const { theirs } = await comparedWith(abc, stuck as unknown as Model<unknown>);
    expect(differences(theirs)).toEqual([]);
    const found = theirs.properties.map(({ id, theirs: said, trace }) => [id, said, trace?.steps.length]);
    expect(found).toEqual([
      ["started", "violated", 1],
      ["high", "violated", undefined],
      ["low", "holds", undefined],
      ["live", "violated", 1],
    ]);
  });

  // Of large circuits it may prove nothing in any time: then there is nothing to compare.
  test.each(entries.map((entry) => [entry.id, entry] as const))("decides %s as we do, if at all", async (_, entry) => {
    const model = (await familyOf(entry)).instantiate();
    const properties = LONG ? [...model.properties.keys()] : ["no-interrupt-lost"];
    const { theirs } = await comparedWith(abc, model, { properties }, { timeLimit: 60, memoryLimit: 4 * 2 ** 30 });
    expect(theirs.properties.filter(({ equal, isFalse }) => equal === false || isFalse)).toEqual([]);
    expect(theirs.invariant?.checked).not.toBe(false);
    expect(LONG ? [] : flaws(theirs)).toEqual([]);
  });
});

describe("what decides nothing is no verdict", () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  afterEach(() => vi.unstubAllEnvs());

  const counter = model({
    name: "counter",
    state: record({ count: range(0, 3) }),
    initial: { count: 0 },
    actions: { up: { then: (draft) => void (draft.count = (draft.count + 1) % 3) } },
    properties: ({ always, sometimes }) => ({
      below: always("the count is below three", ({ count }) => count < 3),
      high: sometimes("the count is two", ({ count }) => count === 2),
    }),
  });
  /** The answer about the counter when ABC is a program that does this instead. */
  const saidBy = async (script: string): Promise<ComparedTool> => {
    const program = folder.write(
      "berkeley-abc",
      `#!/bin/sh\ncase "$*" in *version*) exit;; *bmc3*) exit;; esac\n${script}`,
    );
    chmodSync(program, 0o755);
    vi.stubEnv("PATH", `${folder.path}:${process.env["PATH"]}`);
    const limits = { timeLimit: 1, memoryLimit: 2 ** 30 };
    return (await comparedWith(abc, counter as unknown as Model<unknown>, {}, limits)).theirs;
  };
  const pdr = (lines: string): string => `echo '${lines}'; printf '.i 2\\n-1 1\\n.e\\n' > open.pla`;

  // What it prints when its own clock stops it: it calls the clauses that it has an invariant all the same.
  const timeout = `Reached timeout (1 seconds) in frame 7.
Clauses of the last timeframe were written into file "open.pla".
Dumped inductive invariant in file "open.pla".`;
  test.each([
    ["its own clock", pdr(`${timeout}\nProperties:  All = 2. Proved = 0. Disproved = 0. Undecided = 2.`)],
    [
      "its own clock, with one proved",
      pdr(`${timeout}\nProperties:  All = 2. Proved = 1. Disproved = 0. Undecided = 1.`),
    ],
    [
      "ours, in the middle of its summary",
      `printf 'Properties:  All = 2. Proved = 2. Disproved = 0. Un'; exec sleep 20`,
    ],
  ])("it is stopped by %s", async (_, script) => {
    const { outcome, invariant, because, properties } = await saidBy(script);
    expect({ outcome, invariant, because }).toEqual({
      outcome: "undecided",
      invariant: undefined,
      because: "it needs more than 1 seconds",
    });
    expect(properties.map(({ id, theirs, equal }) => [id, theirs, equal])).toEqual([
      ["below", "inconclusive", undefined],
      ["high", "inconclusive", undefined],
    ]);
  });

  test.each([
    ["it crashes", "echo Segmentation fault; exit 139", /^it failed: Segmentation fault$/],
    [
      "it does not name what it disproves",
      pdr("Properties:  All = 2. Proved = 1. Disproved = 1. Undecided = 0."),
      /^it decides 2 of 2 properties, and names 0 of the 1 violated ones$/,
    ],
    [
      "it speaks of fewer",
      pdr("Properties:  All = 1. Proved = 1. Disproved = 0. Undecided = 0."),
      /^it decides 1 of 2 properties, and names 0 of the 0 violated ones$/,
    ],
  ])("%s", async (_, script, because) => {
    expect(await saidBy(script)).toMatchObject({
      outcome: "undecided",
      because: expect.stringMatching(because) as unknown,
      properties: [],
    });
  });

  test("but what it proves is", async () => {
    const { properties } = await saidBy(pdr("Properties:  All = 2. Proved = 2. Disproved = 0. Undecided = 0."));
    expect(properties.map(({ theirs, equal }) => [theirs, equal])).toEqual([
      ["holds", true],
      ["violated", false],
    ]);
  });
});
