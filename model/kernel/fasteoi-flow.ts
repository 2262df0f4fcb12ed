import { range } from "../../checker/index.ts";
import { anyAction, type SystemAction } from "../action.ts";
import { canAccept, endOfInterrupt, returnFromInterrupt } from "../hardware/interrupts.ts";
import { arriveAtController, isActive } from "../hardware/routing.ts";
import { cpuName, interruptName } from "../names.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import type { System } from "../system.ts";
import { dispatch, interruptAt, irqName } from "./interrupt-flow.ts";

/**
 * What a CPU does with an interrupt whose controller has a table of its own: the acknowledging read (GICC_IAR, the
 * claim of a PLIC) and `handle_fasteoi_irq`. `handle_simple_irq` is the same here: it too leaves when the handler
 * runs elsewhere, and its end of interrupt is that of the interrupt it is chained to.
 *
 * The descriptor's lock is held from the test of in-progress to the begin of the handler, and again from its end to
 * the end of interrupt: each is one step.
 */
export function fasteoiFlow(system: System): Record<string, SystemAction> {
  const over = { cpu: range(0, system.cpus - 1) };
  const actor = ({ cpu }: { readonly cpu: number }): string => cpuName(cpu);
  return {
    /** The CPU reads which interrupt it is. One that is active in the distributor is given to no second CPU. */
    "cpu.accept": anyAction({
      over: { ...over, vector: range(0, system.devices - 1) },
      actor,
      label: ({ vector }) => `${interruptName(system, vector)} acknowledged`,
      when: (state, { cpu, vector }) =>
        canAccept(state, cpu, vector) &&
        state.cpu[cpu]!.stack.length === 0 &&
        (system.machine === "gic-its" || !isActive(state, vector)),
      then: (draft, { cpu, vector }) => {
        const route = draft.routing![vector]!;
        if (system.whileInProgress === "drop" && system.coverage !== "service") {
          route.covers[cpu] =
            system.coverage === "dispatch" ? draft.device[vector]!.uncovered : draft.cpu[cpu]!.source[vector]![vector]!;
        }
        dispatch(system, draft, cpu, vector);
      },
    }),
    /**
     * A handler runs already: the interrupt is dropped, or (9c15eeb5362c, 8f4b589595d0) marked, for the CPU of that
     * handler to have it sent again. Otherwise the handler begins.
     */
    "irq.lock": anyAction({
      over,
      actor,
      label: ({ cpu }, state) => lockLabel(system, state, cpu),
      when: (state, { cpu }) => {
        const irq = interruptAt(state, cpu, "entry");
        return irq !== undefined && !state.irq[irq]!.locked;
      },
      then: (draft, { cpu }) => {
        const frame = draft.cpu[cpu]!.stack.at(-1)!;
        const irq = frame.slot as number;
        const descriptor = draft.irq[irq]!;
        if (descriptor.inProgress) {
          if (system.whileInProgress === "resend") descriptor.pending = true;
          else if (draft.routing![irq]!.covers[cpu]!) draft.device[irq]!.uncovered = true;
          finish(draft, cpu);
        } else {
          descriptor.inProgress = true;
          frame.stage = "handler";
        }
        if (system.whileInProgress === "drop") draft.routing![irq]!.covers[cpu] = false;
      },
    }),
    /** The driver's handler: it arms the device again. */
    "irq.handler": anyAction({
      over,
      actor,
      label: ({ cpu }, state) => `handler of ${irqName(state, interruptAt(state, cpu, "handler") ?? 0)} runs`,
      when: (state, { cpu }) => interruptAt(state, cpu, "handler") !== undefined,
      then: (draft, { cpu }) => {
        const frame = draft.cpu[cpu]!.stack.at(-1)!;
        const device = draft.device[frame.slot as number]!;
        if (system.deviceKind === "handshake") device.armed = true;
        if (system.coverage === "service") device.uncovered = false;
        frame.stage = "finish";
      },
    }),
    /** End of interrupt; what was marked meanwhile becomes pending again at the controller (`check_irq_resend`). */
    "irq.finish": anyAction({
      over,
      actor,
      label: ({ cpu }, state) =>
        state.irq[interruptAt(state, cpu, "finish") ?? 0]!.pending
          ? "EOI; marked pending: resend"
          : "EOI, return from interrupt",
      when: (state, { cpu }) => {
        const irq = interruptAt(state, cpu, "finish");
        return irq !== undefined && !state.irq[irq]!.locked;
      },
      then: (draft, { cpu }) => {
        const irq = draft.cpu[cpu]!.stack.at(-1)!.slot as number;
        const descriptor = draft.irq[irq]!;
        descriptor.inProgress = false;
        finish(draft, cpu);
        if (!descriptor.pending) return;
        descriptor.pending = false;
        arriveAtController(system, draft, irq);
      },
    }),
  };
}

function finish(draft: SystemState, cpu: number): void {
  endOfInterrupt(draft, cpu, draft.cpu[cpu]!.stack.at(-1)!.vector);
  returnFromInterrupt(draft, cpu);
}

function lockLabel(system: System, state: ReadonlySystemState, cpu: number): string {
  const irq = interruptAt(state, cpu, "entry") ?? 0;
  if (!state.irq[irq]!.inProgress) return "lock descriptor";
  return system.whileInProgress === "resend"
    ? "handler runs elsewhere: mark pending"
    : "handler runs elsewhere: dropped";
}
