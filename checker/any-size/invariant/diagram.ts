import type { FiniteSystem, State } from "../evaluate.ts";
import { constant, equal, isIndex, not, or, read, substitute, variable } from "../expressions.ts";
import type { AnySizeSystem, Cell, Expression, Sort } from "../system.ts";
import type { Bits, BitTable } from "./bit-table.ts";
import type { Predicate } from "./predicates.ts";

/** An element of a sort in a state, by a number that is unique among all sorts. */
export type ElementId = number;

/** Values for elements of a state: for each, an element of a state that is compared with it. */
export type Assignment = readonly number[];

/** A condition on some elements of a state that is true in it. */
export interface Literal {
  readonly elements: readonly ElementId[];
  /** How much it adds to the length of a claim. */
  readonly cost: number;
  /** The states of a table in which the elements assigned meet it. */
  bits(table: BitTable, assignment: Assignment): Bits;
  /** The condition, with these expressions for elements. */
  term(of: (element: ElementId) => Expression): Expression;
  /** For a test for one name: weaker ones, for that name or another. */
  wider?(): readonly Literal[];
}

/** The sorts of elements. */
export interface Elements {
  /** The sort of each element, by its number. */
  readonly elements: readonly Sort[];
  sortOf(element: ElementId): Sort;
}

/** How much literals add to the length of a claim: a quantified one is harder to understand, and to prove. */
const LITERAL_COST = 2;
const QUANTIFIED_COST = 3;

/** Facts about one state, as literals about its elements. */
export class Diagram implements Elements {
  readonly literals: readonly Literal[];
  readonly #first = new Map<string, number>();
  readonly #sortOf: Sort[] = [];

