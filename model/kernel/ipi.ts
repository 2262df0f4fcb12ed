import { range } from "../../checker/index.ts";
import { anyAction, type SystemAction } from "../action.ts";
import { cpuName } from "../names.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";
import { hasMove, isFree, startTask, takeMove } from "./tasks.ts";
import { isBusy } from "./vector-table.ts";

/**
 * A request that sends an IPI to the CPU that is the target now, whose handler moves the interrupt there with
 * interrupts off.
 *
 * The sender either holds the descriptor's lock and waits for the handler (`smp_call_function_single` with wait), or
 * continues; then the handler takes the lock itself, spinning with interrupts off, and checks whether its CPU still
 * is the target. The IPI is due as long as the target CPU has an entry in `pinned`.
 */
export function ipiRequests(system: System, waits: boolean): Record<string, SystemAction> {
  const cpu = range(0, system.cpus - 1);
  const irq = range(0, system.devices - 1);
  return {
    "user.set_affinity": anyAction({
      over: { irq, cpu, on: cpu },
      actor: (_, { on }) => cpuName(on),
      label: (state, { irq: which, cpu: to }) =>
        `set_affinity(${system.devices === 1 ? "" : `irq ${which}, `}${cpuName(to)}): IPI to ${cpuName(state.irq[which]!.cpu)}`,
      when: (state, { irq: which, cpu: to, on }) => {
        const { cpu: current, locked, pinned } = state.irq[which]!;
        if (!hasMove(system, state) || locked || isBusy(state, which) || to === current) return false;
        return pinned[current] === null && isFree(system, state, on);
      },
      then: (draft, { irq: which, cpu: to, on }) => {
        takeMove(system, draft);
        const descriptor = draft.irq[which]!;
        if (waits && on === descriptor.cpu) {
          startTask(system, draft, which, to, on);
          return;
        }
        descriptor.pinned[descriptor.cpu] = to;
        if (!waits) return;
        descriptor.locked = true;
        descriptor.sender = on;
        draft.cpu[on]!.interruptsEnabled = false;
      },
    }),
    "ipi.accept": anyAction({
      over: { irq, on: cpu },
      actor: (_, { on }) => cpuName(on),
      label: "IPI accepted: interrupts off",
      when: (state, { irq: which, on }) => state.irq[which]!.pinned[on] !== null && isFree(system, state, on),
      then: (draft, { irq: which, on }) => {
        draft.cpu[on]!.interruptsEnabled = false;
        if (!waits) return;
        const descriptor = draft.irq[which]!;
        const to = descriptor.pinned[on]!;
        descriptor.pinned[on] = null;
        startTask(system, draft, which, to, on);
      },
    }),
    ...(waits
      ? {}
      : {
          "ipi.lock": anyAction({
            over: { irq, on: cpu },
            actor: (_, { on }) => cpuName(on),
            label: (state, { irq: which, on }) =>
              refuses(state, which, on) ? "IPI: no longer the target, or busy" : "IPI: lock descriptor",
            when: (state, { irq: which, on }) =>
              state.irq[which]!.pinned[on] !== null && !state.irq[which]!.locked && isInIpi(state, on),
            then: (draft, { irq: which, on }) => {
              const descriptor = draft.irq[which]!;
              const to = descriptor.pinned[on]!;
              const refused = refuses(draft, which, on);
              descriptor.pinned[on] = null;
              if (refused) draft.cpu[on]!.interruptsEnabled = true;
              else startTask(system, draft, which, to, on);
            },
          }),
        }),
  };
}

/** The handler of the IPI finds its interrupt there already, still moving, or no longer on its CPU. */
function refuses(state: ReadonlySystemState | SystemState, irq: number, on: number): boolean {
  const { cpu, pinned } = state.irq[irq]!;
  return cpu !== on || pinned[on] === on || isBusy(state, irq);
}

/** Whether the CPU is in the handler of the IPI and has not begun a move: else nothing has its interrupts off there. */
function isInIpi(state: ReadonlySystemState, cpu: number): boolean {
  const { interruptsEnabled, stack } = state.cpu[cpu]!;
  if (interruptsEnabled || stack.length > 0) return false;
  return state.irq.every(({ migration }) => migration.step === 0 || migration.cpu !== cpu);
}
