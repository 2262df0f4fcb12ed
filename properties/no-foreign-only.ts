import { because, step } from "../checker/index.ts";
import { isRouted, targetName, type SystemState } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no handler runs for foreign events alone";

/**
 * When a vector is dispatched to an interrupt, either an event of its own device is behind the request, or no event at
 * all (a duplicate retrigger).
 *
 * Drivers must tolerate spurious calls, so a two-step update whose intermediate vector another interrupt owns may
 * violate this; a scheme that masks the device must not.
 */
export const noForeignOnly: PropertyEntry = {
  id: "no-foreign-only",
  title,
  severity: "rule",
  learns: "whether an unrelated driver is called for an event of the device being moved",
  // An interrupt with one number on all CPUs is never taken for another. With coverage "occurrence" a retrigger takes the
  // event over from the bit, so what remains of the bit is a spurious request.
  applies: ({ system }) => !isRouted(system) && system.devices > 1 && system.coverage !== "occurrence",
  property: ({ system }) => ({
    ...step<SystemState>(title, (before, { action, parameters }, after) => {
      if (action !== "cpu.accept" && action !== "cpu.stray") return true;
      const cpu = parameters["cpu"] as number;
      // Either action may be the one that finds the owner; the new frame, or the changed one, names it.
      const frame = after.cpu[cpu]!.stack.at(-1);
      const known = before.cpu[cpu]!.stack.at(-1);
      if (frame === undefined || typeof frame.slot !== "number") return true;
      const { vector, slot } = frame;
      const source = action === "cpu.accept" ? before.cpu[cpu]!.source[vector]! : known!.source;
      const stranger = source.indexOf(true);
      if (stranger < 0 || source[slot] === true) return true;
      return because(
        `${targetName({ cpu, vector }, system)} calls the handler of device ${slot} only for device ${stranger}'s event`,
      );
    }),
    narrate: () =>
      "Drivers must tolerate spurious calls. Whether the event is lost as well is the question of no-interrupt-lost.",
  }),
};
