/**
 * Message-signalled interrupts and the ways to move them between CPUs, as models for `irqproof/checker`.
 *
 * @packageDocumentation
 */
export { catalogue, entryOf } from "./catalogue/index.ts";
export { registersOf } from "./changes.ts";
export { destinationOf, messageOf, sendsNothing } from "./hardware/events.ts";
export { isEnabled, type ImsicFeatures } from "./hardware/imsic.ts";
export { isActive, isFrozen } from "./hardware/routing.ts";
export { isShutOut } from "./hardware/interrupts.ts";
export { isInNotification, isPosted, isVectorPending } from "./hardware/posted-msi.ts";
export { stagesAfterHandler } from "./hardware/local-apic.ts";
export { convergesTo, leadsToClaim } from "./kernel/imsic-carrier.ts";
export { environmentOf, interruptSystem, type InterruptSystem } from "./interrupt-system.ts";
export {
  livenessIds,
  lossIds,
  propertyIds,
  type Architecture,
  type CatalogueEntry,
  type EntryParameters,
  type Expectation,
  type PropertyId,
  type Suspicion,
} from "./entry.ts";
export { isActivated, isStarted } from "./kernel/startup.ts";
export { isOnline, isStopped, scanIsDue, type Hotplug, type OfflineStep, type OfflineWhere } from "./kernel/hotplug.ts";
export { allocationDue, type MigrationStep, type StepFailure, type Strategy, type Where } from "./kernel/migration.ts";
export { isBusy } from "./kernel/vector-table.ts";
export { whyNeverEnabled } from "./never-enabled.ts";
export { revivals } from "./kernel/revival.ts";
export { pairAtLastFlush, stepsDue } from "./kernel/program.ts";
export { telling } from "./kernel/telling.ts";
export { isEnableDue } from "./kernel/routing-steps.ts";
export * as routingSteps from "./kernel/routing-steps.ts";
export * as steps from "./kernel/steps.ts";
export { isWatched } from "./kernel/steps.ts";
export { cpuName, deviceName, interruptName, targetName, vectorName } from "./names.ts";
export { commonParameters, type CommonParameters } from "./parameters.ts";
export type { ReadonlySystemState, SystemState } from "./state.ts";
export {
  isRouted,
  plainMsi,
  type Cleanup,
  type Context,
  type DeviceFeatures,
  type MachineId,
  type Placement,
  type System,
  type Target,
} from "./system.ts";
