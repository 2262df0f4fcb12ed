/**
 * What a predicate says of a state: whether it holds, and, when it does not, why. A bare boolean is a judgement
 * without a reason; `because`, `all`, `every` and `implies` make judgements with one.
 */
export type Judgement = boolean | Failure;

/** A predicate that does not hold, with the reason. */
export interface Failure {
  readonly holds: false;
  /** Which conjunct, which device, which CPU: a clause without a full stop. */
  readonly because: string;
}

/** Whether a judgement is positive. */
export function holds(judgement: Judgement): boolean {
  return judgement === true;
}

/** The reason of a negative judgement, or undefined when it gave none. */
export function reasonOf(judgement: Judgement): string | undefined {
  return typeof judgement === "object" ? judgement.because : undefined;
}

/**
 * A negative judgement with its reason.
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
  return { holds: false, because: reason };
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
  for (const [index, item] of items.entries()) {
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
