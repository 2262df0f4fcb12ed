/**
 * Message-signalled interrupts and the ways to move them between CPUs, as models for `irqproof/checker`.
 *
 * @packageDocumentation
 */
export { destinationOf, messageOf, sendsNothing } from "./hardware/events.ts";
export { isEnabled } from "./state/queries.ts";
export { type ImsicFeatures } from "./system.ts";
export { isRedirectDue, queuedOn } from "./hardware/demultiplexer.ts";
export { isActive, isFrozen } from "./hardware/routing.ts";
export { isShutOut } from "./hardware/interrupts.ts";
export { entryMode, hostMode, willTake, wouldNotice } from "./hardware/guest.ts";
export { isInNotification, isPosted, isVectorPending } from "./hardware/posted-msi.ts";
export { ghostsOf, isAfterHandler } from "./state/cpu.ts";
export { convergesTo, leadsToClaim } from "./riscv/imsic-carrier.ts";
export {
  environmentOf,
  interruptSystem,
  ownSystem,
  type InterruptParts,
  type InterruptSystem,
} from "./interrupt-system.ts";
export { awaitsStart, isActivated, isKeptDisabled, isStarted } from "./state/queries.ts";
export { scanIsDue } from "./kernel/hotplug.ts";
export { type Hotplug, type OfflineStep, type OfflineWhere } from "./strategy.ts";
export { isOnline, isStopped } from "./state/queries.ts";
export {
  type Flow,
  type FlowStep,
  type FlowWhere,
  type MigrationStep,
  type StepFailure,
  type Strategy,
  type Where,
} from "./strategy.ts";
export { allocationDue } from "./state/descriptor.ts";
export { isBusy } from "./kernel/vector-table.ts";
export { whyNeverEnabled } from "./never-enabled.ts";
export { revivals } from "./kernel/revival.ts";
export { pairAtLastFlush, stepsDue } from "./kernel/program.ts";
export { checkedStep } from "./steps/checked-step.ts";
export { isEnableDue } from "./steps/routing-steps.ts";
export * as blockSteps from "./steps/block-steps.ts";
export * as aplicSteps from "./riscv/aplic-steps.ts";
export * as avecOfflineSteps from "./loongarch/avec-offline.ts";
export * as avecSteps from "./loongarch/avec-steps.ts";
export * as enableBitSteps from "./steps/enable-bit.ts";
export * as hardware from "./parts/hardware.ts";
export * as imsicOfflineSteps from "./riscv/imsic-offline.ts";
export * as imsicSteps from "./riscv/imsic-steps.ts";
export * as kernel from "./parts/kernel.ts";
export * as postedWriteSteps from "./steps/posted-write-steps.ts";
export * as remappingSteps from "./x86/remapping-steps.ts";
export * as redirectOfflineSteps from "./kernel/redirect-offline.ts";
export * as redirectSteps from "./steps/redirect-steps.ts";
export * as routingSteps from "./steps/routing-steps.ts";
export * as startupSteps from "./steps/startup-steps.ts";
export * as steps from "./steps/steps.ts";
export * as x86OfflineSteps from "./x86/offline.ts";
export { isWatched } from "./steps/steps.ts";
export { cpuName, deviceName, interruptName, targetName, vectorName } from "./names.ts";
export { commonParameters, type CommonParameters, type EntryParameters } from "./parameters.ts";
export type { ReadonlySystemState, SystemState } from "./state/system-state.ts";
export { controllerOf, isRouted, type Controller } from "./controller.ts";
export {
  movedWith,
  plainMsi,
  type Cleanup,
  type Context,
  type DeviceFeatures,
  type MachineId,
  type Placement,
  type System,
  type Target,
} from "./system.ts";
