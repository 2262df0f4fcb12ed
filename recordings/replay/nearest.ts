import { describe, type Event } from "./event.ts";
import type { Fits } from "./fits.ts";
import { matches, type Shown } from "./shown.ts";

/**
 * Events that a set of states would have allowed instead of one that none of them allows, the most similar first; and a
 * state that allows the most similar one.
 *
 * @param set not empty
 * @param name what a vector is called in the recording
 */
export function nearest(
  fits: Fits,
  set: number,
  event: Event,
  name: (vector: number) => string,
): { state: number; allowed: string[] } {
  const alternatives = new Map<string, number>();
  let nearestState = fits.ids(set)[0]!;
  let best = -1;
  const behindRequest = fits.afterRequest(fits.ids(set), event);
  const members = new Set(fits.ids(set));
  for (const id of new Set([...members, ...behindRequest])) {
    let nearness = 0;
    for (const { instance, shown } of fits.graph.edges(id)) {
      if (shown.kind === "nothing" || shown.kind === "request" || shown.kind === "offline" || matches(shown, event))
        continue;
      // Devices raise at any time: that distinguishes nothing.
      if (shown.kind === "raise" && event.kind !== "raise") continue;
      const isAlike = shown.kind === event.kind || (shown.kind === "test" && event.kind === "irr");
      const weight = isAlike ? 3 : instance.action.startsWith("move.") ? 2 : 1;
      nearness = Math.max(nearness, weight);
      const text = textOf(shown, name) ?? instance.label(fits.graph.fit(id).state);
      alternatives.set(text, Math.max(weight, alternatives.get(text) ?? 0));
    }
    if (nearness > best && members.has(id)) {
      best = nearness;
      nearestState = id;
    }
  }
  return {
    state: nearestState,
    allowed: [...alternatives].sort((a, b) => b[1] - a[1]).map(([text]) => text),
  };
}

/** Undefined where a recording shows nothing by itself. */
function textOf(shown: Shown, name: (vector: number) => string): string | undefined {
  switch (shown.kind) {
    case "nothing":
    case "never":
    case "request":
    case "offline":
    case "allocation":
      return undefined;
    case "test":
      return `CPU${shown.by} reads its IRR: vector ${name(shown.vector)} is ${shown.bit ? 1 : 0}`;
    default:
      return describe(shown, name);
  }
}
