import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A heap of less than this is not worth the 20 ms of a collection. */
const LARGE_HEAP_BYTES = 48 * 2 ** 20;

let collect: (() => void) | undefined;

/**
 * Frees what one model has left behind before the next is checked. V8 by itself waits until the heap is several times as
 * large as what is in use, so a series of small checks would take 400 MB.
 */
export function collectGarbage(): void {
  if (process.memoryUsage().heapUsed < LARGE_HEAP_BYTES) return;
  collect ??= collector();
  collect();
}

/** Where a program is not run by V8, it does nothing. */
function collector(): () => void {
  try {
    setFlagsFromString("--expose-gc");
    const gc: unknown = runInNewContext("globalThis.gc");
    return typeof gc === "function" ? () => void gc() : () => {};
  } catch {
    return () => {};
  }
}
