import { all, because, every, holds, implies, reasonOf } from "../../language/index.ts";
import type { Bool } from "../../terms/index.ts";
import type { Evaluation, Intrinsic } from "./evaluation.ts";
import type { Callable } from "../source/source.ts";
import { isScalar, type HeapObject, type Thing } from "../values/values.ts";

/**
 * Meaning of the functions that make judgements. Their own source keeps account of lost failures, for the engines
 * that call them; here `Failures` does.
 */
export const JUDGEMENTS: ReadonlyMap<Callable, Intrinsic> = new Map<Callable, Intrinsic>([
  [because, ({ failures }) => becauseOf(failures)],
  [holds, (evaluation, [judgement]) => isPositive(evaluation, judgement)],
  [reasonOf, (evaluation, [judgement]) => reason(evaluation, judgement)],
  [all, (evaluation, [conjuncts]) => allOf(evaluation, conjuncts)],
  [every, (evaluation, given) => everyOf(evaluation, given)],
  [
    implies,
    (evaluation, [antecedent, consequent]) => {
      const premise = evaluation.implication();
      return evaluation.paths.fork(
        evaluation.truthy(antecedent),
        () => {
          premise.holds();
          return evaluation.call(consequent, undefined, []);
        },
        () => true,
      );
    },
  ],
] as [Callable, Intrinsic][]);

function becauseOf(failures: Evaluation["failures"]): Thing {
  const failure = failures.make();
  failures.note(failure, true);
  return failure;
}

/** Condition under which a judgement is positive; asking for it looks at the judgement. */
function isPositive(evaluation: Evaluation, judgement: Thing): Bool {
  evaluation.failures.look(judgement);
  return evaluation.same(judgement, true);
}

function reason(evaluation: Evaluation, judgement: Thing): Thing {
  const { failures, objects, paths } = evaluation;
  failures.look(judgement);
  return paths.mergeAll(
    paths
      .alternatives(judgement)
      .map(([condition, one]) => [
        condition,
        isScalar(one) || typeof one === "function" ? undefined : objects.get(one, "because"),
      ]),
  );
}

/** A failure that is `made` on some paths, and noted as one. */
function withFailure(evaluation: Evaluation, work: (failure: HeapObject) => Thing): Thing {
  const { failures, paths } = evaluation;
  const failure = failures.make();
  const result = work(failure);
  for (const [condition, one] of paths.alternatives(result)) if (one === failure) failures.note(failure, condition);
  return result;
}

function allOf(evaluation: Evaluation, given: Thing): Thing {
  const { paths, objects } = evaluation;
  const conjuncts = paths.now(given);
  // `Object.entries` takes the conjuncts out before the first is called.
  const callables = objects.keysOf(conjuncts).map((name) => objects.get(conjuncts, name));
  return withFailure(evaluation, (failure) => {
    const from = (index: number): Thing => {
      if (index === callables.length) return true;
      const judgement = evaluation.call(callables[index], undefined, []);
      return paths.fork(
        isPositive(evaluation, judgement),
        () => from(index + 1),
        () => failure,
      );
    };
    return from(0);
  });
}

function everyOf(evaluation: Evaluation, [items, predicate, name]: readonly Thing[]): Thing {
  const { paths, objects } = evaluation;
  return withFailure(evaluation, (failure) => {
    const from = (index: number): Thing =>
      paths.fork(
        evaluation.less(index, objects.get(items, "length")),
        () => {
          const item = objects.get(items, index);
          const judgement = evaluation.call(predicate, undefined, [item, index]);
          return paths.fork(
            isPositive(evaluation, judgement),
            () => from(index + 1),
            () => {
              if (name !== undefined) evaluation.callForText(name, [item, index]);
              return failure;
            },
          );
        },
        () => true,
      );
    return from(0);
  });
}
