import { word } from "../../checker/definition/index.ts";
import { canUnmask, mask, unmask } from "../hardware/events.ts";
import { drained } from "../hardware/fabric.ts";
import { request } from "../hardware/interrupts.ts";
import { cpuName, interruptName, targetName, vectorName } from "../names.ts";
import { allocationDue } from "../state/descriptor.ts";
import { oldTarget } from "../state/queries.ts";
import type { AnyState, ReadonlySystemState } from "../state/system-state.ts";
import type { MigrationStep } from "../strategy.ts";
import type { Target } from "../system.ts";
import { freeMoved } from "../kernel/cleanup.ts";
import { isBeforeAllocation } from "../kernel/migration.ts";

import { changesVector, intermediate } from "./intermediate.ts";

export { oldTarget } from "../state/queries.ts";

/** The CPU of a target in a move. */
export type CpuOfMove = "old-cpu" | "new-cpu";

const cpuRule = word("old-cpu", "new-cpu");

const lockRule = word("held", "released");

function cpuOf(state: AnyState, irq: number, which: CpuOfMove): number {
  return which === "old-cpu" ? oldTarget(state, irq).cpu : state.irq[irq]!.cpu;
}

/** The address register is written: from here on a message goes to this CPU. Invisible when the value stays. */
export function writeAddress(which: CpuOfMove): MigrationStep {
  cpuRule.check(which, "writeAddress: its CPU");
  return {
    name: "write_address",
    needs: "message",
    label: (state, { irq }) => `write_address(${cpuName(cpuOf(state, irq, which))})`,
    needed: (state, { irq }) => state.device[irq]!.address !== cpuOf(state, irq, which),
    writes: (state, irq) => ({ cpu: cpuOf(state, irq, which) }),
    then: (draft, { irq }) => {
      draft.device[irq]!.address = cpuOf(draft, irq, which);
    },
  };
}

/**
 * Half of an address that takes two writes, where CPUs come in groups of two: the low word says which of a group, the
 * high word which group. With both the device names the new CPU; between them, one that has nothing to do with the move.
 */
function writeAddressWord(word: "low" | "high"): MigrationStep {
  const addressAfter = (state: AnyState, irq: number): number => {
    const { address } = state.device[irq]!;
    const { cpu } = state.irq[irq]!;
    return word === "low" ? address - (address % 2) + (cpu % 2) : cpu - (cpu % 2) + (address % 2);
  };
  return {
    name: `write_address_${word}`,
    needs: "message",
    label: (state, { irq }) => `write_address_${word}: ${cpuName(addressAfter(state, irq))}`,
    needed: (state, { irq }) => state.device[irq]!.address !== addressAfter(state, irq),
    writes: (state, irq) => ({ cpu: addressAfter(state, irq) }),
    then: (draft, { irq }) => {
      draft.device[irq]!.address = addressAfter(draft, irq);
    },
  };
}

/** The low word of the address, then the high one. */
export const writeAddressLow: MigrationStep = writeAddressWord("low");

export const writeAddressHigh: MigrationStep = writeAddressWord("high");

/** The data register is written: from here on a message names the new vector. Invisible when the value stays. */
export const writeData: MigrationStep = {
  name: "write_data",
  needs: "message",
  label: (state, { irq, system }) => `write_data(${interruptName(system, state.irq[irq]!.vector)})`,
  needed: (state, { irq }) => state.device[irq]!.data !== state.irq[irq]!.vector,
  writes: (state, irq) => ({ vector: state.irq[irq]!.vector }),
  then: (draft, { irq }) => {
    draft.device[irq]!.data = draft.irq[irq]!.vector;
  },
};

/**
 * A register is read back: the read completes after the writes before it, and, in a fabric that a flush drains,
 * after the messages that the device sent before it. In other fabrics nothing can be seen of it.
 */
export const flush: MigrationStep = {
  name: "flush",
  label: () => "read back (flush)",
  when: (state, { irq }) => drained(state, irq),
  needed: (_, { system }) => system.fabric === "fifo-drain",
  flushes: true,
  then: () => {},
};

/** The message is written in the order of the PCI core: address, then data, then a read back. */
export function writeMessage(cpu: CpuOfMove): MigrationStep[] {
  cpuRule.check(cpu, "writeMessage: its CPU");
  return [writeAddress(cpu), writeData, flush];
}

/** The same with the data first. */
export function writeMessageDataFirst(cpu: CpuOfMove): MigrationStep[] {
  cpuRule.check(cpu, "writeMessageDataFirst: its CPU");
  return [writeData, writeAddress(cpu), flush];
}

/** The mask bit is set, if the device has one and it is not set. */
export const maskDevice: MigrationStep = {
  name: "mask",
  label: () => "mask the device",
  needed: (state, { irq, system }) => system.device.maskable && !state.device[irq]!.masked,
  then: (draft, { irq }) => mask(draft, irq),
};

/**
 * The vector of the new target is allocated: behind `maskDevice`, where the chip masks before it tries to move an
 * interrupt (`irq_move_irq`). Without it, the allocation is the first step of a move.
 */
export const allocateVector: MigrationStep = {
  name: "allocate",
  label: () => "allocate a vector",
  allocates: true,
  then: () => {},
};

