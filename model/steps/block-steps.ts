import { drained } from "../hardware/fabric.ts";
import { request } from "../hardware/interrupts.ts";
import { cpuName, targetName, vectorName } from "../names.ts";
import { oldTarget } from "../state/queries.ts";
import type { AnyState } from "../state/system-state.ts";
import type { MigrationStep } from "../strategy.ts";
import { changesVector, intermediate } from "./intermediate.ts";
import type { CpuOfMove } from "./steps.ts";

/*
 * Steps of a move of all messages of one function, which share address and data: the device replaces the low bits of the data
 * by the number of the message. In the state each message has its registers, and a step writes those of all.
 */

function cpuOf(state: AnyState, irq: number, which: CpuOfMove): number {
  return which === "old-cpu" ? oldTarget(state, irq).cpu : state.irq[irq]!.cpu;
}

/** The address that all messages have. */
export function writeBlockAddress(which: CpuOfMove): MigrationStep {
  return {
    name: "write_address",
    needs: "shared-message",
    label: (state, { irq }) => `write_address(${cpuName(cpuOf(state, irq, which))}), for all messages`,
    needed: (state, { irq }) => state.device[irq]!.address !== cpuOf(state, irq, which),
    writes: (state, irq) => ({ cpu: cpuOf(state, irq, which) }),
    then: (draft, { irq }) => {
      const cpu = cpuOf(draft, irq, which);
      for (const device of draft.device) device.address = cpu;
    },
  };
}

/** The data that all messages have, but for their low bits. */
export const writeBlockData: MigrationStep = {
  name: "write_data",
  needs: "shared-message",
  label: (state, { irq }) => `write_data(vector ${vectorName(state.irq[irq]!.vector)}), for all messages`,
  needed: (state, { irq }) => state.device[irq]!.data !== state.irq[irq]!.vector,
  writes: (state, irq) => ({ vector: state.irq[irq]!.vector }),
  then: (draft) => {
    for (const [message, device] of draft.device.entries()) device.data = draft.irq[message]!.vector;
  },
};

/** A register is read back: behind that, what the function sent before has arrived, whichever message it was. */
export const flushBlock: MigrationStep = {
  name: "flush",
  needs: "shared-message",
  label: () => "read back (flush)",
  when: (state) => state.device.every((_, message) => drained(state, message)),
  needed: (_, { system }) => system.fabric === "fifo-drain",
  flushes: true,
  then: () => {},
};

/** `lock_vector_lock`; the unassigned ones of the intermediate slots expect one stray each. */
export const lockAndMarkBlock: MigrationStep = {
  name: "mark_retriggered",
  needs: "shared-message",
  label: (state) => `mark ${state.irq.map((_, message) => targetName(intermediate(state, message))).join(", ")}`,
  needed: (state, { irq }) => changesVector(state, irq),
  when: (state) => !state.vectorLock,
  then: (draft) => {
    draft.vectorLock = true;
    for (let message = 0; message < draft.irq.length; message++) {
      const { cpu, vector } = intermediate(draft, message);
      const { table } = draft.cpu[cpu]!;
      if (typeof table[vector] !== "number") table[vector] = "retriggered";
    }
  },
};

/**
 * The check: request bits of the new vectors, on the CPU that runs this.
 *
 * @param which the bits of all messages, or that of the first alone
 */
export function readBlockIrr(which: "all" | "first"): MigrationStep {
  return {
    name: "read_irr",
    needs: "shared-message",
    label: (state, { cpu }) => {
      const read = which === "all" ? state.irq : state.irq.slice(0, 1);
      return `read IRR: ${read.map(({ vector }) => `${vectorName(vector)} ${state.cpu[cpu]!.irr[vector]! ? 1 : 0}`).join(", ")}`;
    },
    needed: (state, { irq }) => changesVector(state, irq),
    checks: true,
    then: (draft, { cpu }) => {
      for (const [message, { vector, migration }] of draft.irq.entries()) {
        if (which === "all" || message === 0) migration.sawPending = draft.cpu[cpu]!.irr[vector]!;
      }
    },
  };
}

/** An IPI to the new target of each message whose bit was read as 1. */
export const retriggerBlock: MigrationStep = {
  name: "retrigger",
  needs: "shared-message",
  label: (state) =>
    `retrigger: IPI to ${state.irq
      .filter(({ migration }) => migration.sawPending)
      .map((target) => targetName(target))
      .join(", ")}`,
  when: (state) => !state.vectorLock,
  needed: (state) => state.irq.some(({ migration }) => migration.sawPending),
  retriggers: true,
  then: (draft, { cpu, system }) => {
    for (const [message, descriptor] of draft.irq.entries()) {
      if (!descriptor.migration.sawPending) continue;
      descriptor.migration.sawPending = false;
      const target = { cpu: descriptor.cpu, vector: descriptor.vector };
      draft.cpu[target.cpu]!.irr[target.vector] = true;
      if (!system.tracksSources) continue;
      const source = draft.cpu[cpu]!.source[target.vector]!;
      const carried = source[message]!;
      if (system.coverage === "occurrence") source[message] = false;
      if (carried) request(system, draft, target, message);
    }
  },
};
