import { request } from "../hardware/interrupts.ts";
import { targetName, vectorName } from "../names.ts";
import type { Hotplug, OfflineStep } from "../strategy.ts";
import { freeMoved } from "../kernel/cleanup.ts";
import { clearOnline, moveOffThisCpu } from "../kernel/hotplug-actions.ts";
import { isBusy } from "../kernel/vector-table.ts";

export { clearOnline };

/**
 * A CPU goes offline on LoongArch: `loongson_cpu_disable` with `irq_migrate_all_off_this_cpu`. `avecintc_sync` sends no
 * IPI to a CPU that is offline, no code checks what is pending there, and the CPU's interrupt lines are disabled
 * (ECFG) before its interrupts are on again.
 *
 * @param scans a repair that does not exist: the CPU looks at its vectors once its interrupts have moved, sends on what
 * is pending and gives each vector back, as `fixup_irqs` of x86 does
 */
export function avecHotplug(scans: boolean): Hotplug {
  return {
    offline: ({ devices, vectors }) => [
      clearOnline,
      ...Array.from({ length: devices }, (_, irq) => migrate(irq)),
      ...(scans ? Array.from({ length: vectors }, (_, vector) => scanVector(vector)) : []),
      disableLines,
    ],
  };
}

/** `migrate_one_irq`. */
export function migrate(irq: number): OfflineStep {
  return {
    name: "migrate",
    label: (state) => {
      const refused = isBusy(state, irq) ? ": refused, -EBUSY" : "";
      return `migrate ${state.irq.length === 1 ? "the interrupt" : `irq ${irq}`}${refused}`;
    },
    needed: (state, { cpu }) => state.irq[irq]!.cpu === cpu,
    then: (draft, where) => moveOffThisCpu(draft, where, irq),
  };
}

/** One vector of the scan: what is pending there is sent on, and the vector is given back. */
export function scanVector(vector: number): OfflineStep {
  return {
    name: "scan",
    scans: vector,
    label: (state, { cpu }) => {
      const slot = state.cpu[cpu]!.table[vector]!;
      if (typeof slot !== "number" || !state.cpu[cpu]!.irr[vector]!) return `vector ${vectorName(vector)}: freed`;
      return `vector ${vectorName(vector)}: pending, IPI to ${targetName(state.irq[slot]!)}`;
    },
    needed: (state, { cpu }) => typeof state.cpu[cpu]!.table[vector] === "number",
    then: (draft, { cpu, system }) => {
      const irq = draft.cpu[cpu]!.table[vector]!;
      if (typeof irq !== "number") return;
      const { cpu: to, vector: as } = draft.irq[irq]!;
      const pending = draft.cpu[cpu]!.irr[vector]!;
      const source = draft.cpu[cpu]!.source[vector]!;
      const carried = draft.device.map((_, device) => source[device]!);
      draft.cpu[cpu]!.irr[vector] = false;
      if (system.tracksSources) source.fill(false);
      freeMoved(draft, irq);
      if (!pending) return;
      draft.cpu[to]!.irr[as] = true;
      if (system.tracksSources && carried[irq]!) request(system, draft, { cpu: to, vector: as }, irq);
    },
  };
}

/** `clear_csr_ecfg(ECFG0_IM)`. That the CPU takes nothing from here on is in the flow: it claims only while online. */
export const disableLines: OfflineStep = {
  name: "disable_lines",
  label: () => "interrupt lines off",
  then: () => {},
};
