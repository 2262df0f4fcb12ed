import { ModelError } from "../../../checker/errors.ts";
import type { Parameter, ParameterValue } from "../../../checker/index.ts";

/** More combinations than this are probably a typing error. */
const MAX_GRID_POINTS = 10_000;

/**
 * The values of one option of a sweep: `2,3`, `2..4`, `none,fifo`, or a mixture.
 *
 * @throws ModelError when a value is not allowed, or is given twice
 */
export function valuesOfWord(name: string, parameter: Parameter, word: string): ParameterValue[] {
  const values: ParameterValue[] = [];
  for (const part of word.split(",")) {
    for (const text of expanded(part.trim(), name)) {
      const value = parameter.read(text);
      if (value === undefined) throw new ModelError(`sweep: --${name} has ${text}: it must be ${parameter.allowed}`);
      if (values.includes(value)) throw new ModelError(`sweep: --${name} has ${text} twice; give it once`);
      values.push(value);
    }
  }
  return values;
}

function expanded(part: string, name: string): string[] {
  const [, from, to] = /^(-?\d+)\.\.(-?\d+)$/.exec(part) ?? [];
  if (from === undefined || to === undefined) return [part];
  const length = Number(to) - Number(from) + 1;
  if (length < 1) throw new ModelError(`sweep: --${name} has ${part}: the first number must be at most the second`);
  if (length > MAX_GRID_POINTS)
    throw new ModelError(`sweep: --${name} has ${part}: at most ${MAX_GRID_POINTS} values are possible`);
  return Array.from({ length }, (_, index) => String(Number(from) + index));
}

/** Every combination of the values; the last parameter changes fastest. */
export function combinationsOf(
  values: ReadonlyMap<string, readonly ParameterValue[]>,
): Readonly<Record<string, ParameterValue>>[] {
  const points = [...values.values()].reduce((product, { length }) => product * length, 1);
  if (points > MAX_GRID_POINTS)
    throw new ModelError(`sweep: the grid has ${points} points; at most ${MAX_GRID_POINTS} are possible`);
  let grid: Record<string, ParameterValue>[] = [{}];
  for (const [name, some] of values) grid = grid.flatMap((point) => some.map((value) => ({ ...point, [name]: value })));
  return grid;
}
