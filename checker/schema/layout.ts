import { ModelError } from "../errors.ts";
import { show, type Dimension, type FiniteType, type Scalar, type ScalarShape } from "./type.ts";

/**
 * One cell of the packed state: `width` bits at bit `shift` of 32-bit word `word`, holding the number of a value.
 * A cell never crosses a word, so that reading it is one shift and one mask.
 */
export interface Cell {
  /** Path of the value in the state, such as `cpu[1].irr[0]`; `.length` of a sequence, `.present` of an optional. */
  readonly path: string;
  readonly word: number;
  readonly shift: number;
  /** 0 to 32 bits; 0 for a cell that has only one value. */
  readonly width: number;
  readonly shape: ScalarShape;
}

/** The structure of a type with the cells that hold it. */
export type Place =
  | { readonly kind: "cell"; readonly cell: Cell }
  | { readonly kind: "record"; readonly path: string; readonly fields: readonly (readonly [string, Place])[] }
  | {
      readonly kind: "array";
      readonly path: string;
      readonly elements: readonly Place[];
      readonly dimension?: Dimension | undefined;
    }
  | { readonly kind: "optional"; readonly path: string; readonly present: Cell; readonly some: Place }
  | { readonly kind: "sequence"; readonly path: string; readonly length: Cell; readonly elements: readonly Place[] };

/** Packing of the values of a type into 32-bit words: equal values, and only those, have equal words. */
export interface Layout<T> {
  readonly type: FiniteType<T>;
  readonly root: Place;
  readonly cells: readonly Cell[];
  /** Bits in use, without the padding between words. */
  readonly bits: number;
  /** 32-bit words for each state, at least 1. */
  readonly words: number;
  /**
   * Packs a value into `words[at ..]`, checking every part of it against its type. Unused slots of a sequence and
   * an absent optional are zero bits, so that equal values have equal words.
   *
   * @throws ModelError naming the path of the first part that is outside its type.
   */
  encode(value: unknown, words: Uint32Array, at: number): void;
  /** The value packed at `words[at ..]`, as fresh objects. */
  decode(words: Uint32Array, at: number): T;
}

/** Lays out a type. Cells go, in the order of declaration, into the first word that has room for them. */
export function layoutOf<T>(type: FiniteType<T>): Layout<T> {
  const cells: Cell[] = [];
  const used: number[] = [0];
  const allocate = (path: string, shape: ScalarShape): Cell => {
    const width = shape.cardinality <= 1 ? 0 : 32 - Math.clz32(shape.cardinality - 1);
    let word = used.findIndex((bits) => bits + width <= 32);
    if (word < 0) word = used.push(0) - 1;
    const shift = used[word] as number;
    used[word] = shift + width;
    // A cell without bits may come to stand behind a full word; any shift serves it, 0 is a valid one.
    const cell: Cell = { path, word, shift: width === 0 ? 0 : shift, width, shape };
    cells.push(cell);
    return cell;
  };
  const root = placeOf(type, "", allocate);
  const put = encoder(root);
  const take = decoder(root);
  const words = used.length;
  return {
    type,
    root,
    cells,
    bits: used.reduce((sum, bits) => sum + bits, 0),
    words,
    encode(value, target, at) {
      target.fill(0, at, at + words);
      put(value, target, at);
    },
    decode: (source, at) => take(source, at) as T,
  };
}

function placeOf(type: FiniteType<unknown>, path: string, allocate: (path: string, shape: ScalarShape) => Cell): Place {
  const { shape } = type;
  const elements = (count: number, element: FiniteType<unknown>): Place[] =>
    Array.from({ length: count }, (_, index) => placeOf(element, `${path}[${index}]`, allocate));
  switch (shape.kind) {
    case "scalar":
      return { kind: "cell", cell: allocate(path, shape) };
    case "record":
      return {
        kind: "record",
        path,
        fields: shape.fields.map(([name, field]) => [
          name,
          placeOf(field, path === "" ? name : `${path}.${name}`, allocate),
        ]),
      };
    case "array":
      return { kind: "array", path, elements: elements(shape.length, shape.element), dimension: shape.dimension };
    case "optional":
      return {
        kind: "optional",
        path,
        present: allocate(`${path}.present`, counter(2)),
        some: placeOf(shape.some, path, allocate),
      };
    case "sequence":
      return {
        kind: "sequence",
        path,
        length: allocate(`${path}.length`, counter(shape.capacity + 1)),
        elements: elements(shape.capacity, shape.element),
      };
  }
}

/** The numbers 0 to `cardinality - 1`. */
function counter(cardinality: number): ScalarShape {
  return {
    kind: "scalar",
    cardinality,
    valueAt: (index) => index,
    indexOf: (value) => (Number.isInteger(value) ? (value as number) : -1),
  };
}

type Put = (value: unknown, words: Uint32Array, at: number) => void;
type Take = (words: Uint32Array, at: number) => unknown;

