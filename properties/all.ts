import { withProperties, type Model, type Property } from "../checker/index.ts";
import type { InterruptSystem, SystemState } from "../model/index.ts";
import { affinityApplied } from "./affinity-applied.ts";
import { carrierExists } from "./carrier-exists.ts";
import { cleanupDone } from "./cleanup-done.ts";
import { deviceMatchesDescriptor } from "./device-matches-descriptor.ts";
import { enableConverges } from "./enable-converges.ts";
import { eoiBalanced } from "./eoi-balanced.ts";
import { foreignEipPreserved } from "./foreign-eip-preserved.ts";
import { eventuallyServed } from "./eventually-served.ts";
import { handlerExclusion } from "./handler-exclusion.ts";
import { noDeadlock } from "./no-deadlock.ts";
import { noForeignOnly } from "./no-foreign-only.ts";
import { noFreeWhilePending } from "./no-free-while-pending.ts";
import { noInterruptLost } from "./no-interrupt-lost.ts";
import { noDropOffline } from "./no-drop-offline.ts";
import { tableOwner } from "./table-owner.ts";
import { noReuseBeforeClean } from "./no-reuse-before-clean.ts";
import { effectiveTargetOnline } from "./effective-target-online.ts";
import { singleOldVector } from "./single-old-vector.ts";
import { noLeak } from "./no-leak.ts";
import { offlineCleanup } from "./offline-cleanup.ts";
import { offlineDrained } from "./offline-drained.ts";
import { disabledStaysMasked } from "./disabled-stays-masked.ts";
import { managedRestart } from "./managed-restart.ts";
import { startupOrder } from "./startup-order.ts";
import { noLatentStray } from "./no-latent-stray.ts";
import { noLivelock } from "./no-livelock.ts";
import { noStray } from "./no-stray.ts";
import { oneOwner } from "./one-owner.ts";
import { pendingTransfer } from "./pending-transfer.ts";
import { notStale } from "./not-stale.ts";
import { boundedSpurious } from "./bounded-spurious.ts";
import { targetLiveInMove } from "./target-live-in-move.ts";
import { moveOnTarget } from "./move-on-target.ts";
import { checkCovers } from "./check-covers.ts";
import { retriggerOnce } from "./retrigger-once.ts";
import { oneWordPerWrite } from "./one-word-per-write.ts";
import { noInProgressDrop } from "./no-in-progress-drop.ts";
import { noAccessUnpowered } from "./no-access-unpowered.ts";
import { noNeedlessMove } from "./no-needless-move.ts";
import { maskRestored } from "./mask-restored.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { targetLive } from "./target-live.ts";

/** All properties, the primary one first. */
export const properties: readonly PropertyEntry[] = [
  noInterruptLost,
  carrierExists,
  notStale,
  noStray,
  noForeignOnly,
  boundedSpurious,
  targetLive,
  targetLiveInMove,
  deviceMatchesDescriptor,
  oneOwner,
  noFreeWhilePending,
  moveOnTarget,
  checkCovers,
  retriggerOnce,
  oneWordPerWrite,
  handlerExclusion,
  noInProgressDrop,
  maskRestored,
  noNeedlessMove,
  noAccessUnpowered,
  eoiBalanced,
  pendingTransfer,
  foreignEipPreserved,
  enableConverges,
  noLatentStray,
  noDropOffline,
  tableOwner,
  noReuseBeforeClean,
  effectiveTargetOnline,
  singleOldVector,
  noLeak,
  offlineCleanup,
  offlineDrained,
  managedRestart,
  disabledStaysMasked,
  startupOrder,
  noDeadlock,
  eventuallyServed,
  affinityApplied,
  cleanupDone,
  noLivelock,
];

/**
 * The properties that apply to a system, by id, for a model of one's own that is made of its parts.
 *
 * @param actions the actions of that model, where they differ from the system's: the fairness of infinite runs is assumed of
 * each of them but the environment's
 */
export function propertiesOf(
  interrupts: InterruptSystem,
  actions: Readonly<Record<string, unknown>> = interrupts.parts.actions,
): Record<string, Property<SystemState>> {
  const system = { ...interrupts, model: { ...interrupts.model, actions: Object.keys(actions) } };
  const applicable = properties.filter(({ applies }) => applies === undefined || applies(system));
  return Object.fromEntries(applicable.map(({ id, severity, property }) => [id, { ...property(system), severity }]));
}

/** The model of a system with every property that applies to it. */
export function withAllProperties(system: InterruptSystem): Model<SystemState> {
  return withProperties(system.model, propertiesOf(system));
}
