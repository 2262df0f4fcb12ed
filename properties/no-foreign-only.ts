import { because, step } from "../checker/index.ts";
import { isRouted, targetName, type SystemState } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no handler runs only for a foreign event";

/**
 * No interrupt is seen by a foreign handler only (PR6): where a vector is dispatched to an interrupt, some event of
 * that interrupt's own device stands behind the request, or no device's does (a retrigger that came twice).
 *
 * Drivers must tolerate a call for nothing, so the two-step update may violate it where its intermediate vector is
 * another interrupt's; a scheme that masks the device must not.
 *
 * A maintainer learns whether an unrelated driver is called for an event of the device that moves.
 */
export const noForeignOnly: PropertyEntry = {
  id: "no-foreign-only",
  row: "PR6",
  title,
  severity: "rule",
  learns: "whether an unrelated driver is called for an event of the device that moves",
  // Where every CPU knows an interrupt by the same number, none is ever taken for another. Where each occurrence counts, a retrigger takes the event over from the bit, and the rest is a call for nothing.
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
        `${targetName({ cpu, vector }, system)} calls the handler of device ${slot} for device ${stranger} alone`,
      );
    }),
    narrate: () =>
      "A driver must bear a call for nothing; whether the event is lost as well is for no-interrupt-lost to say.",
  }),
};
