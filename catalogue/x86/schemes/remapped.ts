import {
  disableEntry,
  enableEntry,
  invalidateCache,
  queueOldVector,
  writeEntry,
  writeEntryCpu,
  writeEntryVector,
} from "../../../model/x86/remapping-steps.ts";
import type { MigrationStep, Strategy } from "../../../model/strategy.ts";

function remapped(...program: MigrationStep[]): Strategy {
  return {
    context: { kind: "task", runsOn: "any" },
    remapping: { disablesEntries: program.includes(disableEntry) },
    // A refused request becomes pending, and is tried again at the next interrupt.
    whileBusy: "rearmed",
    program,
  };
}

/** Interrupt remapping: the entry is exchanged at once and its cached copy invalidated (`intel_ir_set_affinity`). */
export const x86Remapped = remapped(writeEntry, invalidateCache, queueOldVector);

/**
 * The same with posted interrupts and a cleanup that tests IRR alone: a request waits in memory (PIR), behind one
 * notification vector, so the test finds nothing, ever.
 */
export const x86RemappedTestMisses: Strategy = { ...x86Remapped, cleanup: "timer-unchecked" };

/** The entry is invalid while it is rewritten, as by the AMD driver before e52d58d54a32 (v5.9). */
export const x86RemappedDisabled = remapped(disableEntry, writeEntry, enableEntry, invalidateCache, queueOldVector);

/** It never becomes valid again, as where an entry came back from guest mode before 26e495f34107 (v5.9). */
export const x86RemappedLeftDisabled = remapped(disableEntry, writeEntry, invalidateCache, queueOldVector);

/** The cached copy is not invalidated. */
export const x86RemappedUnflushed = remapped(writeEntry, queueOldVector);

/** The entry takes two stores, and is valid meanwhile. */
export const x86RemappedTorn = remapped(writeEntryCpu, writeEntryVector, invalidateCache, queueOldVector);
