import { moveOffThisCpu } from "./hotplug-actions.ts";
import type { Hotplug, OfflineStep } from "./hotplug.ts";

/**
 * A CPU goes offline on LoongArch: `loongson_cpu_disable` with `irq_migrate_all_off_this_cpu`. `avecintc_sync` sends no
 * IPI to a CPU that is offline, nothing looks at what is pending there, and the CPU's interrupt lines are disabled
 * (ECFG) before its interrupts are on again.
 */
export const avecHotplug: Hotplug = {
  offline: (system) => [
    {
      name: "clear_online",
      label: () => "no longer online",
      then: (draft, { cpu }) => {
        draft.hotplug!.online[cpu] = false;
      },
    },
    ...Array.from({ length: system.devices }, (_, irq) => migrate(irq)),
    {
      name: "disable_lines",
      // That the CPU takes nothing from here on is in the flow: it claims only while it is online.
      label: () => "interrupt lines off",
      then: () => {},
    },
  ],
};

/** `migrate_one_irq`. */
function migrate(irq: number): OfflineStep {
  return {
    name: "migrate",
    label: (state) => `move ${state.irq.length === 1 ? "the interrupt" : `irq ${irq}`} away`,
    needed: (state, { cpu }) => state.irq[irq]!.cpu === cpu,
    then: (draft, where) => moveOffThisCpu(draft, where, irq),
  };
}
