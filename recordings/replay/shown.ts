import type { ActionInstance } from "../../checker/index.ts";
import type { InterruptSystem, ReadonlySystemState, SystemState } from "../../model/index.ts";
import type { Machine } from "../observe/observation.ts";
import type { Event } from "./event.ts";

/** The part of a step that a recording shows. */
export type Shown =
  /** Nothing. */
  | { readonly kind: "nothing" }
  /** Only what a rewrite of the message implies: it was asked for, and a vector allocated. */
  | { readonly kind: "request"; readonly cpu: number | null }
  /** The same of a CPU that goes offline: it moves what is targeted at it, or looks what it has pending. */
  | { readonly kind: "offline" }
  | { readonly kind: "allocation"; readonly cpu: number | null; readonly vector: number; readonly by: number }
  | { readonly kind: "never" }
  | Event
  | { readonly kind: "test"; readonly by: number; readonly vector: number; readonly bit: boolean };

/**
 * The part of a step that a recording shows: mostly by its effect, so that it need not be known for each strategy.
 *
 * @param logs which kinds of line the recording has
 * @param by the CPU that takes it; -1 where it is none
 */
export function shownOf(
  { system, offline }: InterruptSystem,
  logs: Machine["logs"],
  { action, parameters }: ActionInstance<SystemState>,
  before: ReadonlySystemState,
  after: ReadonlySystemState,
  by: number,
): Shown {
  const device = before.device[0]!;
  const now = after.device[0]!;
  const irq = before.irq[0]!;
  if (action === "user.set_affinity") return { kind: "request", cpu: parameters["cpu"] as number };
  if (action === "user.offline_cpu") return { kind: "offline" };
  if (action === "user.online_cpu") return { kind: "nothing" };
  if (action.startsWith("user.") || action === "move.give_up") return { kind: "never" };
  if (action === "move.allocate") {
    return { kind: "allocation", cpu: irq.requested, vector: parameters["vector"] as number, by: irq.migration.cpu };
  }
  if (action === "device.raise") {
    return device.masked || !logs.messages
      ? { kind: "nothing" }
      : { kind: "raise", cpu: device.address, vector: device.data };
  }
  if (device.address !== now.address) return { kind: "address", by, cpu: now.address };
  if (device.data !== now.data) return { kind: "data", by, vector: now.data };
  if (device.masked !== now.masked) return { kind: "mask", by, masked: now.masked, outcome: null };
  if (action === "move.read_irr" && logs.requestReads) {
    return { kind: "test", by, vector: irq.vector, bit: before.cpu[by]!.irr[irq.vector]! };
  }
  if ((action === "cpu.cleanup_timer" || action === "cpu.cleanup_ipi") && logs.requestReads) {
    if (system.cleanup === "timer-unchecked" || irq.previous === null) return { kind: "nothing" };
    const { cpu, vector } = irq.previous;
    return { kind: "test", by, vector, bit: before.cpu[cpu]!.irr[vector]! };
  }
  if (action === "offline.scan" && logs.requestReads) {
    const vector = scannedBy(offline, before);
    if (vector !== null) return { kind: "test", by, vector, bit: before.cpu[by]!.irr[vector]! };
  }
  if (action === "move.retrigger" && logs.ipis) {
    return { kind: "ipi", by, cpu: irq.cpu, vector: irq.vector };
  }
  if (action === "irq.complete_move" && system.cleanup === "ipi" && logs.ipis) {
    return { kind: "cleanup-ipi", by, cpu: irq.previous!.cpu };
  }
  if (action === "cpu.accept" && logs.accepts) {
    return { kind: "accept", by, vector: parameters["vector"] as number };
  }
  if (before.imsic !== null && logs.messages && action !== "cpu.accept" && cleared(before, after) > 0) {
    return { kind: "store", by, cpu: irq.cpu, vector: irq.vector };
  }
  return { kind: "nothing" };
}

/** A bit for each CPU that a step ends an interrupt on, where the recording shows such ends. */
export function pendingEnds(logs: Machine["logs"], before: ReadonlySystemState, after: ReadonlySystemState): number {
  if (!logs.ends || before.imsic !== null) return 0;
  let pending = 0;
  for (const [cpu, { isr }] of before.cpu.entries()) {
    if (isr.some((bit, vector) => bit && !after.cpu[cpu]!.isr[vector]!)) pending |= 1 << cpu;
  }
  return pending;
}

/** Whether a step that shows this is what was recorded. */
export function matches(shown: Shown, event: Event): boolean {
  if (shown.kind === "test") {
    return (
      event.kind === "irr" &&
      event.by === shown.by &&
      ((event.covered >>> shown.vector) & 1) === 1 &&
      (((event.bits >>> shown.vector) & 1) === 1) === shown.bit
    );
  }
  if (event.kind === "begin") {
    if (shown.kind !== "allocation" || shown.vector !== event.vector || shown.by !== event.by) return false;
    return event.cpu === null || shown.cpu === null || shown.cpu === event.cpu;
  }
  if (shown.kind !== event.kind) return false;
  switch (event.kind) {
    case "raise":
      return shown.kind === "raise" && shown.cpu === event.cpu && shown.vector === event.vector;
    case "address":
      return shown.kind === "address" && shown.by === event.by && shown.cpu === event.cpu;
    case "data":
      return shown.kind === "data" && shown.by === event.by && shown.vector === event.vector;
    case "mask":
      return shown.kind === "mask" && shown.by === event.by && shown.masked === event.masked;
    case "ipi":
    case "store":
      return (
        (shown.kind === "ipi" || shown.kind === "store") &&
        shown.by === event.by &&
        shown.cpu === event.cpu &&
        shown.vector === event.vector
      );
    case "cleanup-ipi":
      return shown.kind === "cleanup-ipi" && shown.by === event.by && shown.cpu === event.cpu;
    case "accept":
      return shown.kind === "accept" && shown.vector === event.vector && (event.by === null || shown.by === event.by);
    case "irr":
    case "settled":
    case "eoi":
      return false;
  }
}

/** Number of pending bits that a step clears: those that a synchronised hart forwards. */
export function cleared(before: ReadonlySystemState, after: ReadonlySystemState): number {
  let bits = 0;
  for (const [cpu, { irr }] of before.cpu.entries()) {
    for (const [vector, bit] of irr.entries()) if (bit && !after.cpu[cpu]!.irr[vector]!) bits++;
  }
  return bits;
}

/** The vector that the step of the outgoing CPU looks at which is due; null where it looks at none. */
function scannedBy(offline: InterruptSystem["offline"], { hotplug }: ReadonlySystemState): number | null {
  return offline[hotplug!.stopper.step - 1]?.scans ?? null;
}

/** An IPI that belongs to a step whose recorded line is another: the outgoing CPU sends on what it finds pending. */
export interface PendingIpi {
  readonly by: number;
  readonly cpu: number;
  readonly vector: number;
}

/** The IPI that a step sends behind what is shown of it; null where it sends none, or none is recorded. */
export function pendingIpi(
  logs: Machine["logs"],
  { action }: ActionInstance<SystemState>,
  shown: Shown,
  { irq }: ReadonlySystemState,
): PendingIpi | null {
  if (action !== "offline.scan" || shown.kind !== "test" || !shown.bit || !logs.ipis) return null;
  return { by: shown.by, cpu: irq[0]!.cpu, vector: irq[0]!.vector };
}
