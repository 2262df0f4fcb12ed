import type { AplicFeatures } from "../hardware/aplic.ts";
import type { ImsicFeatures } from "../hardware/imsic.ts";
import type { WhileDisabled } from "../hardware/enable-bit.ts";
import type { PlicFeatures } from "../hardware/plic.ts";
import type { PostedMsiFeatures } from "../hardware/posted-msi.ts";
import type { RemappingFeatures } from "../hardware/remapping.ts";
import { mustDispatch } from "../hardware/interrupts.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import {
  type ActiveState,
  type Cleanup,
  type Context,
  type DeviceFeatures,
  isRouted,
  masksBeforeAllocation,
  type MachineId,
  type Placement,
  type System,
  type Trigger,
  type WhileBusy,
  type WhileInProgress,
} from "../system.ts";
import { endStopperMove, isMovedByStopper, type Hotplug } from "./hotplug.ts";
import { acknowledge } from "./interrupt-flow.ts";
import type { StartupFeatures } from "./startup.ts";
import type { Allocation } from "./vector-table.ts";

/** Where a step of a move runs: for which interrupt, and on which CPU. */
export interface Where {
  readonly system: System;
  readonly irq: number;
  readonly cpu: number;
}

/** One atomic step of a strategy's program: nothing that other CPUs, the device or the fabric could look into. */
export interface MigrationStep {
  /** What the kernel or the hardware calls it: `write_address`. */
  readonly name: string;
  /** How a chart writes it, with the values of this move. */
  readonly label: (state: ReadonlySystemState, where: Where) => string;
  /** The step waits until this is true. Without it, it does not wait. */
  readonly when?: (state: ReadonlySystemState, where: Where) => boolean;
  /** The step is left out where this is false, because nobody could see it. Without it, it is always taken. */
  readonly needed?: (state: ReadonlySystemState | SystemState, where: Where) => boolean;
  readonly then: (draft: SystemState, where: Where) => void;
  /** The step reads the request bit of the new vector on the CPU it runs on: the check of an intermediate target. */
  readonly checks?: true;
  /** The step sends an IPI to the new target if the check read 1. */
  readonly retriggers?: true;
  /** Which word of the message the step writes, and the value, as long as the move goes on. */
  readonly writes?: (state: ReadonlySystemState, irq: number) => { readonly cpu?: number; readonly vector?: number };
  /** The step reads a register of the device back. */
  readonly flushes?: true;
  /** The step may fail instead, whenever it is due: a hypercall, a command. Not for one that `writes`. */
  readonly mayFail?: StepFailure;
  /** The step gives the old vector back: with the cleanup "at-once" one must. */
  readonly freesOldVector?: true;
  /** The vector of the new target is allocated here: only `allocateVector` of kernel/steps.ts. */
  readonly allocates?: true;
  /** The step undoes what came before the allocation: it is taken, too, where no vector was allocated. */
  readonly restores?: true;
}

/** What a step does that fails: then it has not had the effect of its `then`. */
export interface StepFailure {
  /** How a chart writes it. */
  readonly label: (state: ReadonlySystemState, where: Where) => string;
  /** What it leaves behind. Without it, nothing. */
  readonly then?: (draft: SystemState, where: Where) => void;
  /** Whether the program continues as if the step had succeeded, or the move ends here. */
  readonly afterwards: "goes-on" | "ends";
}

/**
 * A way to move an interrupt. The vector of the new target is allocated before the first step of the program, or, where
 * the program has the step `allocateVector`, there.
 */
export interface Strategy {
  readonly context: Context;
  readonly program: readonly MigrationStep[];
  /** Which vectors it takes. Default "any". */
  readonly allocation?: Allocation;
  /** Only the vector changes: what is asked for is the CPU that the interrupt is on. */
  readonly staysOnCpu?: true;
  /** The program enables interrupts on its CPU for a while. */
  readonly enablesInterrupts?: true;
  /** Which interrupt controller it is for. Default "local-apic". */
  readonly machine?: MachineId;
  /** Default: plain MSI. */
  readonly device?: DeviceFeatures;
  /** Default "timer". */
  readonly cleanup?: Cleanup;
  /** Default "spread". */
  readonly placement?: Placement;
  /** Messages hold an index into a remapping table. Default: they name CPU and vector. */
  readonly remapping?: RemappingFeatures;
  /** The remapping unit posts messages. Default: it sends them to their vectors. */
  readonly postedMsi?: PostedMsiFeatures;
  /** Default "refused". */
  readonly whileBusy?: WhileBusy;
  /** An arrival on the new target waits for a handler that runs elsewhere (8d39d6ec4db5, v6.17). Default: it marks. */
  readonly newTargetWaits?: boolean;
  /** Interrupts are started and stopped, by the program. Default: they are started. */
  readonly startup?: StartupFeatures;
  /** The program clears the MSI enable bit: what a device does then. Default: it does not. */
  readonly whileDisabled?: WhileDisabled;
  /** Register writes take their time to reach the device. Default: they take effect at once. */
  readonly postsWrites?: boolean;
  /** Default true, where a move may begin in the interrupt that completes the last. */
  readonly splitsCompletion?: boolean;
  /** Default true. */
  readonly noticesArrival?: boolean;
  /** CPUs go offline, by the steps that this gives. Default: they stay. */
  readonly hotplug?: Hotplug;
  /** The driver, for the machine "imsic" only. */
  readonly imsic?: ImsicFeatures;
  /** The driver, for the machine "plic" only. Default: as since 1072020685f4 (2026). */
  readonly plic?: PlicFeatures;
  /** The driver of an APLIC in MSI mode, for the machine "imsic" only; its trigger is "level". */
  readonly aplic?: AplicFeatures;
  /** Default "edge". A "level" is for the machine "plic", and for "imsic" behind an APLIC. */
  readonly trigger?: Trigger;
  /** Only for the machine "gic-distributor". Default "kept". */
  readonly activeState?: ActiveState;
  /** Only for controllers with a table of their own. Default "resend". */
  readonly whileInProgress?: WhileInProgress;
  /** The first run of the program starts the interrupt, which no CPU takes before. */
  readonly startsDisabled?: true;
}

