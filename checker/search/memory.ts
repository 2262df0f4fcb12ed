import { freemem } from "node:os";

/** Largest share of the available memory for a search: other processes need some, and so does Node. */
const FREE_MEMORY_SHARE = 0.85;

/** Default memory limit of a search, in bytes. */
export function defaultMemory(): number {
  // On Linux both count memory that the system would free for others; the second respects the limits of a container.
  const { availableMemory } = process as { readonly availableMemory?: () => number };
  return Math.floor(Math.min(freemem(), availableMemory?.() ?? Infinity) * FREE_MEMORY_SHARE);
}
