import { mustDispatch } from "../hardware/interrupts.ts";
import { allocationDue } from "../state/descriptor.ts";
import { isMovedByStopper } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { MigrationStep, Where } from "../strategy.ts";
import { isRouted } from "../controller.ts";
import { type System, masksBeforeAllocation, movedWith } from "../system.ts";
import { endStopperMove } from "./hotplug.ts";
import { acknowledge } from "./interrupt-flow.ts";

/** Whether a move is in progress and its vector is not allocated yet. */
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
  moveAlong(draft, { irq, system });
}

/** The other messages of the function are at the same step. */
function moveAlong(draft: SystemState, { irq, system }: Pick<Where, "irq" | "system">): void {
  const { step, cpu } = draft.irq[irq]!.migration;
  for (const message of movedWith(system, irq)) {
    draft.irq[message]!.migration.step = step;
    draft.irq[message]!.migration.cpu = cpu;
  }
}

/** After a step: the next one that is needed becomes due; after the last, the move is over. */
export function advance(program: readonly MigrationStep[], draft: SystemState, where: Where): void {
  const { migration } = draft.irq[where.irq]!;
  const behind = migration.step - allocationDue;
  for (let next = behind; next < program.length; next++) {
    const { needed } = program[next]!;
    if (needed === undefined || needed(draft, where)) {
      migration.step = next + allocationDue + 1;
      moveAlong(draft, where);
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

/** The move is over, or given up: its context continues. */
export function end(draft: SystemState, { system, irq, cpu }: Where): void {
  const descriptor = draft.irq[irq]!;
  descriptor.migration.step = 0;
  descriptor.leaving = null;
  descriptor.migration.cpu = 0;
  descriptor.migration.sawPending = false;
  descriptor.mask?.fill(false);
  // Where nothing was allocated, the request is answered all the same.
  if (system.affinity !== null) descriptor.requested = null;
  if (system.device.maskable) descriptor.migration.wasMasked = false;
  for (const message of movedWith(system, irq)) {
    if (message === irq) continue;
    const other = draft.irq[message]!;
    other.migration.step = 0;
    other.migration.cpu = 0;
    other.migration.sawPending = false;
    other.locked = false;
  }
  if (isMovedByStopper(draft, irq)) {
    endStopperMove(draft);
  } else if (system.context.kind === "interrupt" || isInInterrupt(draft, irq, cpu)) {
    // A flow of one's own that says what comes after a move does that in kernel/own-flow.ts.
    if (system.flowStages?.includes("move") !== true) acknowledge(system, draft, cpu);
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
