import { freemem } from "node:os";

/** Of the memory that the system could give, a search takes so much at most: others need some, and so does Node. */
const SHARE = 0.85;

/** Bytes that a search may have if nobody says otherwise. */
export function defaultMemory(): number {
  // On Linux both count what the system would give up for others; the second knows of the limits of a container.
  const { availableMemory } = process as { readonly availableMemory?: () => number };
  return Math.floor(Math.min(freemem(), availableMemory?.() ?? Infinity) * SHARE);
}
