import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Below this size of the heap, a collection is not worth its 20 ms. */
const LARGE_HEAP_BYTES = 48 * 2 ** 20;
/** Growth of the heap since the last collection that makes another one worth its time, which its live part determines. */
const MIN_GROWTH = 1.5;

/** Size of the heap after the last collection. */
let liveBytes = 0;

let collect: (() => void) | undefined;

/**
 * Frees the garbage of one model before the next is checked. V8 alone waits until the heap is several times as large as
 * its live part, so a series of small checks would take 400 MB.
 */
export function collectGarbage(): void {
  if (process.memoryUsage().heapUsed < Math.max(LARGE_HEAP_BYTES, MIN_GROWTH * liveBytes)) return;
  collect ??= collector();
  collect();
  liveBytes = process.memoryUsage().heapUsed;
}

/** No effect on an engine other than V8. */
function collector(): () => void {
  try {
    setFlagsFromString("--expose-gc");
    const gc: unknown = runInNewContext("globalThis.gc");
    return typeof gc === "function" ? () => void gc() : () => {};
  } catch {
    return () => {};
  }
}
