/** Proofs for any number: of the common model by hand, of its faults none, and the questions behind them. */
import { describe, expect, test } from "vitest";
import { confirmationFile, confirmationFor, confirmedBy } from "../../../checker/any-size/encoding/confirmation.ts";
import { inductionFailure } from "../../../checker/any-size/encoding/counterexample.ts";
import { Questions } from "../../../checker/any-size/encoding/questions.ts";
import { commandFor, Solver } from "../../../checker/any-size/encoding/solver.ts";
import { FiniteSystem, type State } from "../../../checker/any-size/evaluate.ts";
import { failureTable } from "../../../checker/any-size/failure-table.ts";
import { initialStates } from "../../../checker/any-size/initial.ts";
import { inductiveSubset } from "../../../checker/any-size/invariant/inductive-subset.ts";
import { sentenceOf } from "../../../checker/any-size/invariant/sentences.ts";
import { proveAnySize } from "../../../checker/any-size/prove.ts";
import type { AnySizeSystem, Expression } from "../../../checker/any-size/system.ts";
import { cvc5, z3 } from "../../../checker/crosscheck/smt.ts";
import { isThere } from "../crosscheck/peers.ts";
import { common, FAULTS, handInvariant, LOSING } from "./common.ts";

const [thereIsZ3, thereIsCvc5] = [await isThere(z3), await isThere(cvc5)];
const areThere = thereIsZ3 && thereIsCvc5;
const limits = { questionSteps: 50_000_000, until: performance.now() + 600_000, memory: 4 * 2 ** 30 };

/** Reachable states and transitions, by the evaluation of expressions. */
function enumerated(system: AnySizeSystem, sizes: Readonly<Record<string, number>>): [number, number] {
  const finite = new FiniteSystem(system, sizes);
  const instances = system.actions.flatMap((action) =>
    finite.combinations(action.parameters.map(({ sort }) => sort)).map((parameters) => ({ action, parameters })),
  );
  const keyOf = (state: State): string => String.fromCharCode(...state);
  let level = initialStates(system, sizes, 1);
  const seen = new Set(level.map(keyOf));
  let transitions = 0;
  while (level.length > 0) {
    const next: State[] = [];
    for (const state of level) {
      for (const { action, parameters } of instances) {
        const after = finite.step(action, parameters, state);
        if (after === undefined) continue;
        transitions++;
        if (!seen.has(keyOf(after))) {
          seen.add(keyOf(after));
          next.push(after);
        }
      }
    }
    level = next;
  }
  return [seen.size, transitions];
}

/** Largest inductive subset of the hand-written invariant and the property. */
async function inductive(system: AnySizeSystem): Promise<string[]> {
  const questions = new Questions(system);
  const solver = new Solver("z3", { ...limits, models: false, cores: true }, questions.preamble);
  try {
    const all = claimsOf(system, questions);
    const { inductive: kept, implied } = await inductiveSubset(
      questions,
      solver,
      all,
      new Set(all.slice(-1)),
      new Set(),
      new Set(),
    );
    const outcome = await confirmedBy("z3", confirmationFor(questions, kept, implied), limits);
    expect(outcome).toMatchObject({ outcome: "confirmed" });
    return [...kept, ...implied].map(({ text }) => text);
  } finally {
    solver.end();
  }
}

function claimsOf(
  system: AnySizeSystem,
  questions: Questions,
): { readonly text: string; readonly formula: Expression }[] {
  return [
    ...questions.singleValued.map(({ cell, formula }) => ({ text: `${cell.name} is single`, formula })),
    ...handInvariant(),
    ...system.properties.map(({ id, holds }) => ({ text: id, formula: holds })),
  ];
}

test("the common model by hand has the states and transitions of the model", () => {
  // The counts of examples/migration.ts, which other checkers have confirmed.
  expect(enumerated(common(), { cpu: 2, vector: 2, device: 1 })).toEqual([1_420, 3_300]);
  expect(enumerated(common(), { cpu: 2, vector: 3, device: 1 })).toEqual([16_626, 44_220]);
});

describe.skipIf(!thereIsZ3)("the hand-written invariant", () => {
  test("is inductive for the common model, with the property", async () => {
    const system = common();
    const all = claimsOf(system, new Questions(system)).map(({ text }) => text);
    const kept = await inductive(system);
    expect(kept).toContain("no-interrupt-lost");
    // Each claim is needed: the property follows from them, and is not inductive itself without one of them.
    const ofStudy = (texts: readonly string[]): string[] => texts.filter((text) => !text.includes("single"));
    expect(ofStudy(kept)).toEqual(ofStudy(all));
  });

  test.each(FAULTS)("is broken by %s", async (fault) => {
    expect(await inductive(common(fault))).not.toContain("no-interrupt-lost");
  });

  test("is left without a claim that says nothing new", async () => {
    const system = common();
    const questions = new Questions(system);
    const all = claimsOf(system, questions);
    const twice = { text: "twice", formula: all.find(({ text }) => text === "owns-old")!.formula };
    const solver = new Solver("z3", { ...limits, models: false, cores: true }, questions.preamble);
    const { inductive: kept } = await inductiveSubset(
      questions,
      solver,
      [...all, twice],
      new Set([all.at(-1)!]),
      new Set(),
      new Set(),
    );
    solver.end();
    expect(kept.filter(({ formula }) => formula === twice.formula)).toHaveLength(1);
  });
});