/** Closures for each place, made once: the walk over the type is not repeated for every state. */
function encoder(place: Place): Put {
  switch (place.kind) {
    case "cell": {
      const { path, word, shift, shape } = place.cell;
      return (value, words, at) => {
        const index = shape.indexOf(value);
        if (index < 0) throw outside(path, value, textOf(shape));
        words[at + word] = (words[at + word] as number) | (index << shift);
      };
    }
    case "record": {
      const fields = place.fields.map(([name, field]) => ({ name, put: encoder(field), field }));
      const names = new Set(fields.map(({ name }) => name));
      return (value, words, at) => {
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
          throw outside(place.path, value, "a record");
        }
        const given = value as Record<string, unknown>;
        for (const { name, put, field } of fields) {
          const part = given[name];
          if (part === undefined) throw new ModelError(`${pathOf(field)} is missing`);
          put(part, words, at);
        }
        const keys = Object.keys(given);
        if (keys.length === fields.length) return;
        const unknown = keys.find((key) => !names.has(key)) ?? "";
        const full = place.path === "" ? unknown : `${place.path}.${unknown}`;
        throw new ModelError(`${full} is not a field of the type: the fields are ${[...names].join(", ")}`);
      };
    }
    case "array": {
      const puts = place.elements.map(encoder);
      return (value, words, at) => {
        if (!Array.isArray(value)) throw outside(place.path, value, `an array of ${puts.length}`);
        if (value.length !== puts.length) {
          throw new ModelError(`${place.path || "the state"} has ${value.length} elements, not ${puts.length}`);
        }
        requireIndices(place.path, value);
        for (let index = 0; index < puts.length; index++) (puts[index] as Put)(value[index], words, at);
      };
    }
    case "optional": {
      const put = encoder(place.some);
      const { word, shift } = place.present;
      return (value, words, at) => {
        if (value === null) return;
        words[at + word] = (words[at + word] as number) | (1 << shift);
        put(value, words, at);
      };
    }
    case "sequence": {
      const puts = place.elements.map(encoder);
      const { word, shift } = place.length;
      return (value, words, at) => {
        if (!Array.isArray(value)) throw outside(place.path, value, `a sequence of at most ${puts.length}`);
        if (value.length > puts.length) {
          throw new ModelError(`${place.path} has ${value.length} elements: its capacity is ${puts.length}`);
        }
        requireIndices(place.path, value);
        words[at + word] = (words[at + word] as number) | (value.length << shift);
        for (let index = 0; index < value.length; index++) (puts[index] as Put)(value[index], words, at);
      };
    }
  }
}

/** A write to an element of no index, such as `queue[undefined]`, leaves the elements as they are, and is a mistake. */
function requireIndices(path: string, value: readonly unknown[]): void {
  const keys = Object.keys(value);
  if (keys.length === value.length) return;
  const unknown = keys.find((key) => !(Number(key) < value.length)) ?? keys.find((key) => !/^\d+$/.test(key));
  if (unknown !== undefined) {
    throw new ModelError(`${path || "the state"} has the property ${show(unknown)}: an array has only elements`);
  }
}

function decoder(place: Place): Take {
  switch (place.kind) {
    case "cell": {
      const { shape } = place.cell;
      const read = reader(place.cell);
      // Small domains are looked up, not computed.
      if (shape.cardinality <= 256) {
        const values: Scalar[] = Array.from({ length: shape.cardinality }, (_, index) => shape.valueAt(index));
        return (words, at) => values[read(words, at)];
      }
      return (words, at) => shape.valueAt(read(words, at));
    }
    case "record": {
      const names = place.fields.map(([name]) => name);
      const takes = place.fields.map(([, field]) => decoder(field));
      return (words, at) => {
        const value: Record<string, unknown> = {};
        for (let index = 0; index < takes.length; index++)
          value[names[index] as string] = (takes[index] as Take)(words, at);
        return value;
      };
    }
    case "array": {
      const takes = place.elements.map(decoder);
      return (words, at) => takes.map((take) => take(words, at));
    }
    case "optional": {
      const take = decoder(place.some);
      const present = reader(place.present);
      return (words, at) => (present(words, at) === 0 ? null : take(words, at));
    }
    case "sequence": {
      const takes = place.elements.map(decoder);
      const length = reader(place.length);
      return (words, at) => {
        const count = length(words, at);
        const value: unknown[] = [];
        for (let index = 0; index < count; index++) value.push((takes[index] as Take)(words, at));
        return value;
      };
    }
  }
}

/** Reads the number in a cell. */
export function reader(cell: Cell): (words: Uint32Array, at: number) => number {
  const { word, shift, width } = cell;
  if (width === 0) return () => 0;
  const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
  return (words, at) => (((words[at + word] as number) >>> shift) & mask) >>> 0;
}

function pathOf(place: Place): string {
  return place.kind === "cell" ? place.cell.path : place.path;
}

/** At most this many alternatives are listed in an error. */
const MAX_LISTED_VALUES = 32;

function textOf(shape: ScalarShape): string {
  const { cardinality } = shape;
  const skip = shape.valueAt(0) === null ? 1 : 0;
  const lowest = shape.valueAt(skip);
  const highest = shape.valueAt(cardinality - 1);
  if (cardinality > 8 && typeof lowest === "number" && highest === lowest + cardinality - 1 - skip) {
    return `${skip === 1 ? "null or " : ""}from ${lowest} to ${highest}`;
  }
  const listed = Array.from({ length: Math.min(cardinality, MAX_LISTED_VALUES) }, (_, index) =>
    show(shape.valueAt(index)),
  );
  return `one of ${listed.join(", ")}${cardinality > MAX_LISTED_VALUES ? ", ..." : ""}`;
}

function outside(path: string, value: unknown, expected: string): ModelError {
  return new ModelError(`${path || "the state"} is ${show(value)}: it must be ${expected}`);
}
