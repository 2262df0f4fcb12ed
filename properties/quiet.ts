import { isEnabled, isFrozen, isOnline, isShutOut, isStopped, type InterruptSystem } from "../model/index.ts";
import type { State } from "./property-entry.ts";

/**
 * Whether everything has come to rest: no message is on its way, no request or in-service bit is set, every CPU is
 * idle with interrupts on, no task is moving anything, no cleanup is due. Only the environment can still act. Of a CPU
 * that is offline nothing is awaited but that it returns from a hard interrupt.
 */
export function isQuiet(state: State): boolean {
  return (
    !isStopped(state) &&
    (state.posted === null || state.posted.every((queue) => queue.length === 0)) &&
    (state.postedMsi === null || state.postedMsi.every(({ notified }, cpu) => !notified || !isOnline(state, cpu))) &&
    (state.imsic === null || isImsicQuiet(state, state.imsic)) &&
    state.fabric.every((queues) => queues.every((queue) => queue.length === 0)) &&
    state.cpu.every(
      ({ interruptsEnabled, irr, isr, stack }, cpu) =>
        // A hart on its way offline is interrupted by what is still pending there, and brought up to date by that.
        (!isOnline(state, cpu) && stack.length === 0 && (state.imsic === null || !interruptsEnabled)) ||
        (interruptsEnabled &&
          stack.length === 0 &&
          // What is pending and disabled waits for nobody.
          !irr.some(
            (requested, vector) =>
              requested && isEnabled(state, cpu, vector) && !isFrozen(state, vector) && !isShutOut(state, cpu, vector),
          ) &&
          // Where no CPU is in an interrupt, one that is active waits for an end that never comes.
          (state.routing !== null || state.postedMsi !== null || !isr.includes(true))),
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
 * Whether no store is on its way and no timer is armed that would do anything. One that was armed for a new identity
 * whose old hart is dead is armed again and again, to no avail.
 */
function isImsicQuiet(state: State, files: NonNullable<State["imsic"]>): boolean {
  return files.every(
    ({ arriving, timer }) =>
      !arriving.includes(true) &&
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
 * Whether the interrupt is pending and is given to no CPU: it is active for good, or shut out by a vector that is. The
 * second is asked where each request bit remembers whose events it stands for.
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
 * Where each occurrence counts: whether at rest an event still stands in a request bit that nobody will take: of an
 * identity that is disabled, of a CPU that is offline, of an interrupt that is active for good; or waits at a controller
 * that passes it on to no CPU.
 */
export function isStranded({ system }: InterruptSystem, state: State, device: number): boolean {
  if (system.coverage !== "occurrence") return false;
  if (state.routing?.[device]!.waiting === true || isRequestedInVain(state, device)) return true;
  if (system.imsic === null && system.hotplug === null) return false;
  return state.cpu.some(
    ({ source }, cpu) => (system.imsic !== null || !isOnline(state, cpu)) && source.some((of) => of[device]!),
  );
}
