import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { returnFromInterrupt } from "../hardware/interrupts.ts";
import { complete, completionLabel, looksEnabled } from "../hardware/plic.ts";
import { cpuName, interruptName } from "../names.ts";
import type { SystemState } from "../state/system-state.ts";
import { type System, completesInTwoSteps } from "../system.ts";
import { type EndOfInterrupt, acknowledgingRead, fasteoiFlow } from "../kernel/fasteoi-flow.ts";
import { driverHandler, interruptAt } from "../kernel/interrupt-flow.ts";

/** Handling of an interrupt of a PLIC by a hart: its claim, the flow, and a completion (`plic_irq_eoi`). */
export function plicFlow(system: System): Record<string, SystemAction> {
  if (system.plic!.flow === "chained") return chainedFlow(system);
  // The descriptor's lock keeps the enable bit from changing between its test and the completion.
  const completion: EndOfInterrupt = {
    give: (draft, irq, cpu) => complete(system, draft, irq, cpu, looksEnabled(system, draft, irq, cpu)),
    label: (state, irq, cpu) => completionLabel(system, state, irq, cpu, looksEnabled(system, state, irq, cpu)),
  };
  return fasteoiFlow(system, completion);
}

/**
 * The source is the parent of another chip: `chained_irq_enter`, the handlers of what the chip says is pending, and
 * `chained_irq_exit`, which completes. Nothing of that takes the lock of the parent's descriptor, and neither does a
 * change of affinity that the other chip passes on.
 */
function chainedFlow(system: System): Record<string, SystemAction> {
  const over = { cpu: range(0, system.cpus - 1) };
  const actor = (_: unknown, { cpu }: { readonly cpu: number }): string => cpuName(cpu);
  const claim = acknowledgingRead(system);
  const shared: Record<string, SystemAction> = {
    "cpu.accept": {
      ...claim,
      then(draft, parameters) {
        claim.then(draft, parameters);
        draft.cpu[parameters["cpu"] as number]!.stack.at(-1)!.stage = "handler";
      },
    },
    "irq.handler": driverHandler(system),
  };
  const leave = (draft: SystemState, cpu: number, lookedEnabled: boolean): void => {
    complete(system, draft, draft.cpu[cpu]!.stack.at(-1)!.slot as number, cpu, lookedEnabled);
    returnFromInterrupt(draft, cpu);
  };
  if (!completesInTwoSteps(system)) {
    return {
      ...shared,
      "irq.finish": anyAction({
        over,
        actor,
        label: (state, { cpu }) => {
          const irq = interruptAt(state, cpu, "finish") ?? 0;
          return completionLabel(system, state, irq, cpu, looksEnabled(system, state, irq, cpu));
        },
        when: (state, { cpu }) => interruptAt(state, cpu, "finish") !== undefined,
        then: (draft, { cpu }) =>
          leave(draft, cpu, looksEnabled(system, draft, draft.cpu[cpu]!.stack.at(-1)!.slot as number, cpu)),
      }),
    };
  }
  return {
    ...shared,
    /** `plic_irq_eoi` reads the enable bit of its hart. */
    "irq.read_enable": anyAction({
      over,
      actor,
      label: (state, { cpu }) => {
        const irq = interruptAt(state, cpu, "finish") ?? 0;
        return `read enable of ${interruptName(system, irq)}: ${looksEnabled(system, state, irq, cpu) ? 1 : 0}`;
      },
      when: (state, { cpu }) => interruptAt(state, cpu, "finish") !== undefined,
      then: (draft, { cpu }) => {
        const frame = draft.cpu[cpu]!.stack.at(-1)!;
        frame.stage = looksEnabled(system, draft, frame.slot as number, cpu) ? "completion" : "forced-completion";
      },
    }),
    /** And it acts on what it has read. */
    "irq.complete": anyAction({
      over,
      actor,
      label: (state, { cpu }) => {
        const irq = interruptAt(state, cpu, "completion");
        return irq === undefined
          ? completionLabel(system, state, interruptAt(state, cpu, "forced-completion") ?? 0, cpu, false)
          : completionLabel(system, state, irq, cpu, true);
      },
      when: (state, { cpu }) =>
        interruptAt(state, cpu, "completion") !== undefined ||
        interruptAt(state, cpu, "forced-completion") !== undefined,
      then: (draft, { cpu }) => leave(draft, cpu, draft.cpu[cpu]!.stack.at(-1)!.stage === "completion"),
    }),
  };
}
