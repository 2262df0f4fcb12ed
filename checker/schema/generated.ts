import { deepFreeze } from "./freeze.ts";
import type { Cell, Layout, Place } from "./layout.ts";
import type { Scalar, ScalarShape } from "./type.ts";

/** Cells with fewer values are read through a table. */
const MAX_TABLE_VALUES = 256;
/** V8 never optimises the function for a layout with more cells. */
const MAX_GENERATED_CELLS = 1_500;

/**
 * `decode` of a layout as straight-line JavaScript, for unpacking millions of states. It need not be trusted:
 * `encode` of the layout shows whether a value is the packed one.
 *
 * @param frozen whether values are frozen to any depth: to freeze a value as it is made takes a fifth of the time
 */
export function unpackerOf<T>(layout: Layout<T>, { frozen = false } = {}): Layout<T>["decode"] {
  if (layout.cells.length > MAX_GENERATED_CELLS) {
    return (words, at) => (frozen ? deepFreeze(layout.decode(words, at)) : layout.decode(words, at));
  }
  const shapes: ScalarShape[] = [];
  const text = new Text(shapes, frozen).of(layout);
  const tables = shapes.map((shape) =>
    shape.cardinality > MAX_TABLE_VALUES
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
        // The statements for an element come before it, whether it is present or not.
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
    return shape.cardinality <= MAX_TABLE_VALUES
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
