import { spawnSync } from "node:child_process";
import { model, oneOf, optional, range, record, sequence, type Model } from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { programOf } from "../../../checker/system/guarded-commands.ts";
import { toSmtlib } from "../../../checker/export/smtlib/smtlib.ts";
import { createReading } from "../../../checker/reading/index.ts";
import { systemOf } from "../../../checker/system/system.ts";
import { cvc5, z3 } from "../../../checker/crosscheck/smt.ts";
import { familyOf, loadCatalogue } from "../../../cli/arguments/catalogue.ts";
import { randomModel } from "../arbitrary-models.ts";
import { isOfUse, randomParts, systemOfParts } from "../system/arbitrary-systems.ts";
import { comparedWith, differences, isThere, LONG } from "../crosscheck/peers.ts";

/** A counter that goes round below five, though its type has room for nine, and a queue that remembers. */
const round = model({
  name: "round",
  state: record({
    count: range(0, 9),
    mode: oneOf("idle", "busy"),
    last: optional(range(0, 2)),
    queue: sequence(2, range(0, 2)),
  }),
  initial: { count: 0, mode: "idle", last: null, queue: [] },
  actions: {
    up: {
      over: { by: range(1, 2) },
      when: ({ count, mode }) => mode === "idle" && count < 5,
      then: (draft, { by }) => void (draft.count = (draft.count + by) % 5),
    },
    note: {
      when: ({ queue, count }) => queue.length < 2 && count < 3,
      then: (draft) => {
        draft.queue.push(draft.count);
        draft.mode = "busy";
      },
    },
    take: {
      when: ({ queue }) => queue.length > 0,
      then: (draft) => {
        draft.last = draft.queue.shift()!;
        draft.mode = "idle";
      },
    },
  },
  properties: ({ always, sometimes, step }) => ({
    low: always("the count stays below five", ({ count }) => count < 5),
    small: always("the count stays below three", ({ count }) => count < 3),
    two: sometimes("two is taken", ({ last }) => last === 2),
    never: sometimes("nine is reached", ({ count }) => count === 9),
    calm: step("what is busy does not count", (before, { action }) => before.mode === "idle" || action !== "up"),
  }),
});

test("the text has the names of the model", () => {
  const text = toSmtlib(programOf(systemOf(createReading(round))), 2);
  for (const part of [
    "; Model round in SMT-LIB, written by irqproof export.",
    "(define-fun busy () (_ BitVec 1) (_ bv1 1))",
    "(define-fun |up(by=2)| () Action (_ bv1 2))",
    "(define-fun |enabled take@0| () Bool (not (= |queue.length@0| (_ bv0 2))))",
    "; low: the count stays below five\n(define-fun |violation of low@0| () Bool (bvuge |count@0| (_ bv5 4)))",
    "(or (not (= |queue.length@0| (_ bv0 2))) (= |queue[0]@0| (_ bv0 2)))",
    "  (ite (= |action@0| note) busy |mode@0|)))",
    "(= |count@2| |next count@1|)",
    '(echo "low, base case: a run of at most 1 steps")',
    '(echo "low, induction step: after 2 states without a violation")',
  ]) {
    expect(text).toContain(part);
  }
});

describe.each([
  [z3, ["-in", "-smt2"]],
  [cvc5, ["--incremental", "--lang", "smt2", "-"]],
] as const)("$name", async (tool, words) => {
  const there = await isThere(tool);

  test.skipIf(!there)("takes the export, and answers rightly", () => {
    const answers = (k: number): string[] => {
      const said = spawnSync(tool.name, words, {
        input: toSmtlib(programOf(systemOf(createReading(round))), k),
        encoding: "utf8",
      });
      return said.stdout
        .trim()
        .split("\n")
        .map((line) => line.replaceAll('"', ""));
    };
    const answersOf = (id: string, k: number): (string | undefined)[] => {
      const all = answers(k);
      return ["base case", "induction step"].map(
        (part) => all[all.findIndex((line) => line.startsWith(`${id}, ${part}`)) + 1],
      );
    };
    expect(answersOf("low", 1)).toEqual(["unsat", "unsat"]);
    expect(answersOf("small", 1)).toEqual(["unsat", "sat"]);
    expect(answersOf("small", 3)[0]).toBe("sat");
    expect(answersOf("never", 1)).toEqual(["unsat", "unsat"]);
    expect(answersOf("calm", 1)).toEqual(["unsat", "unsat"]);
  });

  test.skipIf(!there)("decides by induction with growing k", async () => {
    const { theirs } = await comparedWith(tool, round as unknown as Model<unknown>);
    expect(theirs.outcome).toBe("equal");
    expect(theirs.properties.map(({ id, theirs: said }) => [id, said])).toEqual([
      ["low", "holds"],
      ["small", "violated"],
      ["two", "holds"],
      ["never", "violated"],
      ["calm", "holds"],
    ]);
    expect(theirs.properties.find(({ id }) => id === "small")?.trace?.steps.length).toBe(3);
  });

  test.skipIf(!there)("decides no random model wrongly, and most of them", async () => {
    let [decided, all] = [0, 0];
    await fc.assert(
      fc.asyncProperty(randomModel, async (subject) => {
        const limits = { timeLimit: 60, memoryLimit: 2 ** 31 };
        const { theirs } = await comparedWith(tool, subject as Model<unknown>, {}, limits);
        expect(theirs.properties.filter(({ equal, isFalse }) => equal === false || isFalse)).toEqual([]);
        decided += theirs.properties.filter(({ equal }) => equal === true).length;
        all += theirs.properties.length;
      }),
      // Eight of this seed are quick, and enough to see a sum, a negation or a truth value that is written wrongly.
      LONG ? { numRuns: 100 } : { numRuns: 8, seed: 2, endOnFailure: true },
    );
    expect(decided).toBeGreaterThan(all / 2);
  });

  test.skipIf(!there)("decides nothing wrongly of random terms of every kind", async () => {
    await fc.assert(
      fc.asyncProperty(randomParts, async (parts) => {
        const { model: subject, reading } = systemOfParts(parts);
        fc.pre(isOfUse(subject));
        const limits = { timeLimit: 20, memoryLimit: 2 ** 31 };
        const { theirs } = await comparedWith(tool, subject, {}, limits, reading);
        expect(theirs.properties.filter(({ equal, isFalse }) => equal === false || isFalse)).toEqual([]);
        expect(theirs.properties.map(({ theirs: said }) => said)).toContainEqual(
          expect.stringMatching(/holds|violated/),
        );
      }),
      { numRuns: LONG ? 100 : 3, endOnFailure: !LONG, maxSkipsPerRun: 10_000 },
    );
  });

  test.skipIf(!there || (tool === cvc5 && !LONG))("finds the counterexample in an entry of the catalogue", async () => {
    const entry = (await loadCatalogue()).find(({ id }) => id === "x86-direct")!;
    const subject = (await familyOf(entry)).instantiate();
    const { theirs } = await comparedWith(tool, subject, { properties: ["no-interrupt-lost"] });
    expect(differences(theirs)).toEqual([]);
    expect(theirs.properties).toMatchObject([{ theirs: "violated", trace: expect.anything() as unknown }]);
  });
});
