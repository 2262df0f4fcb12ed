import { array, boolean, oneOf, optional, range, record, type FiniteType, type ValueOf } from "../../checker/index.ts";
import { targetType } from "../hardware/device.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import type { System, Target } from "../system.ts";

/*
 * CPU hotplug: a CPU goes offline in the stopper, and may come back.
 *
 * A strategy gets it with `hotplug: { ... }`. Its `offline` gives the list of named steps that the outgoing CPU takes,
 * for the machine at hand: `x86Offline` in kernel/x86-offline.ts is the one for x86. A step that moves an interrupt
 * calls `moveOffThisCpu`: the strategy's own program then runs on the outgoing CPU, step by step, and the next step of
 * the list is due when it has ended; so a step that is always taken must come after it. While the stopper runs, every
 * other CPU spins with interrupts off, so only devices and the fabric act besides. What the steps of a move need to
 * know of the old target is in `from`, for the allocator keeps no previous vector on a CPU that is offline.
 *
 * After the last step the machine goes on. The outgoing CPU has interrupts on once more and dispatches what its
 * controller still holds (`online` false, interrupts enabled), until it is dead (interrupts off for good).
 */

/** One atomic step of the outgoing CPU. */
export interface OfflineStep {
  /** What the kernel calls it: `clear_online`. */
  readonly name: string;
  /** How a chart writes it; `cpu` is the outgoing CPU. */
  readonly label: (state: ReadonlySystemState, where: OfflineWhere) => string;
  /** The step waits until this is true. Without it, it does not wait. */
  readonly when?: (state: ReadonlySystemState, where: OfflineWhere) => boolean;
  /** The step is left out where this is false, judged when the step before it is taken. Without it, never. */
  readonly needed?: (state: ReadonlySystemState | SystemState, where: OfflineWhere) => boolean;
  readonly then: (draft: SystemState, where: OfflineWhere) => void;
  /** The step looks whether this vector is requested on the outgoing CPU, and sends the interrupt on if it is. */
  readonly scans?: number;
}

/** Where a step of the stopper runs. */
export interface OfflineWhere {
  readonly system: System;
  /** The outgoing CPU. */
  readonly cpu: number;
}

/** How CPUs go offline and come back. */
export interface Hotplug {
  /** What the outgoing CPU does while all others are stopped. */
  readonly offline: (system: System) => readonly OfflineStep[];
  /** What else coming back does to the CPU, besides being online with interrupts and controller on. */
  readonly online?: (draft: SystemState, where: OfflineWhere) => void;
  /** What the death of the CPU does to its controller. Without it the request bits stay as they are. */
  readonly die?: (draft: SystemState, where: OfflineWhere) => void;
  /** How often a CPU may go offline. Default 1. */
  readonly offlines?: number;
  /** How often a CPU may come back. Default 0. */
  readonly onlines?: number;
  /**
   * An interrupt that finds no vector on the CPU that was asked for is moved to any other (since v6.10); otherwise it
   * stays. Default true.
   */
  readonly triesAllCpus?: boolean;
}

type AnyState = ReadonlySystemState | SystemState;

/** What hotplug adds to the state; null where CPUs stay. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function hotplugType(system: System) {
  const { cpus, devices, hotplug } = system;
  const cpu = range(0, cpus - 1);
  const group = record({
    /** `cpu_online_mask`. */
    online: array(cpus, boolean),
    /** The CPU's interrupt controller takes messages; otherwise they are dropped. */
    controllerOn: array(cpus, boolean),
    /** The stopper: the outgoing CPU, the step that is due (0: no stopper runs), and the move that it waits for. */
    stopper: record({
      cpu,
      step: range(0, hotplug?.programLength ?? 0),
      irq: optional(range(0, devices - 1)),
      /** Where the interrupt that is being moved was. */
      from: optional(targetType(system)),
    }),
    offlinesLeft: range(0, hotplug?.offlines ?? 0),
    onlinesLeft: range(0, hotplug?.onlines ?? 0),
  });
  return (hotplug === null ? oneOf(null) : group) as FiniteType<ValueOf<typeof group> | null>;
}

/** All CPUs online. */
export function initialHotplug({ cpus, hotplug }: System): ValueOf<ReturnType<typeof hotplugType>> {
  if (hotplug === null) return null;
  return {
    online: Array.from({ length: cpus }, () => true),
    controllerOn: Array.from({ length: cpus }, () => true),
    stopper: { cpu: 0, step: 0, irq: null, from: null },
    offlinesLeft: hotplug.offlines,
    onlinesLeft: hotplug.onlines,
  };
}

/** Whether the CPU is in `cpu_online_mask`. */
export function isOnline({ hotplug }: AnyState, cpu: number): boolean {
  return hotplug === null || hotplug.online[cpu]!;
}

/** Whether the CPU's controller takes messages. */
export function takesMessages({ hotplug }: AnyState, cpu: number): boolean {
  return hotplug === null || hotplug.controllerOn[cpu]!;
}

/** Whether the stopper runs: every CPU but the outgoing one spins with interrupts off. */
export function isStopped({ hotplug }: AnyState): boolean {
  return hotplug !== null && hotplug.stopper.step > 0;
}

/** Whether the stopper waits for the move of the interrupt. */
export function isMovedByStopper({ hotplug }: AnyState, irq: number): boolean {
  return hotplug !== null && hotplug.stopper.irq === irq;
}

/** Whether the stopper still looks at the request bit before it is done. */
export function scanIsDue(
  program: readonly OfflineStep[],
  { hotplug }: AnyState,
  cpu: number,
  vector: number,
): boolean {
  if (hotplug === null || hotplug.stopper.step === 0 || hotplug.stopper.cpu !== cpu) return false;
  return program.slice(hotplug.stopper.step - 1).some(({ scans }) => scans === vector);
}

/** Where the interrupt was that the stopper moves. */
export function movedFrom({ hotplug }: AnyState, irq: number): Target | null {
  return hotplug !== null && hotplug.stopper.irq === irq ? hotplug.stopper.from : null;
}

/** The stopper's move is over; its next step is due. */
export function endStopperMove(draft: SystemState): void {
  const { stopper } = draft.hotplug!;
  stopper.irq = null;
  stopper.from = null;
}

/** The first online CPU that a vector can be had of, by `has`; then the first online one at all. */
export function firstOnline(state: AnyState, has: (cpu: number) => boolean): number | undefined {
  const online = state.cpu.flatMap((_, cpu) => (isOnline(state, cpu) ? [cpu] : []));
  return online.find(has) ?? online[0];
}
