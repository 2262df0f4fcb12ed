import { valueText } from "./value-text.ts";

/** More elements than this, added and removed, are not spelled out. */
const MAX_ELEMENTS = 3;

/** Elements that went and came at the ends of a sequence. */
interface AtEnds {
  readonly shifted: readonly unknown[];
  readonly popped: readonly unknown[];
  readonly unshifted: readonly unknown[];
  readonly pushed: readonly unknown[];
}

/**
 * The change of a sequence as program text: `line.shift() -> 0`, `line.push(2)`. Undefined where it is
 * better described element by element, or as a whole.
 */
export function queueTexts(before: readonly unknown[], after: readonly unknown[], path: string): string[] | undefined {
  const [was, now] = [before.map(valueText), after.map(valueText)];
  const found = fifo(was, now) ?? lifo(was, now);
  if (found === undefined) return undefined;
  const { shifted, popped, unshifted, pushed } = found;
  const moved = shifted.length + popped.length + unshifted.length + pushed.length;
  const inPlace = was.length === now.length ? was.filter((text, index) => text !== now[index]).length : Infinity;
  if (moved > MAX_ELEMENTS || inPlace < moved) return undefined;
  return [
    ...shifted.map((text) => `${path}.shift() -> ${text}`),
    ...popped.map((text) => `${path}.pop() -> ${text}`),
    ...unshifted.map((text) => `${path}.unshift(${text})`),
    ...pushed.map((text) => `${path}.push(${text})`),
  ];
}

/** In at the back, out in front. */
function fifo(was: readonly string[], now: readonly string[]): AtEnds | undefined {
  for (let gone = 0; gone <= was.length; gone++) {
    const kept = was.slice(gone);
    if (!isEmptied(kept, was, now) && kept.every((text, index) => text === now[index])) {
      return { shifted: was.slice(0, gone), pushed: now.slice(kept.length), popped: [], unshifted: [] };
    }
  }
  return undefined;
}

/** In at one end and out at the same: the last elements go, or new ones come in front. */
function lifo(was: readonly string[], now: readonly string[]): AtEnds | undefined {
  if (now.length > 0 && now.length < was.length && now.every((text, index) => text === was[index])) {
    return { shifted: [], pushed: [], popped: was.slice(now.length).toReversed(), unshifted: [] };
  }
  const come = now.length - was.length;
  if (come > 0 && was.every((text, index) => text === now[come + index])) {
    return { shifted: [], pushed: [], popped: [], unshifted: now.slice(0, come).toReversed() };
  }
  return undefined;
}

/** Nothing of several elements is left: then it was replaced, or emptied, as a whole. */
function isEmptied(kept: readonly string[], was: readonly string[], now: readonly string[]): boolean {
  return kept.length === 0 && (was.length > 1 || (was.length === 1 && now.length > 0));
}
