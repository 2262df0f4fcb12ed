import { range } from "../../checker/index.ts";
import { anyAction, type SystemAction } from "../action.ts";
import { canUnmask, mask, unmask } from "../hardware/events.ts";
import { canAccept, endOfInterrupt, returnFromInterrupt } from "../hardware/interrupts.ts";
import { isInNotification, isPosted } from "../hardware/posted-msi.ts";
import { lowerWire } from "../hardware/wires.ts";
import { cpuName, vectorName } from "../names.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import { masksBeforeAllocation, type System } from "../system.ts";
import { completesMove, scheduleCleanup } from "./cleanup.ts";

/**
 * Handling of an interrupt by a CPU: dispatch, `common_interrupt`, `handle_edge_irq`.
 *
 * Steps that run under one lock with interrupts off are one step here, unless another CPU, the device or the fabric
 * could see something between them.
 *
 * @param startsMove in an interrupt context, begins the move that was asked for; false when none is to begin
 */
export function interruptFlow(
  system: System,
  startsMove: (draft: SystemState, irq: number, cpu: number) => boolean,
): Record<string, SystemAction> {
  const over = { cpu: range(0, system.cpus - 1) };
  const actor = (_: unknown, { cpu }: { readonly cpu: number }): string => cpuName(cpu);
  return {
    /** IRR to ISR, interrupts off, and the lookup in the vector table, without a lock. */
    "cpu.accept": anyAction({
      over: { ...over, vector: range(0, system.vectors - 1) },
      actor,
      label: (state, { cpu, vector }) => acceptLabel(state, cpu, vector),
      when: (state, { cpu, vector }) =>
        canAccept(state, cpu, vector) && state.cpu[cpu]!.stack.length < (system.nestsInterrupts ? 2 : 1),
      then: (draft, { cpu, vector }) => dispatch(system, draft, cpu, vector),
    }),
    /**
     * A dispatch that found no owner. Since ce0b5eedcb75 it looks again under vector_lock, for an owner may have been
     * installed since; before, the slot was written from what had been read without the lock. An expected stray
     * makes the slot unassigned; on an unassigned slot the kernel logs "No irq handler".
     */
    "cpu.stray": anyAction({
      over,
      actor,
      label: (state, { cpu }) => strayLabel(system, state, cpu),
      when: (state, { cpu }) => {
        const frame = top(state, cpu);
        if (frame?.stage !== "entry" || typeof frame.slot === "number") return false;
        return !system.rechecksStrays || !state.vectorLock;
      },
      then: (draft, { cpu }) => {
        const frame = draft.cpu[cpu]!.stack.at(-1)!;
        const { table } = draft.cpu[cpu]!;
        const slot = system.rechecksStrays ? table[frame.vector]! : frame.slot;
        cover(system, draft, slot, frame.source);
        if (typeof slot === "number") {
          frame.slot = slot;
          if (system.tracksSources) frame.source.fill(false);
          return;
        }
        if (slot !== "unused") table[frame.vector] = "unused";
        endOfInterrupt(draft, cpu, frame.vector);
        returnFromInterrupt(draft, cpu);
      },
    }),
    /**
     * `handle_edge_irq` takes the descriptor's lock. A handler that runs already is made to run again, the device
     * masked until then. The interrupt is acknowledged after what a move needs: its completion, or the move itself.
     */
    "irq.lock": anyAction({
      over,
      actor,
      label: (state, { cpu }) => lockLabel(system, state, cpu),
      when: (state, { cpu }) => {
        const irq = interruptAt(state, cpu, "entry");
        if (irq === undefined || state.irq[irq]!.locked) return false;
        // Since v6.17 the new target waits, without the lock, until the handler elsewhere has returned.
        return !(system.newTargetWaits === true && state.irq[irq]!.inProgress && state.irq[irq]!.cpu === cpu);
      },
      then: (draft, { cpu }) => {
        const frame = draft.cpu[cpu]!.stack.at(-1)!;
        const irq = frame.slot as number;
        const descriptor = draft.irq[irq]!;
        if (descriptor.inProgress) {
          descriptor.pending = true;
          frame.handledElsewhere = true;
          if (system.device.maskable) mask(draft, irq);
        }
        descriptor.locked = true;
        if (completesMove(system, draft, irq, cpu)) frame.stage = "complete";
        else if (startsMove(draft, irq, cpu)) frame.stage = "move";
        else acknowledge(system, draft, cpu);
      },
    }),
    /** The first arrival on the new target: `irq_complete_move`. */
    "irq.complete_move": anyAction({
      over,
      actor,
      label: "first arrival: schedule cleanup",
      when: (state, { cpu }) => interruptAt(state, cpu, "complete") !== undefined && !state.vectorLock,
      then: (draft, { cpu }) => {
        const frame = draft.cpu[cpu]!.stack.at(-1)!;
        const irq = frame.slot as number;
        scheduleCleanup(system, draft, irq);
        const { onCleanupList, requested } = draft.irq[irq]!;
        // The old CPU may clean up before the next move is tried. No other step between the two can be observed.
        if (system.splitsCompletion && requested !== null && onCleanupList) {
          frame.stage = "completed";
          return;
        }
        if (startsMove(draft, irq, cpu)) frame.stage = "move";
        else acknowledge(system, draft, cpu);
      },
    }),
    ...(system.splitsCompletion ? { "irq.after_completion": afterCompletion(system, startsMove) } : {}),
    "irq.handler": driverHandler(system),
    /** Handle again what occurred meanwhile, or return. */
    "irq.finish": anyAction({
      over,
      actor,
      label: (state, { cpu }) =>
        state.irq[interruptAt(state, cpu, "finish") ?? 0]!.pending
          ? "pending: rerun the handler"
          : "return from interrupt",
      when: (state, { cpu }) => {
        const irq = interruptAt(state, cpu, "finish");
        if (irq === undefined || state.irq[irq]!.locked) return false;
        return !unmasksAtFinish(state, irq) || canUnmask(system, state, irq);
      },
      then: (draft, { cpu }) => {
        const frame = draft.cpu[cpu]!.stack.at(-1)!;
        const irq = frame.slot as number;
        const descriptor = draft.irq[irq]!;
        if (!descriptor.pending) {
          descriptor.inProgress = false;
          returnFromInterrupt(draft, cpu);
          return;
        }
        if (unmasksAtFinish(draft, irq)) unmask(system, draft, irq);
        descriptor.pending = false;
        if (system.coverage === "dispatch") draft.device[irq]!.uncovered = false;
        frame.stage = "handler";
      },
    }),
  };
}

