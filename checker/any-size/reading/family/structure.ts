import { NotRead } from "../../../terms/index.ts";
import type { FiniteType, Scalar, ScalarShape } from "../../../schema/index.ts";
import type { Cell, Sort, ValueType } from "../../system.ts";
import type { Dimension } from "./builds.ts";

/** A part of the state of any size. */
export type Node =
  | { readonly kind: "cell"; readonly cell: Cell }
  /** It has one value, at every size. */
  | { readonly kind: "fixed"; readonly value: Scalar }
  | { readonly kind: "record"; readonly path: string; readonly fields: ReadonlyMap<string, Node> }
  /** An array with an element for each element of a sort. */
  | { readonly kind: "function"; readonly path: string; readonly sort: Sort; readonly element: Node }
  | { readonly kind: "array"; readonly path: string; readonly elements: readonly Node[] }
  | { readonly kind: "optional"; readonly path: string; readonly present: Cell; readonly some: Node }
  | { readonly kind: "sequence"; readonly path: string; readonly length: Cell; readonly elements: readonly Node[] };

/** Structure of the state, and the scalars that names stand for. */
export interface Structure {
  readonly root: Node;
  readonly cells: readonly Cell[];
  readonly scalars: ReadonlyMap<string, Scalar>;
}

/** Cells with more values are not read. */
const MAX_NAMES = 64;

/** The name of a scalar that is no index. */
export function nameOf(value: Scalar): string {
  return String(value);
}

/**
 * The structure that the state's types have at all sizes.
 *
 * @throws NotRead where there is none
 */
export function structureOf(types: readonly FiniteType<unknown>[], dimensions: readonly Dimension[]): Structure {
  const cells: Cell[] = [];
  const scalars = new Map<string, Scalar>();

  const cellOf = (name: string, parameters: readonly Sort[], type: ValueType): Cell => {
    const cell = { name, parameters, type };
    cells.push(cell);
    return cell;
  };
  const named = (values: readonly Scalar[]): string[] =>
    values.map((value) => {
      const name = nameOf(value);
      if (scalars.has(name) && scalars.get(name) !== value) {
        throw new NotRead(
          `the state has both the text ${JSON.stringify(name)} and the value ${name}, which would have one name`,
        );
      }
      scalars.set(name, value);
      return name;
    });

  const walk = (path: string, given: readonly FiniteType<unknown>[], parameters: readonly Sort[]): Node => {
    const shapes = given.map(({ shape }) => shape);
    const [first] = shapes;
    if (first === undefined) throw new NotRead("there is no model");
    if (shapes.some(({ kind }) => kind !== first.kind)) {
      throw new NotRead(`the type of ${path} depends on the sizes`);
    }
    const part = (name: string): string => (path === "" ? name : `${path}.${name}`);
    switch (first.kind) {
      case "scalar":
        return scalarNode(path, shapes as ScalarShape[], parameters);
      case "record": {
        const records = shapes as (typeof first)[];
        const names = first.fields.map(([name]) => name);
        if (records.some(({ fields }) => fields.map(([name]) => name).join() !== names.join())) {
          throw new NotRead(`the fields of ${path || "the state"} depend on the sizes`);
        }
        const fields = names.map((name, at): [string, Node] => {
          const types = records.map((record) => record.fields[at]?.[1] as FiniteType<unknown>);
          return [name, walk(part(name), types, parameters)];
        });
        return { kind: "record", path, fields: new Map(fields) };
      }
      case "array": {
        const arrays = shapes as (typeof first)[];
        const elements = arrays.map(({ element }) => element);
        const sort = sortOf(
          arrays.map(({ length }) => length),
          dimensions,
        );
        if (sort !== undefined) {
          return { kind: "function", path, sort, element: walk(`${path}[]`, elements, [...parameters, sort]) };
        }
        if (arrays.some(({ length }) => length !== first.length)) {
          throw new NotRead(`the length of ${path} is no dimension's size, but depends on one`);
        }
        return {
          kind: "array",
          path,
          elements: Array.from({ length: first.length }, (_, at) => walk(`${path}[${at}]`, elements, parameters)),
        };
      }
      case "optional": {
        const types = (shapes as (typeof first)[]).map(({ some }) => some);
        const present = cellOf(`${path}.present`, parameters, { kind: "boolean" });
        return { kind: "optional", path, present, some: walk(path, types, parameters) };
      }
      case "sequence": {
        const sequences = shapes as (typeof first)[];
        const { capacity } = first;
        if (sequences.some((one) => one.capacity !== capacity)) {
          throw new NotRead(`the capacity of ${path} depends on the sizes`);
        }
        const names = named(Array.from({ length: capacity + 1 }, (_, length) => length));
        const length: Cell =
          capacity === 0
            ? { name: `${path}.length`, parameters, type: { kind: "names", names } }
            : cellOf(`${path}.length`, parameters, { kind: "names", names });
        const types = sequences.map(({ element }) => element);
        const elements = Array.from({ length: capacity }, (_, at) => walk(`${path}[${at}]`, types, parameters));
        return { kind: "sequence", path, length, elements };
      }
    }
  };

  const scalarNode = (path: string, shapes: readonly ScalarShape[], parameters: readonly Sort[]): Node => {
    const [first] = shapes as [ScalarShape];
    const largest = Math.max(...shapes.map(({ cardinality }) => cardinality));
    if (largest > MAX_NAMES) throw new NotRead(`${path} has ${largest} values, more than ${MAX_NAMES}`);
    const values = shapes.map(valuesIn);
    const isAlike = values.every((some) => sameList(some, values[0] as Scalar[]));
    if (isAlike) {
      const own = values[0] as Scalar[];
      if (first.cardinality === 1) return { kind: "fixed", value: own[0] as Scalar };
      const isBoolean = own.length === 2 && own.includes(false) && own.includes(true);
      const type: ValueType = isBoolean ? { kind: "boolean" } : { kind: "names", names: named(own) };
      return { kind: "cell", cell: cellOf(path, parameters, type) };
    }
    const others = values.map((some) => some.filter((value) => !isIndexValue(value)));
    const indices = values.map((some) => some.filter(isIndexValue));
    const sort = sortOf(
      indices.map((some) =>
        some.toSorted((a, b) => Number(a) - Number(b)).every((value, at) => value === at) ? some.length : -1,
      ),
      dimensions,
    );
    if (sort === undefined || !others.every((some) => sameList(some, others[0] as Scalar[]))) {
      throw new NotRead(
        `the values of ${path} depend on the sizes, and are not the elements of a dimension with some others`,
      );
    }
    return {
      kind: "cell",
      cell: cellOf(path, parameters, { kind: "index", sort, names: named(others[0] as Scalar[]) }),
    };
  };

  return { root: walk("", types, []), cells, scalars };
}

/** The sort of the dimension that has these sizes. */
export function sortOf(sizes: readonly number[], dimensions: readonly Dimension[]): Sort | undefined {
  return dimensions.find((dimension) => dimension.sizes.every((size, at) => size === sizes[at]))?.sort;
}

export function isIndexValue(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function valuesIn({ cardinality, valueAt }: ScalarShape): Scalar[] {
  return Array.from({ length: cardinality }, (_, at) => valueAt(at));
}

export function sameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}