  constructor(system: AnySizeSystem, finite: FiniteSystem, state: State, predicates: readonly Predicate[]) {
    for (const sort of system.sorts) {
      this.#first.set(sort.name, this.#sortOf.length);
      for (let index = 0; index < finite.count(sort); index++) this.#sortOf.push(sort);
    }
    const literals: Literal[] = [];
    for (const [one, sort] of this.#sortOf.entries()) {
      for (let other = 0; other < one; other++) {
        if (this.#sortOf[other]?.name === sort.name) literals.push(difference(other, one));
      }
    }
    for (const cell of system.cells) {
      for (const indices of finite.combinations(cell.parameters)) {
        literals.push(...this.#aboutCell(finite, cell, indices, state[finite.at(cell, indices)] as number));
      }
    }
    for (const predicate of predicates) {
      const { condition, variable: one } = predicate;
      for (let value = 0; value < finite.count(one.sort); value++) {
        const isTrue = finite.evaluate(condition, state, new Map([[one, value]])) === true;
        literals.push(aboutPredicate(predicate, this.#id(one.sort, value), isTrue));
      }
    }
    this.literals = literals;
  }

  sortOf(element: ElementId): Sort {
    return this.#sortOf[element] as Sort;
  }

  /** The elements of each sort, by their numbers. */
  get elements(): readonly Sort[] {
    return this.#sortOf;
  }

  #id(sort: Sort, index: number): ElementId {
    return (this.#first.get(sort.name) as number) + index;
  }

  #aboutCell(finite: FiniteSystem, cell: Cell, indices: readonly number[], value: number): Literal[] {
    const ids = indices.map((index, place) => this.#id(cell.parameters[place] as Sort, index));
    const { type } = cell;
    if (type.kind === "boolean") return [ofBoolean(cell, ids, value === 1)];
    const name = type.names[value];
    if (name !== undefined) {
      return [
        ofNames(
          cell,
          ids,
          [name],
          type.names.filter((other) => other !== name),
        ),
      ];
    }
    if (type.kind !== "index") return [];
    const own = value - type.names.length;
    const results: Literal[] = [ofElement(cell, ids, this.#id(type.sort, own), true)];
    for (let other = 0; other < finite.count(type.sort); other++) {
      if (other !== own) results.push(ofElement(cell, ids, this.#id(type.sort, other), false));
    }
    if (type.names.length > 0) results.push(ofAnyIndex(cell, ids));
    return results;
  }
}

const EMPTY = new WeakMap<BitTable, Bits>();

function none(table: BitTable): Bits {
  let bits = EMPTY.get(table);
  if (bits === undefined) EMPTY.set(table, (bits = new Uint32Array(table.words)));
  return bits;
}

function difference(one: ElementId, other: ElementId): Literal {
  return {
    elements: [one, other],
    cost: LITERAL_COST,
    bits: (table, assignment) => (assignment[one] === assignment[other] ? none(table) : table.all),
    term: (of) => not(equal(of(one), of(other))),
  };
}

function placeIn(table: BitTable, cell: Cell, ids: readonly ElementId[], assignment: Assignment): number {
  return table.finite.at(
    cell,
    ids.map((id) => assignment[id] as number),
  );
}

function ofBoolean(cell: Cell, ids: readonly ElementId[], isTrue: boolean): Literal {
  return {
    elements: ids,
    cost: LITERAL_COST,
    bits: (table, assignment) => table.column(placeIn(table, cell, ids, assignment), [isTrue ? 1 : 0]),
    term: (of) => {
      const own = read(cell, ...ids.map(of));
      return isTrue ? own : not(own);
    },
  };
}

function ofNames(cell: Cell, ids: readonly ElementId[], names: readonly string[], others: readonly string[]): Literal {
  const { type } = cell;
  const all = type.kind === "boolean" ? [] : type.names;
  const accepted = names.map((name) => all.indexOf(name));
  return {
    elements: ids,
    cost: LITERAL_COST,
    bits: (table, assignment) => table.column(placeIn(table, cell, ids, assignment), accepted),
    term: (of) => {
      const own = read(cell, ...ids.map(of));
      if (type.kind === "index" && names.length === all.length) return not(isIndex(own));
      const isShort = type.kind === "index" || names.length <= others.length;
      const list = isShort ? names : others;
      const test = or(...list.map((name) => equal(own, constant(name, type))));
      return isShort ? test : not(test);
    },
    wider: () =>
      others.map((other) =>
        ofNames(
          cell,
          ids,
          all.filter((name) => name === other || names.includes(name)),
          others.filter((name) => name !== other),
        ),
      ),
  };
}

function ofElement(cell: Cell, ids: readonly ElementId[], element: ElementId, isEqual: boolean): Literal {
  const first = cell.type.kind === "index" ? cell.type.names.length : 0;
  return {
    elements: ids.includes(element) ? ids : [...ids, element],
    cost: LITERAL_COST,
    bits: (table, assignment) => {
      const place = placeIn(table, cell, ids, assignment);
      const value = first + (assignment[element] as number);
      return isEqual ? table.column(place, [value]) : table.others(place, value);
    },
    term: (of) => {
      const test = equal(read(cell, ...ids.map(of)), of(element));
      return isEqual ? test : not(test);
    },
  };
}

function ofAnyIndex(cell: Cell, ids: readonly ElementId[]): Literal {
  const names = cell.type.kind === "index" ? cell.type.names : [];
  return {
    elements: ids,
    cost: LITERAL_COST,
    bits: (table, assignment) => {
      const place = placeIn(table, cell, ids, assignment);
      const count = table.finite.valuesOf(cell).length;
      return table.column(
        place,
        Array.from({ length: count - names.length }, (_, index) => names.length + index),
      );
    },
    term: (of) => isIndex(read(cell, ...ids.map(of))),
  };
}

function aboutPredicate({ condition, variable: one }: Predicate, id: ElementId, isTrue: boolean): Literal {
  const asked = isTrue ? condition : not(condition);
  return {
    elements: [id],
    cost: QUANTIFIED_COST,
    bits: (table, assignment) => table.condition(condition, [one], [assignment[id] as number], isTrue),
    term: (of) => substitute(asked, new Map([[one, of(id)]])),
  };
}

/** For claims: an expression for each element, which is a new variable. */
export function variablesFor(diagram: Diagram): (element: ElementId) => Expression {
  const known = new Map<ElementId, Expression>();
  return (element) => {
    let one = known.get(element);
    if (one === undefined) {
      const sort = diagram.sortOf(element);
      known.set(element, (one = variable({ name: sort.name, sort })));
    }
    return one;
  };
}
