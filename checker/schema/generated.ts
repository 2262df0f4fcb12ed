import type { Cell, Layout, Place } from "./layout.ts";
import type { Scalar, ScalarShape } from "./type.ts";

/** The packing of a layout as straight-line JavaScript, for those who pack and unpack states by the million. */
export interface Packing<T> {
  /** As `encode` of the layout; false, with something in `words`, where that would throw. */
  encode(value: unknown, words: Uint32Array, at: number): boolean;
  /** As `decode` of the layout. */
  decode(words: Uint32Array, at: number): T;
}

/** Cells with fewer values are read through a table. */
const MOST_IN_TABLE = 256;
/** What has more cells would make functions that are never optimised. */
const MOST_CELLS = 1_500;

/** The packing of a layout. Everything it does is known from the layout; it is faster, and says no paths of mistakes. */
export function packingOf<T>(layout: Layout<T>): Packing<T> {
  if (layout.cells.length > MOST_CELLS) {
    return {
      decode: (words, at) => layout.decode(words, at),
      encode(value, words, at) {
        try {
          layout.encode(value, words, at);
          return true;
        } catch {
          return false;
        }
      },
    };
  }
  const shapes: ScalarShape[] = [];
  const shapeNumber = (shape: ScalarShape): number => {
    const known = shapes.indexOf(shape);
    return known < 0 ? shapes.push(shape) - 1 : known;
  };
  const decode = new Decoder(shapeNumber).text(layout);
  const encode = new Encoder(shapeNumber).text(layout);
  const tables = shapes.map((shape) =>
    shape.cardinality > MOST_IN_TABLE
      ? []
      : Array.from({ length: shape.cardinality }, (_, index): Scalar => shape.valueAt(index)),
  );
  // oxlint-disable-next-line typescript/no-implied-eval -- made of numbers and of names in quotes alone
  const make = new Function("shapes", "tables", `"use strict"; return { ${decode}, ${encode} };`);
  return make(shapes, tables) as Packing<T>;
}

type ShapeNumber = (shape: ScalarShape) => number;

class Decoder {
  readonly #shape: ShapeNumber;
  readonly #lines: string[] = [];
  #names = 0;

  constructor(shape: ShapeNumber) {
    this.#shape = shape;
  }

  text({ root, words }: Layout<unknown>): string {
    const value = this.#value(root);
    const load = Array.from({ length: words }, (_, word) => `const w${word} = words[at + ${word}];`);
    return `decode(words, at) {\n${[...load, ...this.#lines].join("\n")}\nreturn ${value};\n}`;
  }

  #value(place: Place): string {
    switch (place.kind) {
      case "cell":
        return this.#cell(place.cell);
      case "record":
        return `{ ${place.fields.map(([name, field]) => `${JSON.stringify(name)}: ${this.#value(field)}`).join(", ")} }`;
      case "array":
        return `[${place.elements.map((element) => this.#value(element)).join(", ")}]`;
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
        return name;
      }
    }
  }

  #cell(cell: Cell): string {
    const { shape } = cell;
    if (isBoolean(shape)) return `${bits(cell)} !== 0`;
    const number = this.#shape(shape);
    return shape.cardinality <= MOST_IN_TABLE
      ? `tables[${number}][${bits(cell)}]`
      : `shapes[${number}].valueAt(${bits(cell)})`;
  }
}

class Encoder {
  readonly #shape: ShapeNumber;
  readonly #lines: string[] = [];
  #names = 0;

  constructor(shape: ShapeNumber) {
    this.#shape = shape;
  }

  text({ root, words }: Layout<unknown>): string {
    this.#put(root, "value");
    const each = Array.from({ length: words }, (_, word) => word);
    return [
      "encode(value, words, at) {",
      `let i = 0, ${each.map((word) => `w${word} = 0`).join(", ")};`,
      ...this.#lines,
      ...each.map((word) => `words[at + ${word}] = w${word};`),
      "return true;",
      "}",
    ].join("\n");
  }

  #put(place: Place, value: string): void {
    switch (place.kind) {
      case "cell":
        return this.#cell(place.cell, value);
      case "record":
        this.#require(`typeof ${value} === "object" && ${value} !== null && !Array.isArray(${value})`);
        this.#require(`Object.keys(${value}).length === ${place.fields.length}`);
        for (const [name, field] of place.fields) this.#part(field, `${value}[${JSON.stringify(name)}]`);
        return;
      case "array":
        this.#require(`Array.isArray(${value}) && ${value}.length === ${place.elements.length}`);
        for (const [index, element] of place.elements.entries()) this.#part(element, `${value}[${index}]`);
        return;
      case "optional":
        this.#lines.push(`if (${value} !== null) {`, set(place.present, "1"));
        this.#put(place.some, value);
        this.#lines.push("}");
        return;
      case "sequence":
        this.#require(`Array.isArray(${value}) && ${value}.length <= ${place.elements.length}`);
        this.#lines.push(set(place.length, `${value}.length`));
        for (const [index, element] of place.elements.entries()) {
          this.#lines.push(`if (${value}.length > ${index}) {`);
          this.#part(element, `${value}[${index}]`);
          this.#lines.push("}");
        }
    }
  }

  /** A part is looked up once. */
  #part(place: Place, value: string): void {
    const name = `v${this.#names++}`;
    this.#lines.push(`const ${name} = ${value};`);
    this.#put(place, name);
  }

  #cell(cell: Cell, value: string): void {
    const { shape } = cell;
    if (isBoolean(shape)) {
      this.#lines.push(`if (${value} === true) { ${set(cell, "1")} } else if (${value} !== false) return false;`);
      return;
    }
    const lowest = lowestOf(shape);
    if (lowest === undefined) {
      this.#lines.push(`i = shapes[${this.#shape(shape)}].indexOf(${value});`, "if (i < 0) return false;");
    } else {
      this.#lines.push(`i = ${value} - ${lowest};`);
      this.#require(`typeof ${value} === "number" && (i >>> 0) === i && i < ${shape.cardinality}`);
    }
    this.#lines.push(set(cell, "i"));
  }

  #require(condition: string): void {
    this.#lines.push(`if (!(${condition})) return false;`);
  }
}

/** The number in a cell. */
function bits({ word, shift, width }: Cell): string {
  if (width === 0) return "0";
  return width === 32 ? `w${word}` : `((w${word} >>> ${shift}) & ${(2 ** width - 1).toString()})`;
}

function set({ word, shift, width }: Cell, number: string): string {
  return width === 0 ? "" : `w${word} |= ${number} << ${shift};`;
}

function isBoolean(shape: ScalarShape): boolean {
  return shape.cardinality === 2 && shape.valueAt(0) === false && shape.valueAt(1) === true;
}

/** The lowest of consecutive integers; undefined where the values are others, or too many to look at. */
function lowestOf({ cardinality, valueAt }: ScalarShape): number | undefined {
  if (cardinality > MOST_IN_TABLE) return undefined;
  const lowest = valueAt(0);
  if (typeof lowest !== "number" || !Number.isSafeInteger(lowest)) return undefined;
  for (let index = 1; index < cardinality; index++) if (valueAt(index) !== lowest + index) return undefined;
  return lowest;
}
