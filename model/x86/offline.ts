import { request } from "../hardware/interrupts.ts";
import { isVectorPending, takeOver } from "../hardware/posted-msi.ts";
import { targetName, vectorName } from "../names.ts";
import { isActivated, losesLastCpu } from "../state/queries.ts";
import type { SystemState } from "../state/system-state.ts";
import type { Hotplug, OfflineStep, OfflineWhere } from "../strategy.ts";
import type { System } from "../system.ts";
import { freeMoved, scheduleCleanup } from "../kernel/cleanup.ts";
import { clearOnline, moveOffThisCpu } from "../kernel/hotplug-actions.ts";
import { shutDown } from "../kernel/startup-actions.ts";
import { isBusy } from "../kernel/vector-table.ts";

export { clearOnline };

/** Differences of a variant in `native_cpu_disable` and `fixup_irqs`. */
export interface X86Offline {
  /**
   * Old vectors that `irq_force_complete_move` gives back: of every interrupt that is or was on the CPU (since
   * a6c11c0a5235, v6.10), only of those that are targeted at it (before), or none (before 98229aa36caa, v4.5).
   */
  readonly forces?: "all" | "targeted" | "none";
  /** When the local APIC is switched off: after everything else (since 52d6b926aabc, v5.9), or before it. */
  readonly controllerOff?: "last" | "first";
  /**
   * Treatment of a requested vector by the scan: sends the interrupt on and marks the slot, sends it on and
   * makes the slot unassigned (before 9345005f4eed), or does not look.
   */
  readonly scan?: "marks" | "forgets" | "skipped";
  /** The scan begins when what is in flight has arrived (`mdelay(1)` of `fixup_irqs`). Default: it does not wait. */
  readonly waitsForMessages?: boolean;
  /**
   * Fate of the old vector of an incomplete move: it is given back before the scan; or, on the outgoing CPU,
   * the scan looks at it as at the others; or, on another CPU, that one cleans it up as after any move, too.
   */
  readonly oldVectors?: "given-back" | "scanned" | "scanned-or-cleaned-up";
  /** Whether the old vectors on the CPU's cleanup list are given back (`lapic_offline`). */
  readonly drainsCleanupList?: boolean;
}

/** A CPU goes offline on x86: `native_cpu_disable`, `cpu_disable_common`, `fixup_irqs`, `lapic_offline`. */
export function x86Offline(variant: X86Offline = {}): Hotplug["offline"] {
  const { forces = "all", controllerOff = "last", scan = "marks", drainsCleanupList = true } = variant;
  const { waitsForMessages = false, oldVectors = "given-back" } = variant;
  return (system) => [
    ...(controllerOff === "first" ? [disableController] : []),
    clearOnline,
    ...Array.from({ length: system.devices }, (_, irq) => migrate(irq, forces, oldVectors)),
    ...(waitsForMessages ? [awaitMessages] : []),
    ...Array.from({ length: system.vectors }, (_, vector) => scanVector(vector, scan, vector === system.vectors - 1)),
    ...(drainsCleanupList ? [drainCleanupList(system)] : []),
    ...(controllerOff === "last" ? [disableController] : []),
  ];
}

/** A CPU that starts has an empty request register and an empty vector table (`lapic_online`, INIT). */
export function x86Online(draft: SystemState, { cpu: index }: OfflineWhere): void {
  const cpu = draft.cpu[index]!;
  cpu.irr.fill(false);
  cpu.isr.fill(false);
  cpu.table.fill("unused");
}

/** Interrupts that the dead CPU's local APIC still holds are gone. */
export function x86Die(draft: SystemState, { system, cpu: index }: OfflineWhere): void {
  const cpu = draft.cpu[index]!;
  const sources = [...cpu.source];
  cpu.irr.fill(false);
  if (draft.postedMsi !== null) {
    const descriptor = draft.postedMsi[index]!;
    descriptor.pir.fill(false);
    descriptor.notified = false;
    descriptor.outstanding = false;
    sources.push(...descriptor.source);
  }
  for (const source of sources) {
    for (let device = 0; device < system.devices; device++) {
      if (!source[device]!) continue;
      if (system.coverage === "occurrence") draft.device[device]!.uncovered = true;
      source[device] = false;
    }
  }
}

/** Everything of x86 that a strategy with hotplug needs. */
export function x86Hotplug(variant: X86Offline = {}): Hotplug {
  return { offline: x86Offline(variant), online: x86Online, die: x86Die };
}

/** A millisecond, in which messages arrive that were sent before the interrupts were moved, to what are old targets now. */
const awaitMessages: OfflineStep = {
  name: "await_messages",
  label: () => "mdelay(1): messages to old targets arrived",
  when: (state) =>
    state.fabric.every((queues, device) => {
      const target = state.irq[device]!;
      return queues.every((queue, cpu) => queue.every((vector) => cpu === target.cpu && vector === target.vector));
    }),
  needed: (_, { system }) => system.fabric !== "none",
  then: () => {},
};

