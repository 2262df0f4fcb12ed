import type { ReadPredicate, Reading } from "../reading/index.ts";
import type { Layout } from "../schema/index.ts";
import type { SafetyProperty } from "../language/index.ts";
import { evaluator, type Bool, type Scalar } from "../terms/index.ts";

/** A condition that a property asks for before it asks for anything else. */
export interface Premise {
  readonly id: string;
  readonly condition: Bool;
}

/** The premises of the `always` properties, as far as they were read. That which always holds is none. */
export function premisesOf<S>(
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  reading: Pick<Reading<S>, "state">,
): Premise[] {
  return [...properties].flatMap(([id, property]) => {
    if (property.kind !== "always") return [];
    const { unread, premises = [] }: ReadPredicate = reading.state(id, property.holds);
    return unread === undefined ? premises.map((condition) => ({ id, condition })) : [];
  });
}

/** The premises that hold in none of some packed states. */
export function neverHolding<S>(
  premises: readonly Premise[],
  { cells }: Layout<S>,
  states: Iterable<Uint32Array>,
): Premise[] {
  let open = premises;
  for (const words of states) {
    if (open.length === 0) break;
    const values = cells.map(({ word, shift, width, shape }): Scalar => {
      const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
      return shape.valueAt(width === 0 ? 0 : (((words[word] as number) >>> shift) & mask) >>> 0);
    });
    const valueOf = evaluator(values);
    const left = open.filter(({ condition }) => valueOf(condition) !== true);
    if (left.length < open.length) open = left;
  }
  return [...open];
}