/** The driver's handler: it arms the device again, or serves the event of its wire, which falls. */
export function driverHandler(system: System): SystemAction {
  return anyAction({
    over: { cpu: range(0, system.cpus - 1) },
    actor: (_, { cpu }) => cpuName(cpu),
    label: (state, { cpu }) => `handler of ${irqName(state, interruptAt(state, cpu, "handler") ?? 0)} runs`,
    when: (state, { cpu }) => interruptAt(state, cpu, "handler") !== undefined,
    then: (draft, { cpu }) => {
      const frame = draft.cpu[cpu]!.stack.at(-1)!;
      const irq = frame.slot as number;
      const device = draft.device[irq]!;
      if (system.deviceKind === "handshake") device.armed = true;
      if (system.coverage === "service") device.uncovered = false;
      if (system.trigger === "level") lowerWire(draft, irq);
      frame.stage = "finish";
    },
  });
}

/** A move that was asked for begins in the interrupt that has completed the last one, if that is cleaned up by now. */
function afterCompletion(
  system: System,
  startsMove: (draft: SystemState, irq: number, cpu: number) => boolean,
): SystemAction {
  return anyAction({
    over: { cpu: range(0, system.cpus - 1) },
    actor: (_, { cpu }) => cpuName(cpu),
    label: (state, { cpu }) => {
      const isBusy = state.irq[interruptAt(state, cpu, "completed")!]!.previous !== null;
      return isBusy && system.whileBusy !== "overwritten" && !masksBeforeAllocation(system)
        ? "next move: refused, -EBUSY"
        : "next move may start";
    },
    when: (state, { cpu }) => interruptAt(state, cpu, "completed") !== undefined,
    then: (draft, { cpu }) => {
      const frame = draft.cpu[cpu]!.stack.at(-1)!;
      if (startsMove(draft, frame.slot as number, cpu)) frame.stage = "move";
      else acknowledge(system, draft, cpu);
    },
  });
}

/** A requested vector becomes the running hard interrupt, which covers events if the vector has an owner. */
export function dispatch(system: System, draft: SystemState, index: number, vector: number): void {
  const cpu = draft.cpu[index]!;
  const slot = cpu.table[vector]!;
  const source = draft.device.map((_, device) => cpu.source[vector]![device]!);
  cpu.irr[vector] = false;
  cpu.isr[vector] = true;
  cpu.interruptsEnabled = false;
  if (system.tracksSources) cpu.source[vector]!.fill(false);
  if (typeof slot === "number") {
    cover(system, draft, slot, source);
    cpu.stack.push({ vector, slot, stage: "entry", handledElsewhere: false, source: source.fill(false) });
  } else {
    cpu.stack.push({ vector, slot, stage: "entry", handledElsewhere: false, source });
  }
}

