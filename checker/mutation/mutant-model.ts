import type { ActionInstance, Model } from "../language/index.ts";
import type { OpenReading, ReadAction, Reading } from "../reading/index.ts";
import type { Cell, DeepReadonly } from "../schema/index.ts";
import { evaluator, type Scalar, type Value } from "../terms/index.ts";
import type { Change } from "./candidates.ts";
import { tolerant } from "./tolerant.ts";
import { assign, valueAt } from "./units.ts";

/** A model with a fault, and what is read of it. */
export interface Mutated<S> {
  readonly model: Model<S>;
  readonly reading: Reading<S>;
}

/**
 * The model with other guards and recipes for some instances, as functions and as terms: so every engine, the replay and
 * the charts work on it as on any model. A changed guard is the value of its term, once the model's own guard has not
 * thrown. A changed recipe is the model's own, after which the parts in question get the values of their terms.
 */
export function mutated<S>(base: OpenReading<S>, changes: ReadonlyMap<ActionInstance<S>, Change>): Mutated<S> {
  const { model } = base;
  const valuesOf = valuesIn(model);
  const described = tolerant(model);
  const instances = model.instances.map((instance, index): ActionInstance<S> => {
    const change = changes.get(instance);
    return {
      ...(described.instances[index] as ActionInstance<S>),
      guard: change === undefined ? instance.guard : guardOf(instance, change, valuesOf),
      recipe: change === undefined ? instance.recipe : recipeOf(model, instance, change, valuesOf),
    };
  });
  const mutant = { ...described, instances };
  const reads = new Map<number, ReadAction<S>>();
  const reading: Reading<S> = {
    model: mutant,
    terms: base.terms,
    cells: base.cells,
    action(instance) {
      const { index } = instance;
      let read = reads.get(index);
      if (read === undefined) {
        const own = model.instances[index] as ActionInstance<S>;
        const change = changes.get(own);
        read = { ...(change === undefined ? base.action(own) : readOf(base, own, change)), instance };
        reads.set(index, read);
      }
      return read;
    },
    state: (id, predicate) => base.state(id, predicate),
    step: (id, property, instance) => base.step(id, property, instance, reading.action(instance)),
    get notes() {
      return base.notes;
    },
    changed: () => base.changed(),
  };
  return { model: mutant, reading };
}

function readOf<S>(base: OpenReading<S>, instance: ActionInstance<S>, change: Change): ReadAction<S> {
  const { guard, kept = [], assigned = [] } = change;
  const read = guard === undefined ? base.action(instance) : base.underGuard(instance, guard);
  const next = new Map(read.next);
  for (const { cells } of kept) for (const cell of cells) next.delete(cell);
  for (const [{ cells }, value] of assigned) next.set(cells[0] as number, value);
  return { ...read, next };
}

/** The values of terms in a state. */
type ValuesOf<S> = (state: DeepReadonly<S> | S) => (value: Value) => Scalar;

function guardOf<S>(
  { guard: own }: ActionInstance<S>,
  { guard }: Change,
  valuesOf: ValuesOf<S>,
): ActionInstance<S>["guard"] {
  if (guard === undefined) return own;
  return (state) => {
    own(state);
    return valuesOf(state)(guard) === true;
  };
}

function recipeOf<S>(
  { layout }: Model<S>,
  { recipe: own }: ActionInstance<S>,
  { kept = [], assigned = [] }: Change,
  valuesOf: ValuesOf<S>,
): ActionInstance<S>["recipe"] {
  if (kept.length === 0 && assigned.length === 0) return own;
  const words = new Uint32Array(layout.words);
  return (draft) => {
    layout.encode(draft, words, 0);
    const before = layout.decode(words, 0);
    const valueOf = valuesOf(before);
    own(draft);
    for (const { keys } of kept) assign(draft as object, keys, valueAt(before, keys));
    for (const [{ keys }, value] of assigned) assign(draft as object, keys, valueOf(value));
  };
}

/** The values of the cells of a packed state. */
export function cellValues(cells: readonly Cell[], words: Uint32Array): Scalar[] {
  return cells.map(({ word, shift, width, shape }) => {
    const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
    return shape.valueAt(width === 0 ? 0 : (((words[word] as number) >>> shift) & mask) >>> 0);
  });
}

/** Evaluates terms in states; what is known of a frozen state is kept until another one is given. */
function valuesIn<S>({ layout }: Model<S>): ValuesOf<S> {
  const words = new Uint32Array(layout.words);
  let last: unknown;
  let known: ((value: Value) => Scalar) | undefined;
  return (state) => {
    if (known !== undefined && state === last) return known;
    layout.encode(state, words, 0);
    const valueOf = evaluator(cellValues(layout.cells, words));
    [last, known] = Object.isFrozen(state) ? [state, valueOf] : [undefined, undefined];
    return valueOf;
  };
}
