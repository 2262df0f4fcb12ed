import { always, because, every } from "../checker/index.ts";
import { cpuName, isOnline, isStarted, isStopped } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "every interrupt targets an online CPU";

/**
 * Outside a move the effective target of a started interrupt is an online CPU (PR16). While the stopper runs its
 * interrupts are being moved, one after the other.
 *
 * A maintainer learns whether an interrupt can be left behind on a CPU that went offline.
 */
export const effectiveTargetOnline: PropertyEntry = {
  id: "effective-target-online",
  row: "PR16",
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
