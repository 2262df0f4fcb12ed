import { always, because, every } from "../checker/index.ts";
import { cpuName, stepsDue, steps } from "../model/index.ts";
import { checksIntermediate } from "./programs.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "checked moves run on the old CPU, IF=0";

/**
 * A move with an intermediate check must run on the CPU that the interrupt is leaving, with interrupts off from the
 * first step to the last. `msi_set_affinity` warns otherwise.
 */
export const moveOnTarget: PropertyEntry = {
  id: "move-on-target",
  title,
  severity: "rule",
  learns: "whether the check of a move can run on the wrong CPU or too late",
  applies: checksIntermediate,
  property: ({ program }) =>
    always(title, (state) =>
      every(
        state.irq,
        ({ migration }, irq) => {
          // A move that was refused has but the mask bit to restore.
          if (stepsDue(program, state, irq).every(({ restores }) => restores === true)) return true;
          const { cpu } = steps.oldTarget(state, irq);
          if (migration.cpu !== cpu) return because(`moved off ${cpuName(cpu)} by ${cpuName(migration.cpu)}`);
          return !state.cpu[cpu]!.interruptsEnabled || because(`${cpuName(cpu)} has its interrupts on`);
        },
        (_, irq) => `interrupt ${irq}`,
      ),
    ),
};
