import { CARRIER_PROPERTY } from "../main-run.ts";
import type { StepView } from "../wire.ts";
import type { DrawnStep } from "./layout.ts";

/** A stretch of a run. */
interface Stretch {
  /** The steps that are known, by place. */
  readonly steps: ReadonlyMap<number, StepView>;
  readonly first: number;
  readonly last: number;
  /** The properties whose violations are marked. */
  readonly properties: ReadonlySet<string>;
  readonly isSystem: boolean;
  /** Steps of the whole run. */
  readonly length: number;
  /** Start of the loop of an infinite run. */
  readonly loopFrom?: number;
}

/** The steps of a stretch, with the properties that are violated at each for the first time in the run. */
export function drawn({ steps, first, last, properties, isSystem, length, loopFrom }: Stretch): DrawnStep[] {
  const known = new Set(steps.get(first - 1)?.violated.map(({ id }) => id));
  const found: DrawnStep[] = [];
  for (let place = first; place <= last; place++) {
    const step = steps.get(place);
    if (step === undefined) continue;
    const violates = step.violated.flatMap(({ id }) => (known.has(id) || !properties.has(id) ? [] : [id]));
    for (const id of violates) known.add(id);
    const loses = isSystem && violates.includes(CARRIER_PROPERTY);
    const endless = length === loopFrom ? "nothing more happens" : "from here on, forever";
    found.push({
      place,
      step,
      violates,
      ...(loses ? { loss: "nothing carries the event any more: it is lost" } : {}),
      ...(place === loopFrom ? { loop: endless } : {}),
    });
  }
  return found;
}
