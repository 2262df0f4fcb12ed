import { callBegins, callEnds, callNumber } from "./current-call.ts";
import { ModelError } from "../errors.ts";
import { show } from "../schema/index.ts";

/**
 * Judgement of a predicate on a state: whether it holds, and, when it does not, why. A bare boolean is a judgement
 * without a reason; `because`, `all`, `every` and `implies` make judgements with one.
 */
export type Judgement = boolean | Failure;

/** A predicate that does not hold, with the reason. */
export interface Failure {
  readonly holds: false;
  /** Which conjunct, which device, which CPU: a clause without a full stop. */
  readonly because: string;
}

type Callable = (...given: never[]) => unknown;

/** The modeller's own functions, by the function that guards them against a mistake. */
const originals = new WeakMap<Callable, Callable>();

/** A function that does the same as the modeller's own, with a check around it. */
export function wrapping<Wrapper extends Callable>(wrapper: Wrapper, original: Callable): Wrapper {
  // A guarded function may be guarded again: the properties of a model are given to another one.
  originals.set(wrapper, originalOf(original));
  return wrapper;
}

/** The function that the modeller wrote, of one that may have a check around it. */
export function originalOf(callable: Callable): Callable {
  return originals.get(callable) ?? callable;
}

/** Whether failures are watched that the running predicate makes and does not look at. */
let watched = false;

/** Those failures; undefined before the first, so that a predicate that holds costs nothing. */
let dropped: Set<Failure> | undefined;

/** Whether a judgement is positive. */
export function holds(judgement: Judgement): boolean {
  if (typeof judgement === "object") dropped?.delete(judgement);
  return judgement === true;
}

/** The reason of a negative judgement, or undefined when it gave none. */
export function reasonOf(judgement: Judgement): string | undefined {
  if (typeof judgement !== "object") return undefined;
  dropped?.delete(judgement);
  return judgement.because;
}

/**
 * A negative judgement with its reason.
 *
 * It is an object, which JavaScript takes for true: combine judgements with `all`, `every` and `implies`, and ask
 * `holds` of one, instead of `&&`, `!` and the methods of arrays.
 *
 * @example
 * ```ts
 * import { because, reasonOf } from "irqproof/checker";
 *
 * const judge = (queue: readonly number[]) => queue.length < 2 || because(`the queue has ${queue.length} messages`);
 * console.assert(judge([]) === true);
 * console.assert(reasonOf(judge([1, 2])) === "the queue has 2 messages");
 * ```
 */
export function because(reason: string): Failure {
  const failure: Failure = { holds: false, because: reason };
  if (watched) (dropped ??= new Set()).add(failure);
  return failure;
}

/**
 * The same predicate, which throws when it makes a failure, loses it and returns a boolean. So it is with
 * `every(...) && every(...)`, which is true when only the first fails: that must not become a verdict.
 *
 * @param name what the predicate is called where it does not return
 */
export function attentive<Arguments extends unknown[]>(
  predicate: (...given: Arguments) => Judgement,
  name: string,
): (...given: Arguments) => Judgement {
  const number = callNumber(name);
  return wrapping((...given: Arguments) => {
    const [watchedBefore, droppedBefore] = [watched, dropped];
    const callBefore = callBegins(number);
    watched = true;
    dropped = undefined;
    try {
      const judgement = predicate(...given);
      if (typeof judgement === "boolean") refuseDropped(dropped);
      return judgement;
    } finally {
      watched = watchedBefore;
      dropped = droppedBefore;
      callEnds(callBefore);
    }
  }, predicate);
}

function refuseDropped(failures: ReadonlySet<Failure> | undefined): void {
  for (const { because } of failures ?? []) {
    throw new ModelError(
      `it dropped the judgement ${show(because)}; combine judgements with all and every, not with &&, ! or an array's methods`,
    );
  }
}

/**
 * A conjunction whose conjuncts have names: the reason names the first that fails.
 *
 * @example
 * ```ts
 * import { all, reasonOf } from "irqproof/checker";
 *
 * const judgement = all({ "the queue is empty": () => true, "the lock is free": () => false });
 * console.assert(reasonOf(judgement) === "not: the lock is free");
 * ```
 */
export function all(conjuncts: Readonly<Record<string, () => Judgement>>): Judgement {
  for (const [name, conjunct] of Object.entries(conjuncts)) {
    const judgement = conjunct();
    if (holds(judgement)) continue;
    const reason = reasonOf(judgement);
    return because(reason === undefined ? `not: ${name}` : `not: ${name} (${reason})`);
  }
  return true;
}

/**
 * A universal quantifier: every item must satisfy the predicate. The reason names the first that does not.
 *
 * @param name how to name an item in the reason, such as `(_, index) => "CPU" + index`
 *
 * @example
 * ```ts
 * import { every, reasonOf } from "irqproof/checker";
 *
 * const judgement = every([1, 5], (value) => value < 3, (_, index) => `counter ${index}`);
 * console.assert(reasonOf(judgement) === "counter 1");
 * ```
 */
export function every<Item>(
  items: readonly Item[],
  predicate: (item: Item, index: number) => Judgement,
  name: (item: Item, index: number) => string = (_, index) => `item ${index}`,
): Judgement {
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as Item;
    const judgement = predicate(item, index);
    if (holds(judgement)) continue;
    const reason = reasonOf(judgement);
    return because(reason === undefined ? name(item, index) : `${name(item, index)}: ${reason}`);
  }
  return true;
}

/** `consequent` need hold only where `antecedent` does. */
export function implies(antecedent: boolean, consequent: () => Judgement): Judgement {
  return antecedent ? consequent() : true;
}
