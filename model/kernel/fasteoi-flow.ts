import { range } from "../../checker/index.ts";
import { anyAction, type SystemAction } from "../action.ts";
import { canAccept, endOfInterrupt, returnFromInterrupt } from "../hardware/interrupts.ts";
import { arriveAtController, isActive } from "../hardware/routing.ts";
import { cpuName, interruptName } from "../names.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";
import { dispatch, driverHandler, interruptAt } from "./interrupt-flow.ts";
import { controllerOf } from "../controller.ts";

/** The end of an interrupt, as the chip gives it to the controller. */
export interface EndOfInterrupt {
  give(draft: SystemState, irq: number, cpu: number): void;
  label(state: ReadonlySystemState, irq: number, cpu: number): string;
}

/** The distributor's and the redistributor's: the interrupt is no longer active, if the controller has it as active. */
const deactivation: EndOfInterrupt = {
  give(draft, irq, cpu) {
    if (!draft.routing![irq]!.orphaned) endOfInterrupt(draft, cpu, draft.irq[irq]!.vector);
  },
  label: (state, irq) => (state.routing![irq]!.orphaned ? "EOI: not active, so ignored" : "EOI"),
};

/**
 * Handling of an interrupt whose controller has a table of its own: the acknowledging read (GICC_IAR, the
 * claim of a PLIC) and `handle_fasteoi_irq`. `handle_simple_irq` is the same here: it too leaves when the handler
 * runs elsewhere, and its end of interrupt is that of the interrupt it is chained to.
 *
 * The descriptor's lock is held from the test of in-progress to the begin of the handler, and again from its end to
 * the end of interrupt: each is one step.
 */
export function fasteoiFlow(system: System, end: EndOfInterrupt = deactivation): Record<string, SystemAction> {
  const over = { cpu: range(0, system.cpus - 1) };
  const actor = (_: unknown, { cpu }: { readonly cpu: number }): string => cpuName(cpu);
  return {
    "cpu.accept": acknowledgingRead(system),
    /**
     * A handler runs already: the interrupt is dropped, or (9c15eeb5362c, 8f4b589595d0) marked, for the CPU of that
     * handler to have it sent again. Otherwise the handler begins.
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
        if (descriptor.inProgress) {
          if (system.whileInProgress === "resend") descriptor.pending = true;
          else if (draft.routing![irq]!.covers[cpu]!) draft.device[irq]!.uncovered = true;
          end.give(draft, irq, cpu);
          returnFromInterrupt(draft, cpu);
        } else {
          descriptor.inProgress = true;
          frame.stage = "handler";
        }
        if (system.whileInProgress === "drop") draft.routing![irq]!.covers[cpu] = false;
      },
    }),
    "irq.handler": driverHandler(system),
    /** End of interrupt; what was marked meanwhile becomes pending again at the controller (`check_irq_resend`). */
    "irq.finish": anyAction({
      over,
      actor,
      label: (state, { cpu }) => {
        const irq = interruptAt(state, cpu, "finish") ?? 0;
        const eoi = end.label(state, irq, cpu);
        return state.irq[irq]!.pending ? `${eoi}; marked pending: sent again` : `${eoi}, return from interrupt`;
      },
      when: (state, { cpu }) => {
        const irq = interruptAt(state, cpu, "finish");
        return irq !== undefined && !state.irq[irq]!.locked;
      },
      then: (draft, { cpu }) => {
        const irq = draft.cpu[cpu]!.stack.at(-1)!.slot as number;
        const descriptor = draft.irq[irq]!;
        descriptor.inProgress = false;
        end.give(draft, irq, cpu);
        returnFromInterrupt(draft, cpu);
        if (!descriptor.pending) return;
        descriptor.pending = false;
        arriveAtController(system, draft, irq);
      },
    }),
  };
}

/**
 * The CPU reads which interrupt it is. One that is active in the distributor, or claimed from the PLIC, is given to no
 * second CPU.
 */
export function acknowledgingRead(system: System): SystemAction {
  const { pendsAtCpu } = controllerOf(system);
  return anyAction({
    over: { cpu: range(0, system.cpus - 1), vector: range(0, system.devices - 1) },
    actor: (_, { cpu }) => cpuName(cpu),
    label: (_, { vector }) => `${interruptName(system, vector)} ${system.plic === null ? "acknowledged" : "claimed"}`,
    when: (state, { cpu, vector }) =>
      canAccept(state, cpu, vector) &&
      state.cpu[cpu]!.stack.length === 0 &&
      (pendsAtCpu === true || !isActive(state, vector)),
    then: (draft, { cpu, vector }) => {
      const route = draft.routing![vector]!;
      if (system.whileInProgress === "drop" && system.coverage !== "service") {
        route.covers[cpu] =
          system.coverage === "dispatch" ? draft.device[vector]!.uncovered : draft.cpu[cpu]!.source[vector]![vector]!;
      }
      dispatch(system, draft, cpu, vector);
    },
  });
}

function lockLabel(system: System, state: ReadonlySystemState, cpu: number): string {
  const irq = interruptAt(state, cpu, "entry") ?? 0;
  if (!state.irq[irq]!.inProgress) return "lock descriptor";
  return system.whileInProgress === "resend"
    ? "handler runs elsewhere: mark pending"
    : "handler runs elsewhere: dropped";
}
