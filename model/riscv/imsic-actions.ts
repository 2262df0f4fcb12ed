import { range } from "../../checker/index.ts";
import { anyAction, type SystemAction } from "../action.ts";
import { arrive } from "../hardware/imsic-stores.ts";
import { canAccept, mustDispatch } from "../hardware/interrupts.ts";
import { cpuName, targetName } from "../names.ts";
import { isDown } from "../state/queries.ts";
import type { ReadonlySystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";
import { sync } from "../kernel/imsic-sync.ts";
import { powerActions } from "./imsic-power.ts";

/** Actions that synchronise harts, and stores that take effect. */
export function imsicActions(system: System): Record<string, SystemAction> {
  const hart = range(0, system.cpus - 1);
  const actions: Record<string, SystemAction> = {
    /**
     * The timer that was armed for a hart; it may expire at any time, and does not interrupt a hard interrupt. Its
     * callback brings the hart up to date that it runs on, which ought to be the one that it was armed for.
     */
    "cpu.sync_timer": anyAction({
      over: { hart },
      actor: (state, { hart: of }) => cpuName(state.imsic![of]!.timer ?? of),
      label: (state, { hart: of }) => (state.imsic![of]!.timer === of ? "sync timer" : `sync timer of ${cpuName(of)}`),
      when: (state, { hart: of }) => {
        const { timer } = state.imsic![of]!;
        return timer !== null && isIdle(state, timer) && !mustDispatch(system, state, timer);
      },
      then: (draft, { hart: of }) => {
        const file = draft.imsic![of]!;
        const on = file.timer!;
        file.timer = null;
        sync(system, draft, on);
      },
    }),
  };
  if (system.imsic?.syncsAtInterrupt === true) {
    /** An external interrupt: before anything is claimed, the hart is brought up to date (`imsic_handle_irq`). */
    actions["cpu.sync_at_interrupt"] = anyAction({
      over: { hart },
      actor: (_, { hart: on }) => cpuName(on),
      label: "external interrupt: sync",
      when: (state, { hart: on }) =>
        isIdle(state, on) && hasClaimable(system, state, on) && state.imsic![on]!.identity.some(({ dirty }) => dirty),
      then: (draft, { hart: on }) => sync(system, draft, on),
    });
  }
  if (system.imsic?.storesTakeTime === true) {
    actions["fabric.store"] = anyAction({
      over: { cpu: hart, vector: range(0, system.vectors - 1) },
      actor: (_, { cpu }) => cpuName(cpu),
      label: (_, target) => `store takes effect: ${targetName(target, system)}`,
      when: (state, { cpu, vector }) => state.imsic![cpu]!.arriving[vector]!,
      then: (draft, target) => arrive(system, draft, { cpu: target.cpu, vector: target.vector }),
    });
  }
  return { ...actions, ...powerActions(system) };
}

function isIdle(state: ReadonlySystemState, cpu: number): boolean {
  return state.cpu[cpu]!.interruptsEnabled && state.cpu[cpu]!.stack.length === 0 && !isDown(state, cpu);
}

/** Whether the hart's controller has something to give it. */
function hasClaimable(system: System, state: ReadonlySystemState, cpu: number): boolean {
  for (let vector = 0; vector < system.vectors; vector++) {
    if (canAccept(state, cpu, vector)) return true;
  }
  return false;
}
