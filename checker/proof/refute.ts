import type { Path } from "../trace/shortest.ts";
import { Interpreter } from "../system/interpreter.ts";
import type { TransitionSystem } from "../system/system.ts";
import { now } from "../sat/deadline.ts";
import type { Bad } from "./states/task.ts";
import { Walker, type Random } from "./states/walker.ts";

/** Steps of one walk. */
const WALK_STEPS = 300;

/** Runs to a violation that are compared, the shortest of which is shown, and seconds to wait for another run. */
const MAX_COMPARED_RUNS = 10;
const NEXT_RUN_SECONDS = 3;

/** A run to a state that is bad. */
export interface Violation {
  readonly id: string;
  /** A run to a bad state; for a property of steps, to the state before the bad step. */
  readonly path: Path;
}

/**
 * Walks at random, until a walk comes to a bad state: such a run is found where there are far too many states to search.
 * All steps are left out of it that it can do without; it need not be a shortest one, though.
 *
 * @param walks how many are tried at most
 * @param until when to give up, by `now` of deadline.ts
 */
export function violationByWalks(
  system: TransitionSystem<unknown>,
  bad: readonly Bad[],
  random: Random,
  walks: number,
  until: number,
): Violation | undefined {
  const { initial } = system;
  const walker = new Walker(system, random);
  const interpreter = new Interpreter(system);
  const wrong = (cells: readonly number[]): Bad | undefined =>
    bad.find(({ condition }) => interpreter.enter(cells).holds(condition));
  for (const [start, cells] of initial.entries()) {
    const found = wrong(cells);
    if (found !== undefined) return { id: found.id, path: { initial: start, instances: [] } };
  }
  let best: Violation | undefined;
  let end = until;
  for (let count = 0, left = walks; left > 0 && count < MAX_COMPARED_RUNS && now() < end; left--) {
    const start = random.next(initial.length);
    const without = random.next(4) === 0 ? undefined : walker.some();
    let cells = initial[start] as readonly number[];
    const instances: number[] = [];
    for (let step = 0; step < WALK_STEPS; step++) {
      const taken = walker.step(cells, without);
      if (taken === undefined) break;
      cells = taken.cells;
      instances.push(taken.instance);
      const found = wrong(cells);
      if (found !== undefined) {
        const shorter = shortened(system, start, instances, found);
        if (best === undefined || shorter.length < best.path.instances.length) {
          best = { id: found.id, path: { initial: start, instances: shorter } };
        }
        end = Math.min(end, now() + 1000 * NEXT_RUN_SECONDS);
        count++;
        break;
      }
    }
  }
  return best;
}

/** The run without what it can do without, pieces first, then single steps. */
function shortened(
  system: TransitionSystem<unknown>,
  start: number,
  instances: readonly number[],
  { condition }: Bad,
): readonly number[] {
  const interpreter = new Interpreter(system);
  /** The steps of these that can be taken, up to the first bad state; undefined where there is none. */
  const taken = (wanted: readonly number[]): number[] | undefined => {
    let cells = system.initial[start] as readonly number[];
    const result: number[] = [];
    for (const instance of wanted) {
      const next = interpreter.enter(cells).step(instance);
      if (next === undefined) continue;
      cells = next;
      result.push(instance);
      if (interpreter.enter(cells).holds(condition)) return result;
    }
    return undefined;
  };
  let best = instances;
  for (let size = best.length >> 1; size > 0;) {
    const before = best.length;
    for (let at = 0; at < best.length;) {
      const shorter = taken([...best.slice(0, at), ...best.slice(at + size)]);
      if (shorter === undefined) at += size;
      else best = shorter;
    }
    if (size > 1 || best.length === before) size >>= 1;
  }
  return best;
}
