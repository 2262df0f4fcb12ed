import type { Path } from "../../trace/shortest.ts";
import type { Expression } from "../expression.ts";
import type { TransitionSystem } from "../system.ts";
import { now } from "./clock.ts";
import type { Bad } from "./task.ts";
import { stepOf, Walker, type Random } from "./walker.ts";

/** Steps of one walk. */
const STEPS = 300;

/** Runs to a violation that are compared, and seconds that may pass until the next one: the shortest is shown. */
const ENOUGH = 10;
const MORE = 3;

/** A run to a state that is bad. */
export interface Violation {
  readonly id: string;
  /** Of a property of steps it ends before the step. */
  readonly path: Path;
}

/**
 * Walks at random, until a walk comes to a bad state: such a run is found where there are far too many states to search.
 * All steps are left out of it that it can do without; it need not be a shortest one, though.
 *
 * @param walks how many are tried at most
 * @param until when to give up, by `now` of clock.ts
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
  const wrong = (cells: readonly number[]): Bad | undefined => bad.find(({ condition }) => holdsIn(condition, cells));
  for (const [start, cells] of initial.entries()) {
    const found = wrong(cells);
    if (found !== undefined) return { id: found.id, path: { initial: start, instances: [] } };
  }
  let best: Violation | undefined;
  let end = until;
  for (let count = 0, left = walks; left > 0 && count < ENOUGH && now() < end; left--) {
    const start = random.next(initial.length);
    const without = random.next(4) === 0 ? undefined : walker.some();
    let cells = initial[start] as readonly number[];
    const instances: number[] = [];
    for (let step = 0; step < STEPS; step++) {
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
        end = Math.min(end, now() + 1000 * MORE);
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
  /** The steps of these that can be taken, up to the first bad state; undefined where there is none. */
  const taken = (wanted: readonly number[]): number[] | undefined => {
    let cells = system.initial[start] as readonly number[];
    const result: number[] = [];
    for (const instance of wanted) {
      const next = stepOf(system, instance, cells);
      if (next === undefined) continue;
      cells = next;
      result.push(instance);
      if (holdsIn(condition, cells)) return result;
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

/** Whether a condition holds in a state. */
export function holdsIn(condition: Expression, cells: readonly number[]): boolean {
  switch (condition.kind) {
    case "constant":
      return condition.value;
    case "test":
      return condition.values.includes(cells[condition.cell] as number);
    case "not":
      return !holdsIn(condition.operand, cells);
    case "and":
      return condition.operands.every((operand) => holdsIn(operand, cells));
    case "or":
      return condition.operands.some((operand) => holdsIn(operand, cells));
    case "name":
      return false;
  }
}