/**
 * What a descriptor's `migration.step` means: 0, no move; 1, the vector is due; n + 2, step n of the program is. Where the
 * program allocates the vector itself, 1 does not occur.
 */
export const allocationDue = 1;

/** Whether a move goes on and its vector is not allocated yet. */
export function isBeforeAllocation(program: readonly MigrationStep[], step: number): boolean {
  if (step === 0) return false;
  if (step === allocationDue) return true;
  return program.slice(step - allocationDue - 1).some(({ allocates }) => allocates === true);
}

/** Whether the allocation of the vector is the step that is due. */
export function isAllocationDue(program: readonly MigrationStep[], step: number): boolean {
  return step === allocationDue || (step > allocationDue && program[step - allocationDue - 1]?.allocates === true);
}

/** The step of the program that is due, if any. */
export function dueStep(
  program: readonly MigrationStep[],
  state: ReadonlySystemState | SystemState,
  irq: number,
): MigrationStep | undefined {
  return program[state.irq[irq]!.migration.step - allocationDue - 1];
}

/**
 * A move begins on the CPU: its vector is to be allocated. Where the controller has a table of its own the number of
 * the interrupt stays, and the first step of the program, which must not be left out, is due at once. Where the program
 * masks the device before it allocates the vector, the mask is due, unless the device has none or is masked already.
 */
export function begin(draft: SystemState, { irq, cpu, system }: Where): void {
  const { migration } = draft.irq[irq]!;
  if (system.allocationAt !== null) {
    const first = masksBeforeAllocation(system) && !draft.device[irq]!.masked ? 0 : system.allocationAt;
    migration.step = first + allocationDue + 1;
  } else {
    migration.step = isRouted(system) ? allocationDue + 1 : allocationDue;
  }
  migration.cpu = cpu;
  if (system.device.maskable) migration.wasMasked = draft.device[irq]!.masked;
}

/** After a step: the next one that is needed becomes due; after the last, the move is over. */
export function advance(program: readonly MigrationStep[], draft: SystemState, where: Where): void {
  const { migration } = draft.irq[where.irq]!;
  const behind = migration.step - allocationDue;
  for (let next = behind; next < program.length; next++) {
    const { needed } = program[next]!;
    if (needed === undefined || needed(draft, where)) {
      migration.step = next + allocationDue + 1;
      return;
    }
  }
  end(draft, where);
}

/** No vector is allocated: what came before is undone, and the move is over. */
export function abandon(program: readonly MigrationStep[], draft: SystemState, where: Where): void {
  const { migration } = draft.irq[where.irq]!;
  for (let next = 0; next < program.length; next++) {
    const { restores, needed } = program[next]!;
    if (restores === true && (needed === undefined || needed(draft, where))) {
      migration.step = next + allocationDue + 1;
      return;
    }
  }
  end(draft, where);
}

/** The move is over, or given up: its context goes on. */
export function end(draft: SystemState, { system, irq, cpu }: Where): void {
  const descriptor = draft.irq[irq]!;
  descriptor.migration.step = 0;
  descriptor.leaving = null;
  descriptor.migration.cpu = 0;
  descriptor.migration.sawPending = false;
  if (system.device.maskable) descriptor.migration.wasMasked = false;
  if (isMovedByStopper(draft, irq)) {
    endStopperMove(draft);
  } else if (system.context.kind === "interrupt" || isInInterrupt(draft, irq, cpu)) {
    acknowledge(system, draft, cpu);
  } else {
    descriptor.locked = false;
    draft.cpu[cpu]!.interruptsEnabled = true;
    if (descriptor.sender !== null) {
      draft.cpu[descriptor.sender]!.interruptsEnabled = true;
      descriptor.sender = null;
    }
  }
}

/** Whether the CPU is at work on the move, not in a hard interrupt that came in between. */
export function isRunning(system: System, state: ReadonlySystemState, irq: number): boolean {
  const { migration } = state.irq[irq]!;
  if (migration.step === 0) return false;
  if (isMovedByStopper(state, irq)) return true;
  const frame = state.cpu[migration.cpu]!.stack.at(-1);
  if (mustDispatch(system, state, migration.cpu)) return false;
  if (system.context.kind !== "interrupt" && frame === undefined) return true;
  return isInInterrupt(state, irq, migration.cpu);
}

/** Whether the CPU's hard interrupt is the one that moves the interrupt. */
function isInInterrupt(state: ReadonlySystemState | SystemState, irq: number, cpu: number): boolean {
  const frame = state.cpu[cpu]!.stack.at(-1);
  return frame?.stage === "move" && frame.slot === irq;
}
