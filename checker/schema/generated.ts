import { deepFreeze } from "./freeze.ts";
import type { Cell, Layout, Place } from "./layout.ts";
import type { Scalar, ScalarShape } from "./type.ts";

/** Cells with fewer values are read through a table. */
const MOST_IN_TABLE = 256;
/** What has more cells would make a function that is never optimised. */
const MOST_CELLS = 1_500;

/**
 * `decode` of a layout as straight-line JavaScript, for those who unpack states by the million. It need not be believed:
 * `encode` of the layout tells whether a value is the one that is packed.
 *
 * @param frozen whether values are frozen to any depth: to freeze a value as it is made takes a fifth of the time
 */
export function unpackerOf<T>(layout: Layout<T>, { frozen = false } = {}): Layout<T>["decode"] {
  if (layout.cells.length > MOST_CELLS) {
    return (words, at) => (frozen ? deepFreeze(layout.decode(words, at)) : layout.decode(words, at));
  }
  const shapes: ScalarShape[] = [];
  const text = new Text(shapes, frozen).of(layout);
  const tables = shapes.map((shape) =>
    shape.cardinality > MOST_IN_TABLE
      ? []
      : Array.from({ length: shape.cardinality }, (_, index): Scalar => shape.valueAt(index)),
  );
  // oxlint-disable-next-line typescript/no-implied-eval -- made of numbers and of names in quotes alone
  const make = new Function("shapes", "tables", "freeze", `"use strict"; return ${text};`);
  return make(shapes, tables, Object.freeze) as Layout<T>["decode"];
}

class Text {
  readonly #shapes: ScalarShape[];
  readonly #frozen: boolean;
  readonly #lines: string[] = [];
  #names = 0;

  /** @param shapes gets the shapes that the text refers to */
  constructor(shapes: ScalarShape[], frozen: boolean) {
    this.#shapes = shapes;
    this.#frozen = frozen;
  }

  of({ root, words }: Layout<unknown>): string {
    const value = this.#value(root);
    const load = Array.from({ length: words }, (_, word) => `const w${word} = words[at + ${word}];`);
    return `(words, at) => {\n${[...load, ...this.#lines].join("\n")}\nreturn ${value};\n}`;
  }

  #value(place: Place): string {
    switch (place.kind) {
      case "cell":
        return this.#cell(place.cell);
      case "record": {
        const fields = place.fields.map(([name, field]) => `${JSON.stringify(name)}: ${this.#value(field)}`);
        return this.#object(`{ ${fields.join(", ")} }`);
      }
      case "array":
        return this.#object(`[${place.elements.map((element) => this.#value(element)).join(", ")}]`);
      case "optional": {
        const some = this.#value(place.some);
        return `(${bits(place.present)} === 0 ? null : ${some})`;
      }
      case "sequence": {
        const name = `s${this.#names++}`;
        // What an element needs comes before it, whether it is there or not.
        const elements = place.elements.map((element) => this.#value(element));
        this.#lines.push(
          `const ${name} = [];`,
          ...elements.map((element, index) => `if (${bits(place.length)} > ${index}) ${name}.push(${element});`),
        );
        return this.#object(name);
      }
    }
  }

  #object(text: string): string {
    return this.#frozen ? `freeze(${text})` : text;
  }

  #cell(cell: Cell): string {
    const { shape } = cell;
    if (isBoolean(shape)) return `${bits(cell)} !== 0`;
    const known = this.#shapes.indexOf(shape);
    const number = known < 0 ? this.#shapes.push(shape) - 1 : known;
    return shape.cardinality <= MOST_IN_TABLE
      ? `tables[${number}][${bits(cell)}]`
      : `shapes[${number}].valueAt(${bits(cell)})`;
  }
}

/** The number in a cell. */
function bits({ word, shift, width }: Cell): string {
  if (width === 0) return "0";
  return width === 32 ? `w${word}` : `((w${word} >>> ${shift}) & ${(2 ** width - 1).toString()})`;
}

function isBoolean(shape: ScalarShape): boolean {
  return shape.cardinality === 2 && shape.valueAt(0) === false && shape.valueAt(1) === true;
}
