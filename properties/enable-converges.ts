import { always, because, every } from "../checker/index.ts";
import { convergesTo, isOnline, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "an outdated enable bit has a sync pending";

/**
 * A sync is pending while its timer runs on the hart, or an external interrupt is due there. Without one, an interrupt
 * that is pending at a disabled identity waits until something else interrupts the hart. Offline harts are exempt: they
 * sync when they come back.
 */
export const enableConverges: PropertyEntry = {
  id: "enable-converges",
  title,
  severity: "danger",
  learns: "whether an enable-bit update that another hart requested can be forgotten",
  applies: ({ system }) => system.imsic !== null,
  property: ({ system }) =>
    always(title, (state) =>
      every(
        state.imsic!,
        ({ enabled, identity }, cpu) =>
          !isOnline(state, cpu) ||
          every(
            identity,
            ({ enable }, vector) =>
              convergesTo(system, state, { cpu, vector }, enable) ||
              because(`eie is ${enabled[vector] ? 1 : 0} instead of ${enable ? 1 : 0}, and no sync is pending`),
            (_, vector) => targetName({ cpu, vector }, system),
          ),
        () => "identity",
      ),
    ),
};