/**
 * EOI and unlock; then the handler is next, unless it runs on another CPU already: that one is to run it again,
 * and this CPU returns (`mask_ack_irq` in `handle_edge_irq` acknowledges in full either way).
 */
export function acknowledge(system: System, draft: SystemState, cpu: number): void {
  const frame = draft.cpu[cpu]!.stack.at(-1)!;
  const irq = frame.slot as number;
  const descriptor = draft.irq[irq]!;
  if (!forgetsEoi(system, irq)) endOfInterrupt(draft, cpu, frame.vector);
  descriptor.locked = false;
  if (frame.handledElsewhere) {
    returnFromInterrupt(draft, cpu);
    return;
  }
  descriptor.inProgress = true;
  descriptor.pending = false;
  frame.stage = "handler";
}

/** The acknowledge callback of posted MSI before 0edc78b82bea (v6.19) never gave one. */
function forgetsEoi(system: System, irq: number): boolean {
  return system.postedMsi?.ackEndsRetriggered === false && isPosted(system, irq);
}

/**
 * Covers events by a dispatch, once its owner is known. With coverage "dispatch" it covers every event of the device
 * before it. With "occurrence" it covers those of them that its request bit stood for; the events of other devices
 * that the bit stood for have lost their only trace.
 */
export function cover(
  system: System,
  draft: SystemState,
  slot: SystemState["cpu"][number]["table"][number],
  source: readonly boolean[],
): void {
  if (system.coverage === "dispatch" && typeof slot === "number") draft.device[slot]!.uncovered = false;
  if (system.coverage !== "occurrence") return;
  for (let device = 0; device < system.devices; device++) {
    if (source[device]! && device !== slot) draft.device[device]!.uncovered = true;
  }
}

function top(state: ReadonlySystemState, cpu: number): ReadonlySystemState["cpu"][number]["stack"][number] | undefined {
  return state.cpu[cpu]!.stack.at(-1);
}

/** The interrupt that the running hard interrupt of a CPU belongs to, if it is at the given stage. */
export function interruptAt(
  state: ReadonlySystemState,
  cpu: number,
  stage: ReadonlySystemState["cpu"][number]["stack"][number]["stage"],
): number | undefined {
  const frame = top(state, cpu);
  return frame?.stage === stage && typeof frame.slot === "number" ? frame.slot : undefined;
}

/** A second arrival masked the device; the running handler unmasks it. */
function unmasksAtFinish(state: ReadonlySystemState | SystemState, irq: number): boolean {
  return state.irq[irq]!.pending && state.device[irq]!.masked;
}

/** Name in charts of the handler's device. */
export function irqName(state: ReadonlySystemState, irq: number): string {
  return state.irq.length === 1 ? "the device" : `device ${irq}`;
}

function acceptLabel(state: ReadonlySystemState, cpu: number, vector: number): string {
  return `vector ${vectorName(vector)} accepted: ${ownerText(state, state.cpu[cpu]!.table[vector]!)}`;
}

function strayLabel(system: System, state: ReadonlySystemState, cpu: number): string {
  const frame = top(state, cpu);
  if (frame === undefined) return "stray";
  const slot = system.rechecksStrays ? state.cpu[cpu]!.table[frame.vector]! : frame.slot;
  if (typeof slot === "number") return `looked up again: ${ownerText(state, slot)}`;
  return slot === "unused" ? `No irq handler for vector ${vectorName(frame.vector)}` : "expected stray ignored";
}

/** Text in charts for a slot of a vector table. */
export function ownerText(
  state: ReadonlySystemState,
  slot: ReadonlySystemState["cpu"][number]["table"][number],
): string {
  if (typeof slot === "number") return state.irq.length === 1 ? "the device's" : `device ${slot}'s`;
  return slot === "unused" ? "unassigned" : slot;
}

function lockLabel(system: System, state: ReadonlySystemState, cpu: number): string {
  const irq = interruptAt(state, cpu, "entry") ?? 0;
  const locks = state.irq[irq]!.inProgress ? "handler runs elsewhere: mark pending" : "lock descriptor";
  return forgetsEoi(system, irq) && !isInNotification(state, cpu) ? `${locks}, no EOI` : locks;
}
