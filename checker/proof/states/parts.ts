import type { Cell, Layout, Place } from "../../schema/index.ts";

/** Place of a part, or its value, as far as that is one of several things of a kind: such as a CPU. */
export interface Kind {
  readonly name: string;
  readonly count: number;
}

/**
 * A cell of the layout as a part of the state. Its value `values`, one more than the cell has, stands for "not in use":
 * past the end of a sequence, in an optional that is absent, or where another part has been found to imply it. The
 * cell's own value is number 0 then.
 */
export interface Part {
  readonly number: number;
  readonly cell: Cell;
  readonly values: number;
  /** The path with kinds in place of indices: equal for parts that differ in their indices only. */
  readonly family: string;
  /** The indices in the path that are of a kind. */
  readonly indices: readonly { readonly kind: Kind; readonly index: number }[];
  /** The kind that some values stand for, and for each value its index, or -1. */
  readonly valueKind: { readonly kind: Kind; readonly indexOf: readonly number[] } | undefined;
  /** Condition for being out of use: one of these parts has one of these values. */
  readonly unused: { readonly part: number; readonly values: Set<number> }[];
  /** The part of its record, which markers are looked for in. */
  readonly owner: string;
}

/** A kind as it shows in the layout of the same model with another count. */
export interface OtherCount {
  readonly kind: Kind;
  readonly count: number;
  readonly root: Place;
}

/**
 * The parts of a layout with more than one value. Arrays whose lengths, and cells whose integers, follow the count of a
 * kind are taken to speak of it: that is a guess, from which nothing unsound follows.
 */
export function partsOf(layout: Layout<unknown>, others: readonly OtherCount[]): (Part | undefined)[] {
  const parts: (Part | undefined)[] = layout.cells.map(() => undefined);
  const numbers = new Map(layout.cells.map((cell, number) => [cell, number]));
  type Beside = readonly (Place | undefined)[];
  interface Context {
    readonly family: string;
    readonly owner: string;
    readonly indices: Part["indices"];
    readonly unused: Part["unused"];
  }
  const put = (cell: Cell, besides: readonly (Cell | undefined)[], context: Context): number => {
    const number = numbers.get(cell) as number;
    const values = cell.shape.cardinality;
    if (values <= 1) return number;
    let valueKind: Part["valueKind"];
    for (const [index, { kind, count }] of others.entries()) {
      const other = besides[index];
      if (other === undefined || other.shape.cardinality - values !== count - kind.count) continue;
      const indexOf = Array.from({ length: values }, (_, value) => {
        const scalar = cell.shape.valueAt(value);
        return typeof scalar === "number" && Number.isInteger(scalar) && scalar >= 0 && scalar < kind.count
          ? scalar
          : -1;
      });
      if (indexOf.filter((one) => one >= 0).length === kind.count) valueKind = { kind, indexOf };
    }
    parts[number] = { number, cell, values, valueKind, ...context, unused: [...context.unused] };
    return number;
  };
  const walk = (place: Place, besides: Beside, context: Context): void => {
    switch (place.kind) {
      case "cell":
        put(
          place.cell,
          besides.map((other) => (other?.kind === "cell" ? other.cell : undefined)),
          context,
        );
        return;
      case "record":
        for (const [index, [name, field]] of place.fields.entries()) {
          const same = besides.map((other) => (other?.kind === "record" ? other.fields[index]?.[1] : undefined));
          walk(field, same, { ...context, family: `${context.family}.${name}`, owner: place.path });
        }
        return;
      case "array": {
        const found = others.find((other, index) => {
          const beside = besides[index];
          return (
            beside?.kind === "array" &&
            place.elements.length === other.kind.count &&
            beside.elements.length === other.count
          );
        });
        for (const [index, element] of place.elements.entries()) {
          const same = besides.map((other) =>
            other?.kind === "array" ? (other.elements[index] ?? other.elements[0]) : undefined,
          );
          walk(element, same, {
            ...context,
            owner: place.path,
            family: `${context.family}[${found === undefined ? index : found.kind.name}]`,
            indices: found === undefined ? context.indices : [...context.indices, { kind: found.kind, index }],
          });
        }
        return;
      }
      case "optional": {
        const same = besides.map((other) => (other?.kind === "optional" ? other : undefined));
        const present = put(
          place.present,
          same.map((other) => other?.present),
          { ...context, family: `${context.family}.present` },
        );
        const absent = { part: present, values: new Set([0, 2]) };
        walk(
          place.some,
          same.map((other) => other?.some),
          { ...context, unused: [...context.unused, absent] },
        );
        return;
      }
      case "sequence": {
        const same = besides.map((other) => (other?.kind === "sequence" ? other : undefined));
        const capacity = place.elements.length;
        if (capacity === 0) return;
        const length = put(
          place.length,
          same.map((other) => other?.length),
          { ...context, family: `${context.family}.length` },
        );
        for (const [index, element] of place.elements.entries()) {
          const past = Array.from({ length: index + 1 }, (_, count) => count);
          walk(
            element,
            same.map((other) => other?.elements[index]),
            {
              ...context,
              family: `${context.family}[${index}]`,
              unused: [...context.unused, { part: length, values: new Set([...past, capacity + 1]) }],
            },
          );
        }
      }
    }
  };
  walk(
    layout.root,
    others.map(({ root }) => root),
    { family: "", owner: "", indices: [], unused: [] },
  );
  return parts;
}