describe.skipIf(!areThere)("a proof", () => {
  test("is found for the common model, and both solvers confirm it", { timeout: 120_000 }, async () => {
    let file = "";
    const proof = await proveAnySize(common(), { onQuestions: (text) => void (file = text) });
    expect(proof.properties).toMatchObject([{ id: "no-interrupt-lost", isProved: true }]);
    expect(proof.answers.map(({ by, outcome }) => [by.split(" ")[0], outcome])).toEqual([
      ["Z3", "confirmed"],
      ["cvc5", "confirmed"],
    ]);
    expect(proof.invariant.length).toBeLessThan(20);
    const texts = proof.invariant.map(({ text }) => text).join("\n");
    expect(texts).toContain("owner[device[d].oldCpu][device[d].oldVector] is d");
    // One answer for each question, and no more in the file than was asked.
    expect(file.match(/^\(check-sat\)$/gm)).toHaveLength(proof.answers[0]!.questions);
    // Without the claims about the move the property is not inductive: the answers are not constant.
    const questions = new Questions(common());
    const goal = proof.invariant.filter(({ text }) => text.includes("waiting device"));
    expect(await confirmedBy("z3", confirmationFor(questions, goal, []), limits)).toMatchObject({ outcome: "refused" });
    expect(await confirmedBy("cvc5", confirmationFor(questions, goal, []), limits)).not.toMatchObject({
      outcome: "confirmed",
    });
  });

  test.each(LOSING)("is not found for %s, which loses interrupts", async (fault) => {
    const proof = await proveAnySize(common(fault));
    expect(proof.properties).toMatchObject([{ isProved: false, because: expect.stringContaining("violate") }]);
    expect(proof.suspect).toBeDefined();
  });
});

describe.skipIf(!thereIsZ3)("a counterexample to induction", () => {
  test("is a step between two states, by evaluation", async () => {
    const system = common();
    const questions = new Questions(system);
    const solver = new Solver("z3", limits, questions.preamble);
    const { holds } = system.properties[0]!;
    const assumed = [...questions.singleValued.map(({ formula }) => formula), holds];
    const failure = (await inductionFailure(questions, solver, assumed, holds))!;
    solver.end();
    const finite = new FiniteSystem(system, failure.sizes);
    expect(finite.step(failure.action, failure.parameters, failure.before)).toEqual(failure.after);
    expect(finite.evaluate(holds, failure.before)).toBe(true);
    expect(finite.evaluate(holds, failure.after)).toBe(false);
    const { step, rows } = failureTable(system, failure);
    expect(step).toContain(failure.action.name);
    expect(rows.filter(({ after }) => after !== undefined).length).toBeGreaterThan(0);
  });

  test("is not shown where there is none", async () => {
    const system = common();
    const questions = new Questions(system);
    const solver = new Solver("z3", limits, questions.preamble);
    const claims = claimsOf(system, questions).map(({ formula }) => formula);
    const failure = await inductionFailure(questions, solver, claims, claims.at(-1)!);
    solver.end();
    expect(failure).toBeUndefined();
  });
});

test("Z3 matches terms and builds models, whatever its defaults are", () => {
  expect(commandFor("z3", limits).join(" ")).toMatch(/smt\.ematching=true smt\.mbqi=true/);
  expect(commandFor("z3", { ...limits, models: false }).join(" ")).toMatch(/smt\.ematching=true smt\.mbqi=false/);
});

test("the file of the questions has the claims in words, and the abstractions", () => {
  const system = common();
  const questions = new Questions(system);
  const claims = handInvariant().map(({ formula }) => ({ text: sentenceOf(formula), formula }));
  const file = confirmationFile(confirmationFor(questions, claims, []), ["heading", ...claims.map(({ text }) => text)]);
  expect(file).toMatch(
    /^; heading\n; for every device d: owner\[device\[d\]\.oldCpu\]\[device\[d\]\.oldVector\] is d\n/,
  );
  expect(file.match(/^\(push 1\)$/gm)?.length).toBe(file.match(/^\(pop 1\)$/gm)?.length);
});