/** `migrate_one_irq`: give the old vector back, then move the interrupt if it is targeted here. */
export function migrate(
  irq: number,
  forces: "all" | "targeted" | "none",
  oldVectors: NonNullable<X86Offline["oldVectors"]> = "given-back",
): OfflineStep {
  return {
    name: "migrate",
    label: (state, { cpu, system }) => {
      const { previous, cpu: target } = state.irq[irq]!;
      const name = state.irq.length === 1 ? "the interrupt" : `irq ${irq}`;
      const forced =
        previous !== null && (forces === "all" || (forces === "targeted" && target === cpu))
          ? `, ${targetName(previous)} ${fateOf(oldVectors, previous.cpu === cpu)}`
          : "";
      if (losesLastCpu(system, state, irq, cpu)) return "managed interrupt shut down";
      if (target !== cpu) return `${name} stays${forced}`;
      return forced === "" && isBusy(state, irq) ? `migrate ${name}: refused, -EBUSY` : `migrate ${name}${forced}`;
    },
    needed: (state, { cpu }) => {
      const { cpu: target, previous, requested } = state.irq[irq]!;
      return target === cpu || previous !== null || requested === cpu;
    },
    then: (draft, where) => {
      const descriptor = draft.irq[irq]!;
      const { previous } = descriptor;
      const isTarget = descriptor.cpu === where.cpu;
      const wasHere = isTarget || previous?.cpu === where.cpu;
      if (forces === "all" ? wasHere : forces === "targeted" && isTarget) {
        if (previous !== null) release(where.system, draft, irq, fateOf(oldVectors, previous.cpu === where.cpu));
      }
      if (losesLastCpu(where.system, draft, irq, where.cpu)) {
        if (isActivated(draft, irq)) shutDown(where.system, draft, irq);
      } else if (isTarget && isActivated(draft, irq)) {
        moveOffThisCpu(draft, where, irq, oldVectors === "scanned-or-cleaned-up");
      } else if (descriptor.requested === where.cpu) {
        // A request for the outgoing CPU alone is hopeless (`irq_fixup_move_pending`).
        descriptor.requested = null;
      }
    },
  };
}

/** Cleanup of an old vector, on the outgoing CPU or on another one. */
function fateOf(oldVectors: NonNullable<X86Offline["oldVectors"]>, isHere: boolean): "freed" | "scanned" | "queued" {
  if (oldVectors === "given-back") return "freed";
  if (isHere) return "scanned";
  return oldVectors === "scanned" ? "freed" : "queued";
}

/** The record of the old vector ends; its slot is freed, is left to the scan, or is queued on its own CPU. */
function release(system: System, draft: SystemState, irq: number, fate: ReturnType<typeof fateOf>): void {
  if (fate === "queued") {
    scheduleCleanup(system, draft, irq);
    return;
  }
  const { cpu, vector } = draft.irq[irq]!.previous!;
  freeMoved(draft, irq);
  if (fate === "scanned") draft.cpu[cpu]!.table[vector] = irq;
}

/**
 * One vector of the scan of `fixup_irqs`: what arrived here before its interrupt was moved is sent on.
 *
 * @param isLast the last of them waits for a move that has just begun, also where no slot is left to look at
 */
export function scanVector(vector: number, scan: "marks" | "forgets" | "skipped", isLast: boolean): OfflineStep {
  return {
    name: "scan",
    ...(scan === "skipped" ? {} : { scans: vector }),
    label: (state, { cpu, system }) => {
      const slot = state.cpu[cpu]!.table[vector]!;
      const name = vectorName(vector);
      if (typeof slot !== "number" || scan === "skipped") return `vector ${name}: unassigned`;
      if (!isVectorPending(system, state, cpu, vector)) return `vector ${name}: not requested, unassigned`;
      return `vector ${name}: requested, IPI to ${targetName(state.irq[slot]!)}`;
    },
    // Only a real owner is looked at; an expected stray stays expected.
    needed: (state, { cpu }) =>
      typeof state.cpu[cpu]!.table[vector] === "number" || (isLast && state.hotplug!.stopper.irq !== null),
    then: (draft, { system, cpu: index }) => {
      const cpu = draft.cpu[index]!;
      const slot = cpu.table[vector]!;
      if (typeof slot !== "number") return;
      cpu.table[vector] = "unused";
      if (scan === "skipped" || !isVectorPending(system, draft, index, vector)) return;
      if (scan === "marks") cpu.table[vector] = "retriggered";
      const target = draft.irq[slot]!;
      draft.cpu[target.cpu]!.irr[target.vector] = true;
      if (!takeOver(system, draft, { cpu: index, vector }, slot)) return;
      request(system, draft, { cpu: target.cpu, vector: target.vector }, slot);
    },
  };
}

/** `lapic_offline`: what is left on the cleanup list is given back without a test, and the timer stopped. */
export function drainCleanupList(system: System): OfflineStep {
  const queued = (state: Pick<SystemState, "irq">, cpu: number): number[] =>
    Array.from({ length: system.devices }, (_, irq) => irq).filter((irq) => {
      const { onCleanupList, previous } = state.irq[irq]!;
      return onCleanupList && previous?.cpu === cpu;
    });
  return {
    name: "drain_cleanup_list",
    label: (state, { cpu }) =>
      `cleanup list: ${queued(state as SystemState, cpu)
        .map((irq) => targetName(state.irq[irq]!.previous!))
        .join(", ")} freed`,
    needed: (state, { cpu }) => queued(state as SystemState, cpu).length > 0,
    then: (draft, { cpu }) => {
      for (const irq of queued(draft, cpu)) freeMoved(draft, irq);
    },
  };
}

/** `apic_soft_disable`: a message to this CPU is dropped from here on. */
export const disableController: OfflineStep = {
  name: "disable_controller",
  label: () => "local APIC off",
  then: (draft, { cpu }) => {
    draft.hotplug!.controllerOn[cpu] = false;
  },
};
