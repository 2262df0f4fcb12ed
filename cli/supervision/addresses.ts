import { readFileSync } from "node:fs";

/** What V8 reserves for another thread, for its heap and its code, and some room: where it gets less it aborts. */
const THREAD_BYTES = 2 ** 30;
/** Of what the system counts in pages. */
const PAGE_BYTES = 4096;

/** Whether the limit on addresses (`ulimit -v`) leaves enough for another thread; true where no limit is known. */
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
