import { type Action, range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { cpuName, targetName } from "../names.ts";
import { allocationDue } from "../state/descriptor.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { Allocation } from "../strategy.ts";
import type { System } from "../system.ts";
import { hasMove, isFree, startTask, takeMove } from "./tasks.ts";
import { canAllocate, isBusy } from "./vector-table.ts";

/**
 * Requests for a set of CPUs (`irq_set_affinity` with a mask). Sets are numbered by their bits: 3 is CPU0 and CPU1. One that
 * has the present CPU needs no other; else the allocator takes a CPU of the set.
 */
export function maskRequests(system: System): Record<string, SystemAction> {
  const irq = range(0, system.devices - 1);
  return {
    "user.set_affinity": anyAction({
      over: { irq, set: range(1, 2 ** system.cpus - 1), on: range(0, system.cpus - 1) },
      actor: (_, { on }) => cpuName(on),
      label: (state, { irq: which, set }) => {
        const satisfied = isInSet(set, state.irq[which]!.cpu);
        const text = `set_affinity(${system.devices === 1 ? "" : `irq ${which}, `}${setName(system, set)})`;
        return satisfied ? `${text}: satisfied` : text;
      },
      when: (state, { irq: which, on }) =>
        hasMove(system, state) && !state.irq[which]!.locked && !isBusy(state, which) && isFree(system, state, on),
      then: (draft, { irq: which, set, on }) => {
        takeMove(system, draft);
        const descriptor = draft.irq[which]!;
        const satisfied = isInSet(set, descriptor.cpu);
        if (satisfied && system.affinity!.satisfied === "returns") return;
        for (let cpu = 0; cpu < system.cpus; cpu++) descriptor.mask![cpu] = isInSet(set, cpu);
        startTask(system, draft, which, satisfied ? descriptor.cpu : firstOf(system, set), on);
        // Nothing is allocated: the first step of the program is due.
        if (satisfied) draft.irq[which]!.migration.step = allocationDue + 1;
      },
    }),
  };
}

/** The allocation of a vector on any CPU of the requested set; the kernel takes the CPU with the most free vectors. */
export function allocationInMask(
  system: System,
  allocation: Allocation,
  isDue: (state: ReadonlySystemState, irq: number) => boolean,
  assign: (draft: SystemState, irq: number, cpu: number, vector: number) => void,
): Action<SystemState, { irq: number; cpu: number; vector: number }> {
  return {
    over: {
      irq: range(0, system.devices - 1),
      cpu: range(0, system.cpus - 1),
      vector: range(0, system.vectors - 1),
    },
    actor: (state, { irq }) => cpuName(state.irq[irq]!.migration.cpu),
    label: (_, { cpu, vector }) => `allocate ${targetName({ cpu, vector }, system)}`,
    when: (state, { irq, cpu, vector }) =>
      isDue(state, irq) && state.irq[irq]!.mask![cpu]! && canAllocate(state, allocation, irq, cpu, vector),
    then: (draft, { irq, cpu, vector }) => assign(draft, irq, cpu, vector),
  };
}

/** Whether a set of CPUs, a number whose bits they are, has the CPU. */
function isInSet(set: number, cpu: number): boolean {
  return Math.floor(set / 2 ** cpu) % 2 === 1;
}

function firstOf({ cpus }: System, set: number): number {
  for (let cpu = 0; cpu < cpus; cpu++) if (isInSet(set, cpu)) return cpu;
  return 0;
}

function setName({ cpus }: System, set: number): string {
  return Array.from({ length: cpus }, (_, cpu) => cpu)
    .filter((cpu) => isInSet(set, cpu))
    .map(cpuName)
    .join(" or ");
}
