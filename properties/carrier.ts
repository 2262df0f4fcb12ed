import {
  allocationDue,
  awaitsStart,
  entryMode,
  isActive,
  isAfterHandler,
  isEnableDue,
  isFrozen,
  isOnline,
  isPosted,
  isRedirectDue,
  isShutOut,
  queuedOn,
  isWatched,
  leadsToClaim,
  messageOf,
  scanIsDue,
  willTake,
  wouldNotice,
  type InterruptSystem,
} from "../model/index.ts";
import type { State } from "./property-entry.ts";

/** Whether a request at the target, present or new, leads to the handler of the device. */
function isFoundAt(
  interrupts: InterruptSystem,
  state: State,
  device: number,
  target: { readonly cpu: number; readonly vector: number },
  isInPir = false,
): boolean {
  const { program, offline, system } = interrupts;
  if (state.imsic !== null) return leadsToClaim(interrupts, state, device, target);
  const { cpu, vector } = target;
  if (system.flowStages !== null && isLeftInService(state, cpu, vector)) return false;
  // On an offline CPU only requests that the stopper still scans for are found.
  const isScanned = scanIsDue(offline, state, cpu, vector) && (!isInPir || system.postedMsi!.testsSeePosted);
  const isLive = isOnline(state, cpu) || isScanned;
  if (!isInPir && isShutOut(state, cpu, vector)) return false;
  return (
    (state.cpu[cpu]!.table[vector] === device && isLive && !isFrozen(state, vector)) ||
    isWatched(program, state, device, target)
  );
}

/** Whether the vector stays in service, since its interrupt has returned without an EOI: in a flow of one's own. */
function isLeftInService(state: State, cpu: number, vector: number): boolean {
  const { isr, stack } = state.cpu[cpu]!;
  return isr[vector]! && !stack.some((frame) => frame.vector === vector);
}

/** Whether a message that the device sent in this state would lead to its handler. */
export function wouldBeFound(interrupts: InterruptSystem, state: State, device: number): boolean {
  const { system } = interrupts;
  const route = state.routing?.[device];
  if (route === undefined) {
    const mode = entryMode(system, state, device);
    if (mode === "guest") return wouldNotice(system, state, device);
    return isFoundAt(interrupts, state, device, messageOf(state, device), mode === "posted");
  }
  if (system.redirect !== null) return wouldBeRedirected(interrupts, state, device);
  // An interrupt that stays active is not delivered again.
  if (isFrozen(state, state.irq[device]!.vector)) return false;
  // An interrupt that is routed to no CPU waits for the end of the move.
  return (route.enabled && route.cpu !== null) || isEnableDue(interrupts.program, state, device);
}

/**
 * Whether the parent's handler would have an event handled: not where the irq_work is queued on a CPU that is offline, or is
 * about to be, for it is not queued twice.
 */
function wouldBeRedirected(interrupts: InterruptSystem, state: State, device: number): boolean {
  const at = queuedOn(state, device);
  if (at !== undefined) return isFoundAt(interrupts, state, device, { cpu: at, vector: state.irq[device]!.vector });
  const { looked } = state.routing![device]!.redirect!;
  return looked === null || isOnline(state, looked);
}

/**
 * Whether the APLIC is bound to send a message for a wire that is high: it is pending and will be enabled, or the driver
 * makes it sample the wire at the end of an interrupt or after the source is configured.
 */
function isLookedAtAgain({ program, system }: InterruptSystem, state: State, device: number): boolean {
  if (!state.device[device]!.line) return false;
  const { step } = state.irq[device]!.migration;
  const due = step === 0 ? [] : program.slice(Math.max(0, step - allocationDue - 1));
  const sends = state.aplic![device]!.enabled || due.some(({ enables }) => enables === true);
  const isHandled = state.cpu.some(({ stack }) => stack.some(({ slot }) => slot === device));
  if (isHandled && system.aplic!.retriggersAtEnd && sends) return true;
  return sends && (state.aplic![device]!.pending || due.some(({ samplesWire }) => samplesWire === true));
}

/** Whether the device's event has a carrier, which will cover it. */
export function hasCarrier(interrupts: InterruptSystem, state: State, device: number): boolean {
  // With "occurrence" no other interrupt covers an event, so one that lost its own trace has no carrier by definition.
  return interrupts.system.coverage !== "occurrence" && isHandlerDue(interrupts, state, device);
}

/** Whether anything pending or in flight leads to the device's handler. */
export function isHandlerDue(interrupts: InterruptSystem, state: State, device: number): boolean {
  const { system } = interrupts;
  const leadsToHandler = (cpu: number, vector: number): boolean =>
    isFoundAt(interrupts, state, device, { cpu, vector });
  const { pending: pendingBit, masked } = state.device[device]!;
  if (masked && pendingBit && awaitsStart(system, state, device)) return true;
  const route = state.routing?.[device];
  if (route !== undefined) {
    const waits =
      route.waiting || isRedirectDue(state, device) || state.fabric[device]!.some((queue) => queue.length > 0);
    if (waits && wouldBeFound(interrupts, state, device)) return true;
    // A wire that is high is looked at again when the interrupt ends.
    const { vector } = state.irq[device]!;
    if (state.device[device]!.line && isActive(state, vector) && wouldBeFound(interrupts, state, device)) return true;
  }
  if (willTake(state, device)) return true;
  if (state.aplic !== null && isLookedAtAgain(interrupts, state, device)) return true;
  if (state.irq[device]!.pending && state.irq[device]!.inProgress) return true;
  return state.cpu.some(
    ({ irr, stack }, cpu) =>
      irr.some((requested, vector) => requested && leadsToHandler(cpu, vector)) ||
      // A posted interrupt: the CPU is notified of it, or has taken it already.
      state.postedMsi?.[cpu]!.pir.some(
        (posted, vector) =>
          (posted || state.postedMsi![cpu]!.taken[vector]!) &&
          isFoundAt(interrupts, state, device, { cpu, vector }, true),
      ) === true ||
      // A store to an interrupt file that has not yet taken effect.
      state.imsic?.[cpu]!.arriving.some((arrives, vector) => arrives && leadsToHandler(cpu, vector)) === true ||
      (route === undefined &&
        state.fabric[device]![cpu]!.some((vector) =>
          isFoundAt(interrupts, state, device, { cpu, vector }, isPosted(system, device)),
        )) ||
      // A dispatch that found no owner, and will find this one when it rechecks.
      (system.rechecksStrays &&
        stack.some(
          ({ slot, stage, vector }) =>
            stage === "entry" && typeof slot !== "number" && state.cpu[cpu]!.table[vector] === device,
        )) ||
      // With coverage "service" a dispatched interrupt still covers events until its handler starts.
      (system.coverage === "service" && stack.some((frame) => frame.slot === device && !isAfterHandler(system, frame))),
  );
}
