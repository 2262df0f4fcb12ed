import { always, because, every } from "../checker/index.ts";
import { controllerOf, cpuName, isInNotification, isRouted, vectorName, type SystemState } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "every dispatch has exactly one EOI";

/**
 * A vector is in service exactly while one hard interrupt on that CPU has not acknowledged it. An EOI that the controller
 * ignores does not count. A flow of one's own gives it where it likes, so there a vector in service must belong to a
 * hard interrupt that still runs.
 */
export const eoiBalanced: PropertyEntry = {
  id: "eoi-balanced",
  title,
  severity: "danger",
  learns: "whether a path through the flow omits an EOI, sends two, or one that is ignored",
  // An interrupt that a CPU claims needs no EOI.
  applies: ({ system }) => controllerOf(system).isClaimed !== true,
  property: ({ system }) => {
    if (system.flowStages !== null) return notLeftInService;
    const owesEoi = isRouted(system)
      ? ["entry", "handler", "finish", "completion", "forced-completion"]
      : ["entry", "complete", "completed", "move"];
    return always(title, (state) =>
      every(
        state.cpu,
        ({ isr, stack }, cpu) =>
          every(
            isr,
            (inService, vector) => {
              const owes = isInNotification(state, cpu) ? [] : owesEoi;
              const owing = stack.filter((frame) => frame.vector === vector && owes.includes(frame.stage)).length;
              return owing === (inService ? 1 : 0) || because(`in service: ${inService ? 1 : 0}, EOIs due: ${owing}`);
            },
            (_, vector) => `vector ${vectorName(vector)}`,
          ),
        (_, cpu) => cpuName(cpu),
      ),
    );
  },
};

const notLeftInService = always<SystemState>(title, (state) =>
  every(
    state.cpu,
    ({ isr, stack }, cpu) =>
      every(
        isr,
        (inService, vector) =>
          !inService ||
          isInNotification(state, cpu) ||
          stack.some((frame) => frame.vector === vector) ||
          because("its interrupt has returned without an EOI that took effect"),
        (_, vector) => `vector ${vectorName(vector)}`,
      ),
    (_, cpu) => cpuName(cpu),
  ),
);
