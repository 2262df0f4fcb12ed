import type { TransitionSystem } from "../../system/system.ts";
import type { Samples } from "./samples.ts";
import { cellsOf, valuesOf, type Parts } from "./states.ts";
import { exchanged, type Exchange } from "./symmetry.ts";
import type { Random, Walker } from "./walker.ts";

/** Samples that show which parts are in use when. */
const MIN_SAMPLES = 5_000;

/** Takes samples on walks at random, with what can be exchanged exchanged. */
export function visit(
  samples: Samples,
  wanted: number,
  parts: Parts,
  initial: TransitionSystem<unknown>["initial"],
  walker: Walker,
  mixes: readonly Exchange[],
  random: Random,
): void {
  for (let steps = 0; samples.count < wanted && steps < 3 * wanted;) {
    // A walk begins at the start, or where another has been; now and then it is a long one.
    let cells: readonly number[] | undefined =
      random.next(4) === 0
        ? initial[random.next(initial.length)]
        : cellsOf(parts, samples.at(random.next(samples.count)));
    const without = random.next(4) === 0 ? undefined : walker.some();
    for (let left = random.next(3) === 0 ? 200 : 20; left > 0; left--) {
      steps++;
      cells = cells === undefined ? undefined : walker.after(cells, without);
      if (cells === undefined) break;
      const mix = mixes[random.next(Math.max(1, mixes.length))];
      const values = valuesOf(parts, cells);
      samples.add(mix === undefined ? values : exchanged(values, mix));
    }
  }
}

/** States that walks from the start come to. */
export function firstStates(walker: Walker, initial: TransitionSystem<unknown>["initial"]): (readonly number[])[] {
  const states: (readonly number[])[] = [];
  const start = initial[0] as readonly number[];
  let cells: readonly number[] = start;
  while (states.length < MIN_SAMPLES) {
    states.push(cells);
    cells = states.length % 200 === 0 ? start : (walker.after(cells) ?? start);
  }
  return states;
}
