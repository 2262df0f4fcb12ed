import { readFileSync } from "node:fs";

/** Address space that V8 reserves for another thread's heap and code, with a margin. V8 aborts if it gets less. */
const THREAD_BYTES = 2 ** 30;
/** Page size of the system, in bytes. */
const PAGE_BYTES = 4096;

/** Whether the limit on address space (`ulimit -v`) leaves enough for another thread; true if no limit is known. */
export function hasAddresses(): boolean {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const [, limit] = /^Max address space +(\d+) /m.exec(limits) ?? [];
    if (limit === undefined) return true;
    const [pages] = readFileSync("/proc/self/statm", "utf8").split(" ");
    return Number(limit) - Number(pages) * PAGE_BYTES >= THREAD_BYTES;
  } catch {
    // Not Linux.
    return true;
  }
}
