import { InternalError } from "../../errors.ts";
import type { Field, Packing } from "../../schema/packing.ts";
import type { Circuit } from "../../system/circuit.ts";
import type { Signal } from "../../system/gates.ts";
import { Lowering, type Question } from "../../system/lowering.ts";
import { inOrder, type Bool, type Domain, Term, type Terms, type Value } from "../../terms/index.ts";
import { cellTerm } from "../lowering.ts";
import { LANES } from "./lane-map.ts";

/** Conditions and values of cells as gates over the bits of a packed state. */
export class LaneCells {
  readonly #circuit: Circuit;
  readonly #packing: Packing;
  readonly #cells: readonly Value[];
  readonly #lowering: Lowering;
  /** For each domain and bit: whether the number of a value has it. */
  readonly #bits = new Map<Domain, Question[]>();

  /** @param circuit with an input for each bit of a packed state */
  constructor(circuit: Circuit, terms: Terms, packing: Packing, cells: readonly Value[]) {
    this.#circuit = circuit;
    this.#packing = packing;
    this.#cells = cells;
    this.#lowering = new Lowering(terms, circuit, {
      bits: (cell) => this.#planes(cell),
      test: (cell, isIn) => {
        const { domain } = cellTerm(cells[cell]);
        const table = (domain as Domain).values.map((_, number) => isIn(number));
        return circuit.lookUp(this.#planes(cell), table);
      },
    });
  }

  condition(bool: Bool): Signal {
    return this.#lowering.condition(bool);
  }

  /** The bits of the number by which a cell holds a value, the lowest first. */
  inCell(value: Value, cell: number): Signal[] {
    const { width } = this.#packing.fields[cell] as Field;
    const { domain } = cellTerm(this.#cells[cell]);
    if (domain === undefined) throw new InternalError("a cell of a large range is computed in planes");
    return Array.from({ length: width }, (_, bit) => this.#lowering.test(value, this.#bitOf(domain, bit)));
  }

  #bitOf(domain: Domain, bit: number): Question {
    let questions = this.#bits.get(domain);
    if (questions === undefined) this.#bits.set(domain, (questions = []));
    return (questions[bit] ??= { accepts: (value) => ((domain.positionOf(value) >> bit) & 1) === 1 });
  }

  #planes(cell: number): Signal[] {
    const { word, shift, width } = this.#packing.fields[cell] as Field;
    return Array.from({ length: width }, (_, bit) => this.#circuit.input(LANES * word + shift + bit));
  }
}

/** Values of a scalar, and pairs of values of two that are combined, up to which they are computed in planes. */
const [MAX_VALUES, MAX_PAIRS] = [64, 256];

/** Whether terms are computed in planes: gates go through values one by one, so all scalars must have few. */
export function hasFewValues(roots: readonly Value[]): boolean {
  return inOrder(roots).every((term) => {
    if (!term.isBoolean && valuesOf(term) > MAX_VALUES) return false;
    const [a, b] = term.operands;
    return !PAIRED.has(term.operator) || valuesOf(a) * valuesOf(b) <= MAX_PAIRS;
  });
}

/** The operators that combine two scalars. */
const PAIRED: ReadonlySet<string> = new Set([
  "eq",
  "lt",
  "+",
  "-",
  "*",
  "/",
  "%",
  "**",
  "&",
  "|",
  "^",
  "<<",
  ">>",
  ">>>",
]);

function valuesOf(value: Value): number {
  if (!(value instanceof Term)) return 1;
  return value.isBoolean ? 2 : (value.domain?.size ?? Infinity);
}

/** The words of a state that terms depend on. */
export function wordsUnder(roots: readonly Value[], { fields }: Packing): Set<number> {
  const words = new Set<number>();
  for (const { operator, cell } of inOrder(roots)) if (operator === "cell") words.add((fields[cell] as Field).word);
  return words;
}

/** Terms that are conditions but no tests of one cell. */
export function conditionsUnder(roots: readonly Value[]): number {
  const isTest = (term: Term): boolean => term.operator === "in" && (term.operands[0] as Term).operator === "cell";
  return inOrder(roots).filter((term) => term.isBoolean && !isTest(term)).length;
}
