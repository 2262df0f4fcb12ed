import { cpuName, interruptName } from "../names.ts";
import type { Hotplug, OfflineStep } from "../strategy.ts";
import { clearOnline, moveOffThisCpu } from "./hotplug-actions.ts";
import { cover } from "./interrupt-flow.ts";

export { clearOnline };

/**
 * A CPU goes offline to which demultiplexed interrupts are redirected: `irq_migrate_all_off_this_cpu`, then
 * `smpcfd_dying_cpu`, which runs what is queued on the CPU.
 *
 * @param flushesWork whether queued irq_work is run; otherwise it stays where it is
 */
export function redirectHotplug(flushesWork: boolean): Hotplug {
  return {
    offline: ({ devices }) => [
      clearOnline,
      ...Array.from({ length: devices }, (_, irq) => migrate(irq)),
      ...(flushesWork ? Array.from({ length: devices }, (_, irq) => runQueuedWork(irq)) : []),
      takenDown,
    ],
  };
}

/** `migrate_one_irq`: the interrupt is redirected to another CPU. */
export function migrate(irq: number): OfflineStep {
  return {
    name: "migrate",
    label: (_, { system }) => `migrate ${interruptName(system, irq)}`,
    needed: (state, { cpu }) => state.irq[irq]!.cpu === cpu,
    then: (draft, where) => moveOffThisCpu(draft, where, irq),
  };
}

/**
 * `smpcfd_dying_cpu`: `irq_work_run` calls the flow of an interrupt that is queued. No handler runs anywhere while the
 * CPUs are stopped, so that all of it is one step.
 */
export function runQueuedWork(irq: number): OfflineStep {
  return {
    name: "run_queued_work",
    scans: irq,
    label: (_, { system, cpu }) => `run irq_work of ${interruptName(system, irq)} on ${cpuName(cpu)}`,
    needed: (state, { cpu }) => state.cpu[cpu]!.irr[irq]!,
    then: (draft, { system, cpu }) => {
      const source = draft.cpu[cpu]!.source[irq]!;
      draft.cpu[cpu]!.irr[irq] = false;
      cover(system, draft, irq, source);
      if (system.tracksSources) source.fill(false);
      if (system.coverage === "service") draft.device[irq]!.uncovered = false;
      if (system.deviceKind === "handshake") draft.device[irq]!.armed = true;
      draft.routing![irq]!.redirect!.merged = false;
      if (system.redirect!.acknowledges === "after-handler") draft.routing![irq]!.waiting = false;
    },
  };
}

/** `take_cpu_down` has ended: the CPU takes no interrupt any more. */
export const takenDown: OfflineStep = {
  name: "taken_down",
  label: () => "take_cpu_down() returns",
  then: (draft, { cpu }) => {
    draft.hotplug!.controllerOn[cpu] = false;
  },
};
