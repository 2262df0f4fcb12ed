import { FiniteSystem, type Sizes, type State } from "../evaluate.ts";
import { constant, equal, read, variable } from "../expressions.ts";
import type { Action, AnySizeSystem, Cell, Expression, Sort, Variable } from "../system.ts";
import type { Questions } from "./questions.ts";
import type { Solver } from "./solver.ts";
import { quoted, sortSymbol } from "./translate.ts";

/** A step from a state in which all claims are true to one in which one of them is not. */
export interface InductionFailure {
  readonly sizes: Sizes;
  readonly action: Action;
  /** The elements that are the parameters of the action. */
  readonly parameters: readonly number[];
  readonly before: State;
  readonly after: State;
}

/** Elements of each sort in the largest states that are tried. */
const MAX_ELEMENTS = 4;
/** Sizes that are tried for one action. */
const MAX_SIZES = 24;

/**
 * Looks for a small step that leads from states of the claims to a state in which one of them is false. The solver names
 * one; whether it is one is decided by evaluation.
 *
 * @param solver looks for models
 */
export async function inductionFailure(
  questions: Questions,
  solver: Solver,
  claims: readonly Expression[],
  broken: Expression,
): Promise<InductionFailure | undefined> {
  const { system } = questions;
  for (const sizes of smallSizes(system.sorts)) {
    const finite = new FiniteSystem(system, sizes);
    const elements = new Elements(system, finite);
    for (const encoded of questions.actions) {
      if (!encoded.changes(broken)) continue;
      const bits = elements.bits(questions, encoded.names);
      const output = await solver.output(
        "(push 1)",
        ...elements.declarations,
        ...claims.map((claim) => questions.asserted(claim)),
        ...encoded.commands,
        ...questions.refuted(encoded.after(broken), encoded.names),
        ...bits.flatMap(({ formula }, number) => [
          `(declare-const ${bitSymbol(number)} Bool)`,
          `(assert (= ${bitSymbol(number)} ${formula}))`,
        ]),
        ...solver.check(),
        ...(bits.length === 0 ? [] : [`(get-value (${bits.map((_, number) => bitSymbol(number)).join(" ")}))`]),
        "(pop 1)",
      );
      solver.questions++;
      if (!/^sat$/m.test(output)) continue;
      const isTrue = new Set(Array.from(output.matchAll(/\|bit (\d+)\| true/g), ([, number]) => Number(number)));
      const { before, parameters } = elements.decoded(bits, isTrue, encoded.action);
      const after = finite.step(encoded.action, parameters, before);
      if (after === undefined) continue;
      const holds = (claim: Expression, state: State): boolean => finite.evaluate(claim, state) === true;
      if (claims.every((claim) => holds(claim, before)) && !holds(broken, after)) {
        return { sizes, action: encoded.action, parameters, before, after };
      }
    }
  }
  return undefined;
}

/** A formula that is part of the description of a state: a cell has a value, or a parameter is an element. */
interface Bit {
  readonly formula: string;
  readonly place: number;
  readonly value: number;
  readonly isParameter: boolean;
}

/** Names for all elements of a finite state. */
class Elements {
  readonly declarations: readonly string[];
  readonly #finite: FiniteSystem;
  readonly #system: AnySizeSystem;

  constructor(system: AnySizeSystem, finite: FiniteSystem) {
    this.#system = system;
    this.#finite = finite;
    this.declarations = system.sorts.flatMap((sort) => {
      const own = Array.from({ length: finite.count(sort) }, (_, index) => elementSymbol(sort, index));
      const all = own.map((symbol) => `(= x ${symbol})`).join(" ");
      return [
        ...own.map((symbol) => `(declare-const ${symbol} ${sortSymbol(sort)})`),
        ...(own.length > 1 ? [`(assert (distinct ${own.join(" ")}))`] : []),
        `(assert (forall ((x ${sortSymbol(sort)})) (or ${all} false)))`,
      ];
    });
  }

  bits(questions: Questions, parameters: ReadonlyMap<Variable, string>): Bit[] {
    const finite = this.#finite;
    const bits: Bit[] = [];
    for (const cell of this.#system.cells) {
      for (const indices of finite.combinations(cell.parameters)) {
        const variables = cell.parameters.map((sort): Variable => ({ name: sort.name, sort }));
        const names = new Map(variables.map((one, place) => [one, elementSymbol(one.sort, indices[place] as number)]));
        const own = read(cell, ...variables.map(variable));
        for (const [value, scalar] of finite.valuesOf(cell).entries()) {
          // False, and the first name, are what is left.
          if (value === 0 && typeof scalar !== "number") continue;
          const formula = questions.translation.formula(...testOf(cell, own, scalar, names));
          bits.push({ formula, place: finite.at(cell, indices), value, isParameter: false });
        }
      }
    }
    for (const [place, [one, symbol]] of [...parameters].entries()) {
      for (let value = 0; value < finite.count(one.sort); value++) {
        bits.push({ formula: `(= ${symbol} ${elementSymbol(one.sort, value)})`, place, value, isParameter: true });
      }
    }
    return bits;
  }

  decoded(
    bits: readonly Bit[],
    isTrue: ReadonlySet<number>,
    action: Action,
  ): { readonly before: State; readonly parameters: readonly number[] } {
    const before = new Uint8Array(this.#finite.length);
    const parameters = action.parameters.map(() => 0);
    for (const number of isTrue) {
      const bit = bits[number];
      if (bit === undefined) continue;
      if (!bit.isParameter) before[bit.place] = bit.value;
      // Witnesses, which come after the action's own parameters, follow from the state.
      else if (bit.place < parameters.length) parameters[bit.place] = bit.value;
    }
    return { before, parameters };
  }
}

/** Whether a cell has a value, with the names of its variables. */
function testOf(
  cell: Cell,
  own: Expression,
  scalar: boolean | string | number,
  names: ReadonlyMap<Variable, string>,
): [Expression, ReadonlyMap<Variable, string>] {
  if (typeof scalar === "boolean") return [own, names];
  if (typeof scalar === "string") return [equal(own, constant(scalar, cell.type)), names];
  if (cell.type.kind !== "index") throw new TypeError(`${cell.name} has no indices`);
  const one: Variable = { name: "value", sort: cell.type.sort };
  return [equal(own, variable(one)), new Map([...names, [one, elementSymbol(cell.type.sort, scalar)]])];
}

/** Small sizes, those with the fewest elements first. */
function smallSizes(sorts: readonly Sort[]): Sizes[] {
  const all = sorts.reduce<Record<string, number>[]>(
    (some, { name }) =>
      some.flatMap((sizes) => Array.from({ length: MAX_ELEMENTS }, (_, index) => ({ ...sizes, [name]: index + 1 }))),
    [{}],
  );
  const total = (sizes: Sizes): number => Object.values(sizes).reduce((sum, count) => sum + count, 0);
  return all.toSorted((one, other) => total(one) - total(other)).slice(0, MAX_SIZES);
}

function elementSymbol({ name }: Sort, index: number): string {
  return quoted(`${name} ${index}!`);
}

function bitSymbol(number: number): string {
  return `|bit ${number}|`;
}
