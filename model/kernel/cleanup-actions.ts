import { ModelError, range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { mustDispatch, returnFromInterrupt } from "../hardware/interrupts.ts";
import { cpuName, targetName } from "../names.ts";
import { isOnline } from "../state/queries.ts";
import type { ReadonlySystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";
import { cleanUp, cleanupDue } from "./cleanup.ts";

/** Actions that give old vectors back after a move; none where the move does it itself. */
export function cleanupActions(system: System): Record<string, SystemAction> {
  const over = { cpu: range(0, system.cpus - 1) };
  const actor = (_: unknown, { cpu }: { readonly cpu: number }): string => cpuName(cpu);
  const freed = (state: ReadonlySystemState, cpu: number): string =>
    state.irq
      .filter(({ onCleanupList, previous, queuedOn }) => onCleanupList && (queuedOn ?? previous?.cpu) === cpu)
      .map(({ previous }) => targetName(previous!))
      .join(", ");
  switch (system.cleanup) {
    case "timer":
    case "timer-unchecked":
      return {
        /** The timer may expire at any time after it was armed; its callback does not interrupt a hard interrupt. */
        "cpu.cleanup_timer": anyAction({
          over,
          actor,
          label: (state, { cpu }) => `cleanup timer: ${freed(state, cpu)}`,
          when: (state, { cpu }) =>
            state.cpu[cpu]!.interruptsEnabled &&
            state.cpu[cpu]!.stack.length === 0 &&
            !state.vectorLock &&
            cleanupDue(system, state, cpu) &&
            isOnline(state, cpu) &&
            !mustDispatch(system, state, cpu),
          then: (draft, { cpu }) => cleanUp(system, draft, cpu),
        }),
      };
    case "ipi":
    case "ipi-unchecked":
    case "urgent-ipi-unchecked":
      return {
        /** The cleanup vector has the lowest priority: it is dispatched when nothing else is requested. */
        "cpu.accept_cleanup": anyAction({
          over,
          actor,
          label: "cleanup IPI accepted",
          when: (state, { cpu }) => {
            const { interruptsEnabled, irr, stack } = state.cpu[cpu]!;
            if (!interruptsEnabled || stack.length > 0 || !isOnline(state, cpu)) return false;
            if (system.cleanup !== "urgent-ipi-unchecked" && irr.includes(true)) return false;
            return cleanupDue(system, state, cpu);
          },
          then: (draft, { cpu }) => {
            draft.cpu[cpu]!.interruptsEnabled = false;
            draft.cpu[cpu]!.stack.push({
              vector: 0,
              slot: "unused",
              stage: "cleanup",
              handledElsewhere: false,
              source: draft.device.map(() => false),
            });
          },
        }),
        "cpu.cleanup_ipi": anyAction({
          over,
          actor,
          label: (state, { cpu }) => `cleanup IPI: ${freed(state, cpu)}`,
          when: (state, { cpu }) => state.cpu[cpu]!.stack.at(-1)?.stage === "cleanup" && !state.vectorLock,
          then: (draft, { cpu }) => {
            cleanUp(system, draft, cpu);
            returnFromInterrupt(draft, cpu);
          },
        }),
      };
    case "at-once":
      return {};
    case "clear-vector-ipi":
      throw new ModelError("the clear-vector IPI is part of the AVEC; use it with the machine avec");
  }
}
