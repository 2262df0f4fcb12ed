import { avecHotplug } from "../../../model/loongarch/avec-offline.ts";
import { sendClearVectorIpi, writeOneWord } from "../../../model/loongarch/avec-steps.ts";
import { invalidateCache, writeEntry, writeEntryCpu, writeEntryVector } from "../../../model/x86/remapping-steps.ts";
import { flush } from "../../../model/steps/steps.ts";
import type { AffinityFeatures } from "../../../model/system.ts";
import type { Strategy } from "../../../model/strategy.ts";

/** CPU that runs the task that moves the interrupt. */
export type Requester = "any" | "old-cpu" | "elsewhere";

/**
 * `avecintc_set_affinity`: the message is one word, so it is never torn; the old CPU is asked to give its vector back.
 *
 * @param cleanup "before-write": as shipped, by `avecintc_sync` in the chip's `irq_set_affinity`, after which
 * `msi_domain_set_affinity` writes the message; "after-write": with the sync after the write
 */
export function avec(cleanup: "before-write" | "after-write", runsOn: Requester): Strategy {
  const write = [writeOneWord, flush];
  return {
    machine: "avec",
    cleanup: "clear-vector-ipi",
    context: { kind: "task", runsOn },
    program: cleanup === "before-write" ? [sendClearVectorIpi, ...write] : [...write, sendClearVectorIpi],
  };
}

/** The same with the sync after the write, and requests for several CPUs. */
export function avecMask(satisfied: AffinityFeatures["satisfied"]): Strategy {
  return { ...avec("after-write", "any"), affinity: { satisfied } };
}

/**
 * The redirect table in front of an AVEC (`redirect_set_affinity`): the message is constant, a descriptor in memory
 * names CPU and vector, and the sync comes after the descriptor was written and its cached copy invalidated.
 *
 * @param stores "atomic": a descriptor is never read half written; "separate": the controller may read it between
 */
export function loongarchRedirect(stores: "atomic" | "separate", runsOn: Requester): Strategy {
  const write = stores === "atomic" ? [writeEntry] : [writeEntryCpu, writeEntryVector];
  return {
    machine: "avec",
    cleanup: "clear-vector-ipi",
    remapping: { disablesEntries: false },
    context: { kind: "task", runsOn },
    program: [...write, invalidateCache, sendClearVectorIpi],
  };
}

/** A CPU goes offline; the cleanup comes after the write, so that it is no matter of the order. */
export function avecOffline(scans: boolean): Strategy {
  return { ...avec("after-write", "any"), hotplug: avecHotplug(scans) };
}
