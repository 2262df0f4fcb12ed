import { allocationDue } from "../state/descriptor.ts";
import { isOnline, isStopped, oldTarget } from "../state/queries.ts";
import type { ReadonlySystemState } from "../state/system-state.ts";
import type { MigrationStep, OfflineStep } from "../strategy.ts";
import type { System, Target } from "../system.ts";
import { identityAt } from "../kernel/imsic-sync.ts";

/** Steps that move an interrupt, and steps of a hart that goes offline. */
interface Programs {
  readonly system: System;
  readonly program: readonly MigrationStep[];
  readonly offline: readonly OfflineStep[];
}

/**
 * Whether the hart is sure to be brought up to date: a timer runs on it, or an external interrupt that comes first
 * does it.
 */
function isSyncDue(system: System, state: ReadonlySystemState, cpu: number): boolean {
  if (!isAlive(state, cpu)) return false;
  const files = state.imsic!;
  if (files.some(({ timer }) => timer === cpu)) return true;
  return (
    system.imsic!.syncsAtInterrupt &&
    files[cpu]!.enabled.some((enabled, vector) => enabled && state.cpu[cpu]!.irr[vector]!)
  );
}

/** Whether the hart still takes interrupts: it is online, or on its way offline. */
function isAlive(state: ReadonlySystemState, cpu: number): boolean {
  return isOnline(state, cpu) || isStopped(state) || state.cpu[cpu]!.interruptsEnabled;
}

/** Whether the identity's enable bit has the requested state, or is sure to get it. */
export function convergesTo(system: System, state: ReadonlySystemState, target: Target, enable: boolean): boolean {
  const identity = identityAt(state, target);
  if (identity.enable !== enable) return false;
  const { down, enabled } = state.imsic![target.cpu]!;
  if (down && system.imsic!.power!.onExit === "restores") return true;
  const now = enabled[target.vector]!;
  return now === enable || (identity.dirty && isSyncDue(system, state, target.cpu));
}

/**
 * Whether what is pending at an identity, enabled or not, is sure to lead to the handler of the interrupt: the identity
 * is its present one, and is enabled or will be; or it is the one before, or the one that the move passes through,
 * and its hart will look at it.
 */
export function leadsToClaim(
  { system, program, offline }: Programs,
  state: ReadonlySystemState,
  irq: number,
  target: Target,
): boolean {
  if (!isAlive(state, target.cpu)) return false;
  const { cpu, vector, migration } = state.irq[irq]!;
  const due = migration.step === 0 ? [] : program.slice(Math.max(0, migration.step - allocationDue - 1));
  const isPresent = cpu === target.cpu && vector === target.vector;
  // A program ends with the new identity enabled, and so does a handler that has to run again.
  const { pending, inProgress } = state.irq[irq]!;
  if (isPresent) return due.length > 0 || (pending && inProgress) || convergesTo(system, state, target, true);
  const leaving = due.some(({ handsOver }) => handsOver === true);
  if (state.cpu[target.cpu]!.table[target.vector] === irq)
    return leaving || isHandedOver(system, offline, state, target);
  if (!system.imsic!.checksTemporary) return false;
  if (leaving && migration.step > allocationDue) {
    return oldTarget(state, irq).cpu === target.cpu && vector === target.vector;
  }
  return state.cpu[target.cpu]!.table.some((owner, old) => {
    const at = { cpu: target.cpu, vector: old };
    return (
      owner === irq && identityAt(state, at).next?.vector === target.vector && isHandedOver(system, offline, state, at)
    );
  });
}

/** Whether the hart of an identity that the interrupt has left is sure to send after it what is pending there. */
function isHandedOver(
  system: System,
  offline: readonly OfflineStep[],
  state: ReadonlySystemState,
  old: Target,
): boolean {
  const { next, dirty } = identityAt(state, old);
  return next !== null && dirty && (isSyncDue(system, state, old.cpu) || isDyingSyncDue(offline, state, old.cpu));
}

/** Whether the hart is on its way offline and will be brought up to date before it is dead. */
function isDyingSyncDue(offline: readonly OfflineStep[], { hotplug }: ReadonlySystemState, cpu: number): boolean {
  if (hotplug === null || hotplug.stopper.step === 0 || hotplug.stopper.cpu !== cpu) return false;
  return offline.slice(hotplug.stopper.step - 1).some(({ syncs }) => syncs === true);
}
