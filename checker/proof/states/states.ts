import type { Part } from "./parts.ts";

/** The parts of a state by the numbers of their cells; undefined for a cell with one value. */
export type Parts = readonly (Part | undefined)[];

/** A set of values of a part, as bits. */
export type Mask = number;

/** The states in which each of these parts has one of the values. */
export type Cube = ReadonlyMap<number, Mask>;

const OPEN = 255;

/** The values of a state's parts, "not in use" included. */
export function valuesOf(parts: Parts, cells: readonly number[]): Uint8Array {
  const values = new Uint8Array(parts.length).fill(OPEN);
  const valueOf = (number: number): number => {
    const known = values[number] as number;
    if (known !== OPEN) return known;
    const part = parts[number];
    let value = cells[number] as number;
    if (part !== undefined) {
      // A loop: this is called for every part of every sample.
      for (const other of part.unused) if (other.values.has(valueOf(other.part))) value = part.values;
    }
    return (values[number] = value);
  };
  for (let number = 0; number < parts.length; number++) valueOf(number);
  return values;
}

/** The numbers of the values of a state's cells, from those of its parts. */
export function cellsOf(parts: Parts, values: Uint8Array): number[] {
  return Array.from(values, (value, number) => (value === parts[number]?.values ? 0 : value));
}

/** Whether the state is in the cube. */
export function isIn(state: Uint8Array, cube: Cube): boolean {
  for (const [part, mask] of cube) if (((mask >> (state[part] as number)) & 1) === 0) return false;
  return true;
}

/** Equal for equal cubes. */
export function cubeKey(cube: Cube): string {
  return [...cube].map(([part, mask]) => `${part}:${mask}`).join();
}

/** The cube with its parts in ascending order. */
export function cubeOf(literals: readonly (readonly [number, Mask])[]): Cube {
  return new Map([...literals].sort(([a], [b]) => a - b));
}

/** The bits of some values of a cell, and of "not in use" if the first of them is its value then. */
export function maskOf(part: Part, values: ReadonlySet<number>): Mask {
  let mask = 0;
  for (const value of values) mask |= 1 << value;
  if (part.unused.length > 0 && values.has(0)) mask |= 1 << part.values;
  return mask;
}

/** The bits of all values that a part can have. */
export function fullMask(part: Part | undefined): Mask {
  if (part === undefined) return 1;
  return (1 << (part.values + (part.unused.length > 0 ? 1 : 0))) - 1;
}