/** The mask bit gets its value from before the move. */
export const unmaskDevice: MigrationStep = {
  name: "unmask",
  label: (state, { irq }) => (state.device[irq]!.pending ? "unmask: pending message sent" : "unmask the device"),
  when: (state, { irq, system }) => canUnmask(system, state, irq),
  needed: (state, { irq, system }) =>
    system.device.maskable && state.device[irq]!.masked && !state.irq[irq]!.migration.wasMasked,
  restores: true,
  then: (draft, { irq, system }) => unmask(system, draft, irq),
};

/** `lock_vector_lock`, and an unassigned slot of the intermediate target expects one stray from now on. */
export const lockAndMark: MigrationStep = {
  name: "mark_retriggered",
  needs: "local-apic",
  label: (state, { irq }) => `mark ${targetName(intermediate(state, irq))}`,
  needed: (state, { irq }) => changesVector(state, irq),
  when: (state) => !state.vectorLock,
  then: (draft, { irq }) => {
    draft.vectorLock = true;
    const { cpu, vector } = intermediate(draft, irq);
    const { table } = draft.cpu[cpu]!;
    if (typeof table[vector] !== "number") table[vector] = "retriggered";
  },
};

/** `unlock_vector_lock`. */
export const unlockVectors: MigrationStep = {
  name: "unlock_vectors",
  needs: "local-apic",
  label: () => "unlock vector_lock",
  needed: (state, { irq }) => changesVector(state, irq),
  then: (draft) => {
    draft.vectorLock = false;
  },
};

/** The check: the request bit of the new vector, on the CPU that runs this (`lapic_vector_set_in_irr`). */
export const readIrr: MigrationStep = {
  name: "read_irr",
  needs: "local-apic",
  label: (state, { irq, cpu }) => {
    const { vector } = state.irq[irq]!;
    return `read IRR of vector ${vectorName(vector)}: ${state.cpu[cpu]!.irr[vector]! ? 1 : 0}`;
  },
  needed: (state, { irq }) => changesVector(state, irq),
  checks: true,
  then: (draft, { irq, cpu }) => {
    const descriptor = draft.irq[irq]!;
    descriptor.migration.sawPending = draft.cpu[cpu]!.irr[descriptor.vector]!;
  },
};

/**
 * An IPI to the new target if the check read 1 (`irq_data_update_effective_affinity` is done, so `retrigger` goes to
 * the current target).
 */
export const retrigger: MigrationStep = {
  name: "retrigger",
  needs: "local-apic",
  label: (state, { irq }) => `retrigger: IPI to ${targetName(state.irq[irq]!)}`,
  when: (state) => !state.vectorLock,
  needed: (state, { irq }) => state.irq[irq]!.migration.sawPending,
  retriggers: true,
  then: (draft, { irq, cpu, system }) => {
    const descriptor = draft.irq[irq]!;
    descriptor.migration.sawPending = false;
    draft.cpu[descriptor.cpu]!.irr[descriptor.vector] = true;
    if (!system.tracksSources) return;
    const source = draft.cpu[cpu]!.source[descriptor.vector]!;
    const carried = source[irq]!;
    // With coverage "occurrence" the IPI takes the event over; else the bit continues to stand for it too.
    if (system.coverage === "occurrence") source[irq] = false;
    if (carried) request(system, draft, { cpu: descriptor.cpu, vector: descriptor.vector }, irq);
  },
};

/** The old vector is given back in the move itself. */
export const cleanUpAtOnce: MigrationStep = {
  name: "free_old_vector",
  label: (state, { irq }) => `free ${targetName(oldTarget(state, irq))}`,
  when: (state) => !state.vectorLock,
  freesOldVector: true,
  then: (draft, { irq }) => freeMoved(draft, irq),
};

/** Interrupts on, on the CPU of the move. */
export function enableInterrupts(descriptorLock: "held" | "released"): MigrationStep {
  lockRule.check(descriptorLock, "enableInterrupts: its lock");
  return {
    name: "enable_interrupts",
    label: () => "local_irq_enable()",
    enablesInterrupts: true,
    then: (draft, { irq, cpu }) => {
      draft.cpu[cpu]!.interruptsEnabled = true;
      if (descriptorLock === "released") draft.irq[irq]!.locked = false;
    },
  };
}

/** Interrupts off again; a descriptor's lock that was released is taken again. */
export function disableInterrupts(descriptorLock: "held" | "released"): MigrationStep {
  lockRule.check(descriptorLock, "disableInterrupts: its lock");
  return {
    name: "disable_interrupts",
    label: () => "local_irq_disable()",
    when: (state, { irq }) => descriptorLock === "held" || !state.irq[irq]!.locked,
    then: (draft, { irq, cpu }) => {
      draft.cpu[cpu]!.interruptsEnabled = false;
      draft.irq[irq]!.locked = true;
    },
  };
}

/**
 * Whether a request bit is the intermediate target of a move that will still look at it: its check is due, or has
 * read the bit as 1 and the IPI is due.
 */
export function isWatched(
  program: readonly MigrationStep[],
  state: ReadonlySystemState,
  irq: number,
  { cpu, vector }: Target,
): boolean {
  const { migration, vector: newVector } = state.irq[irq]!;
  if (migration.step <= allocationDue || migration.cpu !== cpu || newVector !== vector) return false;
  if (isBeforeAllocation(program, migration.step)) return false;
  if (!changesVector(state, irq)) return false;
  const due = program.slice(migration.step - allocationDue - 1);
  return (
    due.some(({ checks }) => checks === true) ||
    (migration.sawPending && due.some(({ retriggers }) => retriggers === true))
  );
}
