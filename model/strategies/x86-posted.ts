import type { PostedMsiFeatures } from "../hardware/posted-msi.ts";
import type { Strategy } from "../kernel/migration.ts";
import { x86Hotplug } from "../kernel/x86-offline.ts";
import { x86Remapped } from "./x86-remapped.ts";

/** The driver since v6.19, with 0edc78b82bea. */
export const postedDriver: PostedMsiFeatures = {
  posts: "all",
  ackMoves: true,
  ackEndsRetriggered: true,
  testsSeePosted: true,
};

/** Interrupt remapping whose entries post to the CPU's descriptor in memory. */
export function x86Posted(driver: PostedMsiFeatures = postedDriver): Strategy {
  // The acknowledge callback does not look for a first arrival: the move has queued the old vector itself.
  return { ...x86Remapped, postedMsi: driver, noticesArrival: false };
}

/** The same when a CPU goes offline: the scan of `fixup_irqs` sends an IPI to the vector itself. */
export function x86PostedOffline(driver: PostedMsiFeatures = postedDriver): Strategy {
  return { ...x86Posted(driver), hotplug: x86Hotplug() };
}
