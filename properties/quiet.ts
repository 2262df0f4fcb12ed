import {
  awaitsStart,
  isEnabled,
  isRedirectDue,
  isFrozen,
  isOnline,
  isShutOut,
  isStopped,
  willTake,
  type InterruptSystem,
} from "../model/index.ts";
import type { State } from "./property-entry.ts";

/**
 * Whether the system is idle: no message is in flight, no request or in-service bit is set, every CPU is idle with
 * interrupts on, no task is moving an interrupt, no cleanup is due. Only the environment can still act. An offline CPU
 * only has to have returned from its hard interrupts.
 */
export function isQuiet(state: State): boolean {
  return (
    !isStopped(state) &&
    (state.posted === null || state.posted.every((queue) => queue.length === 0)) &&
    (state.postedMsi === null || state.postedMsi.every(({ notified }, cpu) => !notified || !isOnline(state, cpu))) &&
    !state.device.some((_, device) => willTake(state, device) || isRedirectDue(state, device)) &&
    (state.guest === null || !state.guest.entries.some(({ isRead }) => isRead)) &&
    (state.imsic === null || isImsicQuiet(state, state.imsic)) &&
    state.fabric.every((queues) => queues.every((queue) => queue.length === 0)) &&
    state.cpu.every(
      ({ interruptsEnabled, irr, isr, stack }, cpu) =>
        // A hart going offline still takes its pending interrupts, and syncs by that.
        (!isOnline(state, cpu) && stack.length === 0 && (state.imsic === null || !interruptsEnabled)) ||
        (interruptsEnabled &&
          stack.length === 0 &&
          // A pending bit that is disabled does not interrupt.
          !irr.some(
            (requested, vector) =>
              requested &&
              isEnabled(state, cpu, vector) &&
              // Where no CPU is in an interrupt, one that is in service waits for an end that never comes.
              !isr[vector]! &&
              !isFrozen(state, vector) &&
              !isShutOut(state, cpu, vector),
          )),
    ) &&
    state.irq.every(
      ({ locked, migration, onCleanupList, pinned, previous }) =>
        !locked &&
        migration.step === 0 &&
        !(onCleanupList && previous !== null && isOnline(state, previous.cpu)) &&
        pinned.every((cpu) => cpu === null),
    )
  );
}

/**
 * Whether no store is in flight and no armed timer has an effect. A timer for a new identity whose old hart is dead
 * is re-armed forever without effect.
 */
function isImsicQuiet(state: State, files: NonNullable<State["imsic"]>): boolean {
  return files.every(
    ({ arriving, timer, down }, cpu) =>
      !arriving.includes(true) &&
      // What comes to a hart without power wakes it.
      !(down && state.cpu[cpu]!.irr.includes(true)) &&
      (timer === null ||
        files[timer]!.identity.every(
          ({ dirty, enable, previous }, vector) =>
            !dirty ||
            (previous !== null &&
              !isOnline(state, previous.cpu) &&
              files[previous.cpu]!.identity[previous.vector]!.next !== null &&
              files[timer]!.enabled[vector] === enable),
        )),
  );
}

/**
 * Whether the interrupt is pending and is delivered to no CPU: it stays active, or a vector that stays in service shuts it
 * out. The second is decided where each request bit records the sources it stands for.
 */
export function isRequestedInVain(state: State, device: number): boolean {
  const { vector } = state.irq[device]!;
  if (isFrozen(state, vector) && state.cpu.some(({ irr }) => irr[vector]!)) return true;
  if (state.postedMsi === null) return false;
  return state.cpu.some(({ irr, source }, cpu) =>
    irr.some((requested, at) => requested && source[at]![device]! && isShutOut(state, cpu, at)),
  );
}

/**
 * With coverage "occurrence": whether an event of an idle system is left in a request bit that no CPU will take, at a
 * disabled identity, on an offline CPU or of an interrupt that stays active, waits at a controller that routes it to no CPU,
 * or in a device whose interrupt is not started again.
 */
export function isStranded({ system }: InterruptSystem, state: State, device: number): boolean {
  if (system.coverage !== "occurrence") return false;
  if (state.routing?.[device]!.waiting === true || isRequestedInVain(state, device)) return true;
  if (state.guest?.pending[device] === true) return true;
  if (state.device[device]!.pending && !awaitsStart(system, state, device)) return true;
  if (system.imsic === null && system.hotplug === null) return false;
  return state.cpu.some(
    ({ source }, cpu) => (system.imsic !== null || !isOnline(state, cpu)) && source.some((of) => of[device]!),
  );
}
