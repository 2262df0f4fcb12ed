import { because, step } from "../checker/index.ts";
import { cpuName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "a satisfied request writes nothing";

/** A request for a set of CPUs that has the present one begins no move. */
export const noNeedlessMove: PropertyEntry = {
  id: "no-needless-move",
  title,
  severity: "rule",
  learns: "whether the message is rewritten although the interrupt is on a requested CPU",
  applies: ({ system }) => system.affinity !== null,
  property: () =>
    step(title, (before, _, after) => {
      for (const [irq, { cpu, mask, migration }] of after.irq.entries()) {
        if (before.irq[irq]!.migration.step !== 0 || migration.step === 0) continue;
        if (mask![cpu]!) return because(`interrupt ${irq} is on ${cpuName(cpu)}, which is among the requested CPUs`);
      }
      return true;
    }),
};
