import type { SafetyProperty } from "../language/index.ts";
import type { ReadAction, Reading, ReadPredicate, Unread } from "../reading/index.ts";
import { cellsOf, NotRead, substitute, Term, TooMuchWork, type Bool, type Scalar, type Value } from "../terms/index.ts";
import { CellFormula } from "./cell-formula.ts";
import type { Renaming } from "./renaming.ts";
import type { Steps } from "./steps.ts";
import type { CellPlace } from "./structure.ts";

/** The functions of a model that a symmetry must respect, as terms. */
export interface ReadFunctions<S> {
  readonly reading: Reading<S>;
  readonly actions: readonly ReadAction<S>[];
  /** The `always` and `sometimes` properties, and the excuses of `noDeadlock`, by id. */
  readonly states: ReadonlyMap<string, ReadPredicate>;
  /** The step properties by id, each by instance. */
  readonly steps: ReadonlyMap<string, readonly ReadPredicate[]>;
}

/** Reads them. The work of a comparison is limited; that of reading is limited by the reader. */
export function* readFunctions<S>(
  reading: Reading<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
): Steps<ReadFunctions<S>> {
  const { instances } = reading.model;
  const states = new Map<string, ReadPredicate>();
  const steps = new Map<string, readonly ReadPredicate[]>();
  const actions: ReadAction<S>[] = [];
  for (const instance of instances) {
    actions.push(reading.action(instance));
    yield;
  }
  for (const [id, property] of properties) {
    yield;
    if (property.kind === "step") {
      const read = instances.map((instance) => reading.step(id, property, instance));
      steps.set(id, read);
    } else states.set(id, reading.state(id, property.kind === "noDeadlock" ? property.unless : property.holds));
  }
  return { reading, actions, states, steps };
}

/** Operands that may be looked at to verify one renaming; see `Terms.allow`. */
const MAX_OPERANDS = 5_000_000;
/** Terms that one renaming may be applied to. */
const MAX_TERMS = 1_000_000;

/** Why a renaming is no symmetry, or is not known to be one. A clause that names the function. */
export interface Refusal {
  readonly kind: "asymmetric" | "undecided";
  readonly why: string;
  /** Cells that it is about: the one that a step changes in another way, or those of a condition. */
  readonly cells: readonly number[];
}

class Refused extends Error {
  readonly refusal: Refusal;

  constructor(kind: Refusal["kind"], why: string, cells: readonly number[] = []) {
    super(why);
    this.refusal = { kind, why, cells };
  }
}

/**
 * Whether a renaming that is its own inverse is a symmetry of a model and of some of its properties: for each instance,
 * the renamed instance is enabled in the renamed state exactly where the instance is enabled in the state, and leads to
 * the renamed successor; each property judges a renamed state, or step, as it judges the state. Where that is so for
 * terms, it is so in every state. Terms are compared as they are, then by a solver.
 *
 * @returns undefined where it is a symmetry
 */
export function* refusalOf<S>(
  read: ReadFunctions<S>,
  places: readonly CellPlace[],
  renaming: Renaming,
): Steps<Refusal | undefined> {
  const { terms } = read.reading;
  const left = terms.allow(MAX_OPERANDS);
  try {
    yield* new Equivariance(read, places, renaming).require();
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    if (error instanceof TooMuchWork) return undecided("the comparison takes too much work");
    if (error instanceof NotRead) return undecided(`it cannot be compared: ${error.message}`);
    throw error;
  } finally {
    terms.allow(left);
  }
}

function undecided(why: string): Refusal {
  return { kind: "undecided", why, cells: [] };
}

class Equivariance<S> {
  readonly #read: ReadFunctions<S>;
  readonly #reading: Reading<S>;
  readonly #places: readonly CellPlace[];
  readonly #renaming: Renaming;
  readonly #formula: CellFormula;
  /** Terms over the renamed state, as terms over the state. */
  readonly #known = new Map<Term, Value>();

  constructor(read: ReadFunctions<S>, places: readonly CellPlace[], renaming: Renaming) {
    this.#read = read;
    this.#reading = read.reading;
    this.#places = places;
    this.#renaming = renaming;
    this.#formula = new CellFormula(this.#reading.model.layout.cells, places, this.#reading.terms);
  }

  /** @throws Refused */
  *require(): Steps<void> {
    const { actions, states, steps } = this.#read;
    const { terms } = this.#reading;
    for (const [index, other] of this.#renaming.instances.entries()) {
      // Each pair once: the renaming is its own inverse.
      if (other >= index) yield* this.#requireAction(actions[index] as ReadAction<S>, actions[other] as ReadAction<S>);
    }
    for (const [id, read] of states) yield* this.#requirePredicate(`property ${id}`, read, read, true);
    for (const [id, reads] of steps) {
      for (const [index, other] of this.#renaming.instances.entries()) {
        if (other < index) continue;
        const { guard, fault } = actions[index] as ReadAction<S>;
        const [one, two] = [reads[index] as ReadPredicate, reads[other] as ReadPredicate];
        yield* this.#requirePredicate(`property ${id}`, one, two, terms.and(guard, terms.not(fault)));
      }
    }
  }

