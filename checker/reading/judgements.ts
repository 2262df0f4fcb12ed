import { all, because, every, holds, implies, reasonOf } from "../language/index.ts";
import { NotRead, type Bool } from "../terms/index.ts";
import { becauseIntrinsic, type Interpreter, type Intrinsic } from "./interpreter.ts";
import type { Callable } from "./source.ts";
import { FAILURE, HeapObject, type Thing } from "./values.ts";

/**
 * What the functions that make judgements mean. Their own source keeps account of failures that get lost, for the engines
 * that call them; here that is seen where a failure is used as a condition.
 */
export const JUDGEMENTS: ReadonlyMap<Callable, Intrinsic> = new Map<Callable, Intrinsic>([
  [because, becauseIntrinsic],
  [holds, (interpreter, [judgement]) => isPositive(interpreter, judgement)],
  [
    reasonOf,
    () => {
      throw new NotRead("it asks for the reason of a judgement");
    },
  ],
  [all, (interpreter, [conjuncts]) => allOf(interpreter, conjuncts)],
  [every, (interpreter, given) => everyOf(interpreter, given)],
  [
    implies,
    (interpreter, [antecedent, consequent]) =>
      interpreter.paths.fork(
        interpreter.truthy(antecedent),
        () => interpreter.call(consequent, undefined, []),
        () => true,
      ),
  ],
] as [Callable, Intrinsic][]);

/** Where a judgement is positive. */
export function isPositive(interpreter: Interpreter, judgement: Thing): Bool {
  return interpreter.same(judgement, true);
}

function allOf(interpreter: Interpreter, given: Thing): Thing {
  const { paths, objects } = interpreter;
  const conjuncts = paths.now(given);
  const names = objects.keysOf(conjuncts);
  const from = (index: number): Thing => {
    const name = names[index];
    if (name === undefined) return true;
    const judgement = interpreter.call(objects.get(conjuncts, name), undefined, []);
    return paths.fork(
      isPositive(interpreter, judgement),
      () => from(index + 1),
      () => FAILURE,
    );
  };
  return from(0);
}

function everyOf(interpreter: Interpreter, [items, predicate]: readonly Thing[]): Thing {
  const { paths, objects, lists } = interpreter;
  const { elements, length } = objects.iterated(items);
  const requireUnchanged = lists.watch(items);
  const from = (index: number): Thing => {
    if (index >= elements.length) return true;
    return paths.fork(
      paths.facts.simplify(paths.terms.less(index, length)),
      () => {
        requireUnchanged();
        const judgement = interpreter.call(predicate, undefined, [elements[index], index]);
        return paths.fork(
          isPositive(interpreter, judgement),
          () => from(index + 1),
          () => FAILURE,
        );
      },
      () => true,
    );
  };
  return from(0);
}

/** Whether a thing is a judgement that fails, and not another object. */
export function isFailure(thing: Thing): boolean {
  return (
    thing === FAILURE || (thing instanceof HeapObject && thing.kind === "record" && thing.slots.get("holds") === false)
  );
}
