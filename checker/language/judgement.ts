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
 * Decides whether all operands hold without running them one after another; undefined where it cannot. The fast
 * engine learns operands one by one.
 *
 * @param functions what the modeller wrote, of which the operands are made
 */
export type Composer = (operands: readonly (() => boolean)[], functions: readonly object[]) => boolean | undefined;

let composer: Composer | undefined;

/** Runs `work` with conjunctions decided by another. */
export function composingWith<Result>(other: Composer, work: () => Result): Result {
  const before = composer;
  composer = other;
  try {
    return work();
  } finally {
    composer = before;
  }
}

/** Whether all operands hold, when somebody decides that as a whole; undefined when they must be run in turn. */
export function compose(operands: readonly (() => boolean)[], functions: readonly object[]): boolean | undefined {
  return composer?.(operands, functions);
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
  if (composer !== undefined) {
    const thunks = Object.values(conjuncts);
    const composed = compose(
      thunks.map((conjunct) => () => holds(conjunct())),
      thunks,
    );
    if (composed !== undefined) return composed;
  }
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
  if (composer !== undefined) {
    const composed = compose(
      Array.from({ length: items.length }, (_, index) => () => holds(predicate(items[index] as Item, index))),
      [predicate],
    );
    if (composed !== undefined) return composed;
  }
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
