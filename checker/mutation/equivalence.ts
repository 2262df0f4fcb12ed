import type { ActionInstance } from "../language/index.ts";
import { Pace } from "../pace.ts";
import type { OpenReading } from "../reading/index.ts";
import { evaluator, type Scalar, type Value } from "../terms/index.ts";
import type { Candidate, Change } from "./candidates.ts";
import { cellValues } from "./mutant-model.ts";

/**
 * The faults that make no difference in any reachable state of the model: there each changed instance is enabled as
 * before, and leads to the same state. Then, by induction over the length of a run, the mutant has the same reachable
 * states, and from each of them the same transitions by the same instances. Where there is a difference in one of these
 * states, that state is reachable in the mutant too, and its transitions differ.
 *
 * @param states all reachable states, packed by the layout
 * @returns undefined where it was aborted
 */
export async function equivalents<S>(
  reading: OpenReading<S>,
  candidates: readonly Candidate<S>[],
  states: Iterable<Uint32Array>,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<Candidate<S>> | undefined> {
  let open = [...candidates];
  const pace = new Pace({ signal });
  for (const words of states) {
    if (open.length === 0) break;
    if (pace.isDue() && (await pace.pause())) return undefined;
    const values = cellValues(reading.model.layout.cells, words);
    const valueOf = evaluator(values);
    const left = open.filter(({ changes }) => {
      for (const [instance, change] of changes) if (differs(reading, instance, change, values, valueOf)) return false;
      return true;
    });
    if (left.length < open.length) open = left;
  }
  return new Set(open);
}

function differs<S>(
  reading: OpenReading<S>,
  instance: ActionInstance<S>,
  { guard, kept = [], assigned = [] }: Change,
  values: readonly Scalar[],
  valueOf: (value: Value) => Scalar,
): boolean {
  const read = reading.action(instance);
  const isEnabled = valueOf(read.guard) === true;
  if (guard !== undefined) return isEnabled !== (valueOf(guard) === true);
  if (!isEnabled) return false;
  const after = (cell: number): Scalar => (read.next.has(cell) ? valueOf(read.next.get(cell)) : values[cell]);
  return (
    kept.some(({ cells }) => cells.some((cell) => after(cell) !== values[cell])) ||
    assigned.some(
      ([
        {
          cells: [cell],
        },
        value,
      ]) => after(cell as number) !== valueOf(value),
    )
  );
}
