import { availableMemory } from "../platform.ts";

/** Largest share of the available memory for a search: other processes need some, and so does Node. */
const FREE_MEMORY_SHARE = 0.85;

/** Default memory limit of a search, in bytes. */
export function defaultMemory(): number {
  return Math.floor(availableMemory() * FREE_MEMORY_SHARE);
}
