import { ModelError } from "../../checker/index.ts";
import { linesOf } from "./lines.ts";

/** CPU that each thread of QEMU runs, from `info cpus` of its monitor: `* CPU #0: thread_id=4711`. */
export async function threadsFile(file: string): Promise<ReadonlyMap<number, number>> {
  const cpus = new Map<number, number>();
  let runs = 0;
  for await (const lines of linesOf(file)) {
    for (const text of lines) {
      const [, cpu, thread] = /CPU #(\d+):.*thread_id=(\d+)/.exec(text) ?? [];
      if (cpu === undefined) continue;
      if (Number(cpu) === 0) runs++;
      cpus.set(Number(thread), Number(cpu));
    }
  }
  // Several runs in one file do no harm: a thread's number is unique among those that ran at the same time.
  if (runs === 0) {
    throw new ModelError(
      `${file}: no line has the form "CPU #N: thread_id=N", as printed by info cpus of QEMU's monitor`,
    );
  }
  return cpus;
}
