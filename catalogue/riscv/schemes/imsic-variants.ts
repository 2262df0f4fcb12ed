import { imsicHotplug } from "../../../model/riscv/imsic-offline.ts";
import { disableOldIdentity } from "../../../model/riscv/imsic-steps.ts";
import { flush, writeAddress, writeAddressHigh, writeAddressLow, writeData } from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";
import { handOverMasked, imsicMerged, imsicTemporaryId, mergedDriver } from "./imsic.ts";

/** Stores of a hart to an interrupt file take effect any time later. */
export const imsicMergedSlowStores: Strategy = { ...imsicMerged, imsic: { ...mergedDriver, storesTakeTime: true } };

/** The temporary target's identity is another interrupt's on the old hart. */
function inUse(strategy: Strategy): Strategy {
  return { ...strategy, allocation: "foreign-vector", placement: "crowded" };
}

/** v2 01/11 where the temporary identity is in use. */
export const imsicTemporaryIdInUse: Strategy = inUse(imsicTemporaryId("edge"));

/**
 * The merged driver where the temporary identity is in use.
 *
 * @param stores whether the store that sets the other's bit again takes effect at once
 */
export function imsicMergedInUse(stores: "at-once" | "later"): Strategy {
  return inUse(stores === "later" ? imsicMergedSlowStores : imsicMerged);
}

/** Before 08fb624802d8: the timer that is to bring another hart up to date runs on the hart that asked. */
export const imsicSyncWrongCpu: Strategy = { ...imsicMerged, imsic: { ...mergedDriver, timerRunsOn: "caller" } };

/** Harts whose interrupt files differ above bit 31: the address takes two writes, the low word first. */
export const imsicTwoAddressWords: Strategy = {
  ...imsicMerged,
  program: [
    disableOldIdentity,
    writeAddress("old-cpu"),
    writeData,
    flush,
    writeAddressLow,
    writeAddressHigh,
    flush,
    ...handOverMasked,
  ],
};

/** The merged driver when a hart goes offline; see `imsicHotplug`. */
export function imsicOffline(syncsWhenDying: boolean, syncsFirst = false): Strategy {
  return { ...imsicMerged, hotplug: imsicHotplug(syncsWhenDying, syncsFirst) };
}
