import { always, because, every } from "../checker/index.ts";
import { cpuName, isOnline, isStarted, isStopped } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "every interrupt targets an online CPU";

/**
 * Checked for started interrupts outside a move. While the stopper runs, interrupts are moved one after the other.
 */
export const effectiveTargetOnline: PropertyEntry = {
  id: "effective-target-online",
  title,
  severity: "danger",
  learns: "whether an interrupt can be left behind on a CPU that went offline",
  applies: ({ system }) => system.hotplug !== null,
  property: () =>
    always(title, (state) =>
      every(
        state.irq,
        ({ cpu, migration }, irq) =>
          migration.step !== 0 ||
          isStopped(state) ||
          !isStarted(state, irq) ||
          isOnline(state, cpu) ||
          because(`${cpuName(cpu)} is offline`),
        (_, irq) => `interrupt ${irq}`,
      ),
    ),
};
