import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { endOfWiredInterrupt } from "../hardware/aplic.ts";
import { canAccept, returnFromInterrupt } from "../hardware/interrupts.ts";
import { cpuName, interruptName } from "../names.ts";
import { isOnline } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";
import { setEnable } from "./imsic-sync.ts";
import { acknowledge, cover, dispatch, driverHandler, interruptAt, irqName } from "./interrupt-flow.ts";
import { controllerOf } from "../controller.ts";

/**
 * Handling of an interrupt that a CPU claims from its controller: one instruction names a pending interrupt and
 * clears its bit, the handler of the chip looks up its owner, and no completion is due afterwards. The
 * swap of TOPEI of an IMSIC (`imsic_handle_irq`), the read of the IRR register of an AVEC (`avecintc_irq_dispatch`).
 *
 * Those handlers loop until nothing is pending; here each claim is a hard interrupt of its own.
 *
 * @param startsMove in an interrupt context, begins the move that was asked for; false when none is to begin
 */
export function claimFlow(
  system: System,
  startsMove: (draft: SystemState, irq: number, cpu: number) => boolean,
): Record<string, SystemAction> {
  const over = { cpu: range(0, system.cpus - 1) };
  const { claimsOnlyOnline } = controllerOf(system);
  const actor = (_: unknown, { cpu }: { readonly cpu: number }): string => cpuName(cpu);
  return {
    "cpu.accept": anyAction({
      over: { ...over, vector: range(0, system.vectors - 1) },
      actor,
      label: (state, { cpu, vector }) => `${interruptName(system, vector)} claimed: ${ownerAt(state, cpu, vector)}`,
      when: (state, { cpu, vector }) =>
        canAccept(state, cpu, vector) &&
        state.cpu[cpu]!.stack.length === 0 &&
        // A LoongArch CPU that goes offline disables its lines before its interrupts are on again.
        (claimsOnlyOnline !== true || isOnline(state, cpu)),
      then: (draft, { cpu, vector }) => {
        noteCovered(system, draft, cpu, vector);
        dispatch(system, draft, cpu, vector);
        draft.cpu[cpu]!.isr[vector] = false;
      },
    }),
    /** Unassigned: the kernel warns, or is silent. It does not look again, and changes nothing. */
    "cpu.stray": anyAction({
      over,
      actor,
      label: (state, { cpu }) => `unassigned ${interruptName(system, state.cpu[cpu]!.stack.at(-1)?.vector ?? 0)}`,
      when: (state, { cpu }) => {
        const frame = state.cpu[cpu]!.stack.at(-1);
        return frame?.stage === "entry" && typeof frame.slot !== "number";
      },
      then: (draft, { cpu }) => {
        const { slot, source } = draft.cpu[cpu]!.stack.at(-1)!;
        cover(system, draft, slot, source);
        returnFromInterrupt(draft, cpu);
      },
    }),
    /**
     * The flow handler takes the descriptor's lock. A handler that runs elsewhere is made to run again, the interrupt
     * masked until then (`handle_edge_irq`), or the occurrence is dropped (`handle_simple_irq`).
     */
    "irq.lock": anyAction({
      over,
      actor,
      label: (state, { cpu }) => lockLabel(system, state, cpu),
      when: (state, { cpu }) => {
        const irq = interruptAt(state, cpu, "entry");
        return irq !== undefined && !state.irq[irq]!.locked;
      },
      then: (draft, { cpu }) => {
        const frame = draft.cpu[cpu]!.stack.at(-1)!;
        const irq = frame.slot as number;
        const descriptor = draft.irq[irq]!;
        const file = draft.imsic?.[cpu];
        const drops = system.imsic?.flow === "simple" && descriptor.inProgress;
        if (drops && file!.covers) draft.device[irq]!.uncovered = true;
        if (file !== undefined && system.imsic?.flow === "simple") file.covers = false;
        if (drops) {
          endOfWiredInterrupt(system, draft, irq);
          returnFromInterrupt(draft, cpu);
          return;
        }
        if (descriptor.inProgress) {
          descriptor.pending = true;
          frame.handledElsewhere = true;
          if (system.imsic !== null) setEnable(system, draft, targetOf(draft, irq), false, cpu);
        }
        descriptor.locked = true;
        if (startsMove(draft, irq, cpu)) frame.stage = "move";
        else acknowledge(system, draft, cpu);
      },
    }),
    "irq.handler": driverHandler(system),
    /** Handle again what occurred meanwhile, unmasked from here on, or return. */
    "irq.finish": anyAction({
      over,
      actor,
      label: (state, { cpu }) =>
        state.irq[interruptAt(state, cpu, "finish") ?? 0]!.pending
          ? "pending: rerun the handler"
          : system.aplic === null
            ? "return from interrupt"
            : "EOI (SETIPNUM), return from interrupt",
      when: (state, { cpu }) => {
        const irq = interruptAt(state, cpu, "finish");
        return irq !== undefined && !state.irq[irq]!.locked;
      },
      then: (draft, { cpu }) => {
        const frame = draft.cpu[cpu]!.stack.at(-1)!;
        const irq = frame.slot as number;
        const descriptor = draft.irq[irq]!;
        if (!descriptor.pending) {
          descriptor.inProgress = false;
          endOfWiredInterrupt(system, draft, irq);
          returnFromInterrupt(draft, cpu);
          return;
        }
        if (system.imsic !== null) setEnable(system, draft, targetOf(draft, irq), true, cpu);
        descriptor.pending = false;
        if (system.coverage === "dispatch") draft.device[irq]!.uncovered = false;
        frame.stage = "handler";
      },
    }),
  };
}

/** Whether the claim covers an event, where the flow may drop the claimed interrupt. */
function noteCovered(system: System, draft: SystemState, cpu: number, vector: number): void {
  const owner = draft.cpu[cpu]!.table[vector]!;
  if (system.imsic?.flow !== "simple" || system.coverage === "service" || typeof owner !== "number") return;
  draft.imsic![cpu]!.covers =
    system.coverage === "dispatch" ? draft.device[owner]!.uncovered : draft.cpu[cpu]!.source[vector]![owner]!;
}

function targetOf(state: SystemState, irq: number): { cpu: number; vector: number } {
  const { cpu, vector } = state.irq[irq]!;
  return { cpu, vector };
}

function ownerAt(state: ReadonlySystemState, cpu: number, vector: number): string {
  const slot = state.cpu[cpu]!.table[vector]!;
  if (typeof slot !== "number") return "unassigned";
  return `${irqName(state, slot)}'s`;
}

function lockLabel(system: System, state: ReadonlySystemState, cpu: number): string {
  const irq = interruptAt(state, cpu, "entry") ?? 0;
  if (!state.irq[irq]!.inProgress) return "lock descriptor";
  return system.imsic?.flow === "simple" ? "handler runs elsewhere: dropped" : "handler runs elsewhere: mark pending";
}
