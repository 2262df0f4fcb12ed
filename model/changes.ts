import { queuedOn } from "./hardware/demultiplexer.ts";
import { isActive } from "./hardware/routing.ts";
import { cpuName, deviceName, interruptName, targetName, vectorName } from "./names.ts";
import type { ReadonlySystemState } from "./state/system-state.ts";
import { controllerOf, isRouted } from "./controller.ts";
import type { System } from "./system.ts";

/**
 * The changes of a step to the hardware and the kernel's tables, as lines of a chart: registers, request bits, table
 * slots, pending bits. State local to the flow of one CPU (its stack, in-service bits, locks) follows from the step.
 */
export function changesOf(system: System): (before: ReadonlySystemState, after: ReadonlySystemState) => string[] {
  return (before, after) => [
    ...deviceChanges(system, before, after),
    ...(isRouted(system) ? routingChanges(system, before, after) : cpuChanges(system, before, after)),
    ...(system.imsic === null ? [] : imsicChanges(system, before, after)),
    ...aplicChanges(before, after),
    ...postedChanges(before, after),
    ...remappingChanges(before, after),
    ...guestChanges(before, after),
    ...irqChanges(before, after),
  ];
}

function deviceChanges(system: System, before: ReadonlySystemState, after: ReadonlySystemState): string[] {
  return after.device.flatMap((now, index) => {
    const was = before.device[index]!;
    const of = system.devices === 1 ? "" : `${deviceName(index, system.devices)}.`;
    const lines: string[] = [];
    if (was.address !== now.address || was.data !== now.data) {
      // With its owner, so that a torn message is visible at a glance.
      const owner = slotName(after.cpu[now.address]!.table[now.data]!);
      lines.push(`${of}message = ${targetName({ cpu: now.address, vector: now.data }, system)}, ${owner}`);
    }
    if (was.masked !== now.masked) lines.push(`${of}mask = ${bit(now.masked)}`);
    if (was.line !== now.line) lines.push(`${of}wire = ${now.line ? "high" : "low"}`);
    if (was.pending !== now.pending) lines.push(`${of}pending = ${bit(now.pending)}`);
    if (was.cachedEntry !== now.cachedEntry && (was.cachedEntry === null) !== (now.cachedEntry === null)) {
      lines.push(`${of}cached entry = ${now.cachedEntry === null ? "none" : targetName(now.cachedEntry, system)}`);
    }
    return lines;
  });
}

function cpuChanges(system: System, before: ReadonlySystemState, after: ReadonlySystemState): string[] {
  const { request, table } = controllerOf(system).registers;
  return after.cpu.flatMap((now, cpu) => {
    const was = before.cpu[cpu]!;
    return now.irr.flatMap((_, vector) => {
      const lines: string[] = [];
      const at = `[${cpuName(cpu)}][${vectorName(vector)}]`;
      if (was.irr[vector] !== now.irr[vector]) lines.push(`${request}${at} = ${bit(now.irr[vector]!)}`);
      if (was.table[vector] !== now.table[vector]) lines.push(`${table}${at} = ${entryName(now.table[vector]!)}`);
      return lines;
    });
  });
}

/** Enable bits, timers, the requested state of an identity, stores in flight. */
function imsicChanges(system: System, before: ReadonlySystemState, after: ReadonlySystemState): string[] {
  return after.imsic!.flatMap((now, cpu) => {
    const was = before.imsic![cpu]!;
    const lines = now.identity.flatMap((identity, vector) => {
      const known = was.identity[vector]!;
      const at = `[${cpuName(cpu)}][${vectorName(vector)}]`;
      const found: string[] = [];
      if (known.enable !== identity.enable && identity.enable !== now.enabled[vector]) {
        found.push(`enable${at} = ${bit(identity.enable)}`);
      }
      if (was.enabled[vector] !== now.enabled[vector]) found.push(`eie${at} = ${bit(now.enabled[vector]!)}`);
      if (identity.next !== null && known.next === null) {
        found.push(`move_next${at} = ${targetName(identity.next, system)}`);
      }
      if (now.arriving[vector]! && !was.arriving[vector]!) {
        found.push(`store to ${targetName({ cpu, vector }, system)} in flight`);
      }
      return found;
    });
    if (was.down !== now.down) lines.push(`power[${cpuName(cpu)}] = ${bit(!now.down)}`);
    if (was.timer === null && now.timer !== null) {
      lines.push(`sync timer of ${cpuName(cpu)} armed${now.timer === cpu ? "" : ` on ${cpuName(now.timer)}`}`);
    }
    return lines;
  });
}

function routingChanges(system: System, before: ReadonlySystemState, after: ReadonlySystemState): string[] {
  return after.routing!.flatMap((now, irq) => {
    const was = before.routing![irq]!;
    const name = interruptName(system, after.irq[irq]!.vector);
    const lines: string[] = [];
    if (system.redirect !== null) return redirectChanges(before, after, irq, name);
    if (system.plic !== null) lines.push(...plicChanges(system, before, after, irq));
    else if (was.cpu !== now.cpu) lines.push(`${name} -> ${now.cpu === null ? "no CPU" : cpuName(now.cpu)}`);
    if (was.enabled !== now.enabled) lines.push(`enable[${name}] = ${bit(now.enabled)}`);
    if (!was.orphaned && now.orphaned) lines.push(`active state of ${name} forgotten`);
    if (controllerOf(system).pendsAtCpu === true) {
      for (const [cpu, { irr }] of after.cpu.entries()) {
        const requested = irr[after.irq[irq]!.vector]!;
        if (before.cpu[cpu]!.irr[after.irq[irq]!.vector] === requested) continue;
        lines.push(`pending[${cpuName(cpu)}][${name}] = ${bit(requested)}`);
      }
    } else if (isPending(before, irq) !== isPending(after, irq)) {
      lines.push(`pending[${name}] = ${bit(isPending(after, irq))}`);
    }
    return lines;
  });
}

