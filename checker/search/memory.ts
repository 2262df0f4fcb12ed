import { freemem } from "node:os";

/** Of the memory that the system could give, a search takes so much at most: others need some, and so does Node. */
const FREE_MEMORY_SHARE = 0.85;

/** Default memory limit of a search, in bytes. */
export function defaultMemory(): number {
  // On Linux both count what the system would give up for others; the second knows of the limits of a container.
  const { availableMemory } = process as { readonly availableMemory?: () => number };
  return Math.floor(Math.min(freemem(), availableMemory?.() ?? Infinity) * FREE_MEMORY_SHARE);
}