  /** Whether a condition is the same term over the renamed state. */
  keeps(condition: Bool): boolean {
    return this.#renamed(condition) === condition;
  }

  *#requireAction(one: ReadAction<S>, two: ReadAction<S>): Steps<void> {
    yield;
    const { terms } = this.#reading;
    const where = `action ${one.instance.text}`;
    requireRead(where, one.unread ?? two.unread);
    yield* this.#requireEqual(`${where}: whether it fails`, one.fault, this.#renamed(two.fault), true);
    const valid = terms.not(one.fault);
    yield* this.#requireEqual(`${where}: its guard`, one.guard, this.#renamed(two.guard), valid);
    const enabled = terms.and(one.guard, valid);
    const cells = new Set(one.next.keys());
    for (const cell of two.next.keys()) cells.add(this.#renaming.to[cell] as number);
    for (const cell of cells) {
      const to = this.#renaming.to[cell] as number;
      const after = this.#renamed(two.next.has(to) ? two.next.get(to) : this.#cell(to));
      const { path } = this.#reading.model.layout.cells[cell]!;
      yield* this.#requireEqual(`${where}: what it makes of ${path}`, this.#mapped(cell, one), after, enabled, [cell]);
    }
  }

  *#requirePredicate(where: string, one: ReadPredicate, two: ReadPredicate, enabled: Bool): Steps<void> {
    yield;
    const { terms } = this.#reading;
    requireRead(where, one.unread ?? two.unread);
    yield* this.#requireEqual(`${where}: whether it fails`, one.fault, this.#renamed(two.fault), enabled);
    yield* this.#requireEqual(where, one.holds, this.#renamed(two.holds), terms.and(enabled, terms.not(one.fault)));
  }

  /** @throws Refused where two terms differ in a state in which a condition holds */
  *#requireEqual(what: string, one: Value, other: Value, where: Bool, about: readonly number[] = []): Steps<void> {
    if (Object.is(one, other)) return;
    const { terms } = this.#reading;
    const differ = terms.not(terms.equal(one, other));
    if (differ === false || where === false) return;
    const found = yield* this.#formula.canHold([where, differ]);
    const cells = [...about, ...(differ instanceof Term ? cellsOf(differ.support) : [])];
    if (found === true) throw new Refused("asymmetric", what, cells);
    if (found === undefined) throw new Refused("undecided", `${what} (the solver did not decide it)`, cells);
  }

  /** The value of a cell after a step, as it is in the renamed state. */
  #mapped(cell: number, { next }: ReadAction<S>): Value {
    const after = (number: number): Value => (next.has(number) ? next.get(number) : this.#cell(number));
    return this.#withMap(cell, after(cell), (number) => after(number));
  }

  /** A term over the renamed state, over the state. */
  #renamed(value: Value): Value {
    if (this.#known.size > MAX_TERMS) throw new TooMuchWork();
    return substitute(this.#reading.terms, value, (cell) => this.#source(cell.cell), this.#known);
  }

  /** The value of a cell of the renamed state: as a cell, also where it is boolean. */
  #source(cell: number): Value {
    const from = this.#renaming.to[cell] as number;
    return this.#withMap(from, cellTerm(this.#cell(from)), (number) => this.#cell(number));
  }

  #cell(cell: number): Value {
    return this.#reading.cells[cell];
  }

  /** A value of a cell after the renaming of values; it stays 0 where the cell is not in use. */
  #withMap(cell: number, value: Value, valueOf: (cell: number) => Value): Value {
    const map = this.#renaming.numbers[cell];
    if (map === undefined) return value;
    const { terms, model } = this.#reading;
    const { shape } = model.layout.cells[cell]!;
    const renamed = terms.map(value, (one) => {
      const number = map[shape.indexOf(one)];
      // A value outside the type is none of a state: the fault holds there.
      return number === undefined ? one : shape.valueAt(number);
    });
    const { use } = this.#places[cell]!;
    if (use === undefined) return renamed;
    const counter = valueOf(use.cell);
    const isUsed = terms.test(counter, (number: Scalar) => (number as number) > use.above);
    return terms.ite(isUsed, renamed, value);
  }
}

/** The term of a cell; a boolean one is a test of it. */
function cellTerm(value: Value): Value {
  return value instanceof Term && value.operator === "in" ? value.operands[0] : value;
}

function requireRead(where: string, unread: Unread | undefined): void {
  if (unread !== undefined) throw new Refused("undecided", `${where} was not read: ${unread.why}`);
}

/** The properties of which a premise is not the same, as a term, after each of some renamings. */
export function variantPremises<S>(
  { reading, states }: ReadFunctions<S>,
  places: readonly CellPlace[],
  renamings: readonly Renaming[],
): Set<string> {
  const variant = new Set<string>();
  for (const renaming of renamings) {
    const equivariance = new Equivariance(
      { reading, actions: [], states: new Map(), steps: new Map() },
      places,
      renaming,
    );
    for (const [id, { premises = [] }] of states) {
      if (!premises.every((premise) => equivariance.keeps(premise))) variant.add(id);
    }
  }
  return variant;
}
