import type { Model } from "../language/index.ts";
import { cellPlaces, renamedNumber, renamedValue, type Assignment, type CellPlace } from "./structure.ts";

/** For some dimensions, what becomes of each index; every other dimension stays as it is. */
export type IndexMap = ReadonlyMap<string, readonly number[]>;

/** Effect of a permutation of indices on the states and the action instances of a model. */
export interface Renaming {
  /** By cell: the cell that takes over its value. */
  readonly to: Int32Array;
  /** By cell: for each number of its value, what that becomes; undefined where it stays. */
  readonly numbers: readonly (Uint32Array | undefined)[];
  /** By instance: the instance that does the same to the renamed state. */
  readonly instances: Int32Array;
}

/** The renamings of a model by an assignment of its parts to dimensions. */
export class Renamings<S> {
  readonly places: readonly CellPlace[];
  readonly #model: Model<S>;
  readonly #assignment: Assignment;
  readonly #cells = new Map<string, number>();
  readonly #instances = new Map<string, number>();

  constructor(model: Model<S>, assignment: Assignment) {
    this.#model = model;
    this.#assignment = assignment;
    this.places = cellPlaces(model, assignment);
    for (const { cell, family, indices } of this.places) {
      this.#cells.set(cellKey(family, indices.map(({ index }) => index)), cell); // prettier-ignore
    }
    for (const { index, action, parameters } of model.instances) {
      this.#instances.set(instanceKey(action, parameters), index);
    }
  }

  /** The effect of a permutation; undefined where it leads out of a parameter's domain, with the name of the action. */
  of(map: IndexMap): Renaming | { readonly outside: string } {
    const rename = (dimension: string, index: number): number => map.get(dimension)?.[index] ?? index;
    const to = new Int32Array(this.places.length);
    const numbers: (Uint32Array | undefined)[] = [];
    for (const { cell, family, indices, values } of this.places) {
      const target = indices.map(({ dimension, index }) => rename(dimension, index));
      to[cell] = this.#cells.get(cellKey(family, target)) as number;
      if (values === undefined || !map.has(values.dimension.name)) continue;
      const { cardinality } = this.#model.layout.cells[cell]!.shape;
      numbers[cell] = Uint32Array.from({ length: cardinality }, (_, number) => renamedNumber(number, values, rename));
    }
    numbers.length = this.places.length;
    const instances = new Int32Array(this.#model.instances.length);
    for (const { index, action, parameters, domains } of this.#model.instances) {
      const renamed = Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [
          name,
          renamedValue(domains[name]!, value, (shape) => this.#assignment.parameter(action, name, shape), rename),
        ]),
      );
      const target = this.#instances.get(instanceKey(action, renamed));
      if (target === undefined) return { outside: action };
      instances[index] = target;
    }
    return { to, numbers, instances };
  }
}

/** The numbers of a state's cells, renamed. Cells that are not in use stay 0. */
export function renamedState(
  { to, numbers }: Renaming,
  places: readonly CellPlace[],
  cells: ArrayLike<number>,
): Uint32Array {
  const result = new Uint32Array(cells.length);
  for (let cell = 0; cell < cells.length; cell++) {
    const number = cells[cell] as number;
    const map = numbers[cell];
    const use = places[cell]!.use;
    const isInUse = use === undefined || (cells[use.cell] as number) > use.above;
    result[to[cell] as number] = map === undefined || !isInUse ? number : (map[number] as number);
  }
  return result;
}

function cellKey(family: string, indices: readonly number[]): string {
  return `${family} ${indices.join()}`;
}

function instanceKey(action: string, parameters: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([action, Object.entries(parameters)]);
}
