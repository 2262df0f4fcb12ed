import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { harvest } from "../hardware/posted-msi.ts";
import { cpuName, vectorName } from "../names.ts";
import type { Handling } from "../state/posted-msi.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";
import { cover, ownerText } from "../kernel/interrupt-flow.ts";

/**
 * The handler of the notification vector (`sysvec_posted_msi_notification`): it takes what is posted out of memory and calls
 * the handlers, clears the outstanding bit, does the same once more, and gives its EOI.
 *
 * The kernel takes a second time before it clears the bit if it found something the first time. That is left out: what it
 * would find then is found by the last look.
 */
export function postedMsiActions(system: System): Record<string, SystemAction> {
  if (system.postedMsi === null) return {};
  const over = { cpu: range(0, system.cpus - 1) };
  const actor = (_: unknown, { cpu }: { readonly cpu: number }): string => cpuName(cpu);
  return {
    "cpu.accept_notification": anyAction({
      over,
      actor,
      label: "posted MSI notification accepted",
      when: (state, { cpu }) =>
        state.cpu[cpu]!.interruptsEnabled && state.cpu[cpu]!.stack.length === 0 && state.postedMsi![cpu]!.notified,
      then: (draft, { cpu }) => {
        const descriptor = draft.postedMsi![cpu]!;
        descriptor.notified = false;
        descriptor.handling = "harvesting";
        harvest(system, draft, cpu);
        draft.cpu[cpu]!.interruptsEnabled = false;
      },
    }),
    /** `call_irq_handler` for a bit of PIR: the lookup in the vector table, without a lock. */
    "posted.handle": anyAction({
      over: { ...over, vector: range(0, system.vectors - 1) },
      actor,
      label: (state, { cpu, vector }) =>
        `posted vector ${vectorName(vector)}: ${ownerText(state, state.cpu[cpu]!.table[vector]!)}`,
      when: (state, { cpu, vector }) => state.cpu[cpu]!.stack.length === 0 && state.postedMsi![cpu]!.taken[vector]!,
      then: (draft, { cpu, vector }) => call(system, draft, cpu, vector),
    }),
    "posted.clear_outstanding": anyAction({
      over,
      actor,
      label: "clear the outstanding notification",
      when: (state, { cpu }) => hasCalledAll(state, cpu, "harvesting"),
      then: (draft, { cpu }) => {
        draft.postedMsi![cpu]!.outstanding = false;
        draft.postedMsi![cpu]!.handling = "cleared";
      },
    }),
    "posted.last_look": anyAction({
      over,
      actor,
      label: (state, { cpu }) =>
        state.postedMsi![cpu]!.pir.includes(true) ? "last look at what is posted" : "last look: nothing posted",
      when: (state, { cpu }) => state.postedMsi![cpu]!.handling === "cleared",
      then: (draft, { cpu }) => {
        draft.postedMsi![cpu]!.handling = "last-look";
        harvest(system, draft, cpu);
      },
    }),
    "posted.end": anyAction({
      over,
      actor,
      label: "EOI of the notification, return",
      when: (state, { cpu }) => hasCalledAll(state, cpu, "last-look"),
      then: (draft, { cpu }) => {
        draft.postedMsi![cpu]!.handling = "no";
        draft.cpu[cpu]!.interruptsEnabled = true;
      },
    }),
  };
}

/** Whether the notification handler is there, and all handlers that it has called have returned. */
function hasCalledAll(state: ReadonlySystemState, cpu: number, handling: Handling): boolean {
  const descriptor = state.postedMsi![cpu]!;
  return descriptor.handling === handling && state.cpu[cpu]!.stack.length === 0 && !descriptor.taken.includes(true);
}

/** A vector that was posted becomes the running interrupt. Nothing of that is in IRR or ISR. */
function call(system: System, draft: SystemState, cpu: number, vector: number): void {
  const descriptor = draft.postedMsi![cpu]!;
  const slot = draft.cpu[cpu]!.table[vector]!;
  const source = draft.device.map((_, device) => descriptor.takenSource[vector]![device]!);
  descriptor.taken[vector] = false;
  if (system.tracksSources) descriptor.takenSource[vector]!.fill(false);
  if (typeof slot === "number") {
    cover(system, draft, slot, source);
    source.fill(false);
  }
  draft.cpu[cpu]!.stack.push({ vector, slot, stage: "entry", handledElsewhere: false, source });
}