/** The status bit of a demultiplexed interrupt, its target, and where its irq_work is queued. */
function redirectChanges(before: ReadonlySystemState, after: ReadonlySystemState, irq: number, name: string): string[] {
  const was = before.routing![irq]!;
  const now = after.routing![irq]!;
  const lines: string[] = [];
  if (was.waiting !== now.waiting) lines.push(`status[${name}] = ${bit(now.waiting)}`);
  const at = queuedOn(after, irq);
  if (at !== undefined && at !== queuedOn(before, irq)) lines.push(`irq_work queued on ${cpuName(at)}`);
  return lines;
}

/** The enable bits of a source, one for each hart, and whether its gateway waits for a completion. */
function plicChanges(system: System, before: ReadonlySystemState, after: ReadonlySystemState, irq: number): string[] {
  const was = before.routing![irq]!.cpu;
  const now = after.routing![irq]!.cpu;
  const name = interruptName(system, irq);
  const lines: string[] = [];
  if (was !== now && was !== null) lines.push(`enable[${cpuName(was)}][${name}] = 0`);
  if (was !== now && now !== null) lines.push(`enable[${cpuName(now)}][${name}] = 1`);
  const waits = isActive(after, irq);
  if (isActive(before, irq) !== waits) lines.push(`gateway of ${name} ${waits ? "waits" : "is open"}`);
  return lines;
}

/** A distributor has one pending bit for each interrupt, regardless of the CPU that it is signalled to. */
function isPending(state: ReadonlySystemState, irq: number): boolean {
  return state.routing![irq]!.waiting || state.cpu.some(({ irr }) => irr[state.irq[irq]!.vector]!);
}

function aplicChanges(before: ReadonlySystemState, after: ReadonlySystemState): string[] {
  return (after.aplic ?? []).flatMap((now, irq) => {
    const was = before.aplic![irq]!;
    const lines: string[] = [];
    if (was.configured !== now.configured) lines.push(`source ${irq} configured`);
    if (was.enabled !== now.enabled) lines.push(`ie[source ${irq}] = ${bit(now.enabled)}`);
    if (was.pending !== now.pending) lines.push(`ip[source ${irq}] = ${bit(now.pending)}`);
    return lines;
  });
}

function postedChanges(before: ReadonlySystemState, after: ReadonlySystemState): string[] {
  return (after.postedMsi ?? []).flatMap((now, cpu) => {
    const was = before.postedMsi![cpu]!;
    const lines = now.pir.flatMap((posted, vector) =>
      posted === was.pir[vector]! ? [] : [`PIR[${cpuName(cpu)}][${vectorName(vector)}] = ${bit(posted)}`],
    );
    if (was.outstanding !== now.outstanding) lines.push(`ON[${cpuName(cpu)}] = ${bit(now.outstanding)}`);
    return lines;
  });
}

function remappingChanges(before: ReadonlySystemState, after: ReadonlySystemState): string[] {
  return (after.remapping ?? []).flatMap((now, index) => {
    const was = before.remapping![index]!;
    const name = `entry${after.irq.length === 1 ? "" : index}`;
    const lines: string[] = [];
    if (was.cpu !== now.cpu || was.vector !== now.vector) {
      lines.push(`${name} = ${targetName(now)}, ${slotName(after.cpu[now.cpu]!.table[now.vector]!)}`);
    }
    if (was.valid !== now.valid) lines.push(`${name} valid = ${bit(now.valid)}`);
    return lines;
  });
}

/** Modes of entries, and what is posted to the virtual CPU. */
function guestChanges(before: ReadonlySystemState, after: ReadonlySystemState): string[] {
  const { guest } = after;
  if (guest === null) return [];
  const was = before.guest!;
  const number = (device: number): string => (after.irq.length === 1 ? "" : String(device));
  const lines = guest.entries.flatMap(({ mode, cpu }, device) => {
    const { mode: old, cpu: oldCpu } = was.entries[device]!;
    const of = `entry${number(device)}`;
    return [
      ...(mode === old ? [] : [`${of} mode = ${mode === "guest" ? "vCPU" : mode}`]),
      ...(cpu === oldCpu ? [] : [`${of} CPU = ${cpu === null ? "none" : cpuName(cpu)}`]),
    ];
  });
  for (const [device, pending] of guest.pending.entries()) {
    if (pending !== was.pending[device]!) lines.push(`vCPU pending${number(device)} = ${bit(pending)}`);
  }
  return lines;
}

function irqChanges(before: ReadonlySystemState, after: ReadonlySystemState): string[] {
  return after.irq.flatMap((now, irq) =>
    now.pending && !before.irq[irq]!.pending ? [`irq${after.irq.length === 1 ? "" : irq} marked pending`] : [],
  );
}

function bit(value: boolean): string {
  return value ? "1" : "0";
}

function entryName(slot: ReadonlySystemState["cpu"][number]["table"][number]): string {
  return typeof slot === "number" ? `irq${slot}` : slot;
}

function slotName(slot: ReadonlySystemState["cpu"][number]["table"][number]): string {
  if (typeof slot === "number") return `irq${slot}'s`;
  return slot === "unused" ? "unassigned" : slot;
}
