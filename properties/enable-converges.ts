import { always, because, every } from "../checker/index.ts";
import { convergesTo, isOnline, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "enable bits reach the requested state";

/**
 * Where the enable bit of an identity is not what the kernel wants it to be, its hart is sure to be brought up to date:
 * a timer runs there, or an external interrupt is about to come (PR33). Harts that are offline are exempt; they are
 * brought up to date when they come back.
 *
 * A maintainer learns whether a change that was asked for on another hart can be forgotten: what is pending at an
 * identity that is never enabled waits until something else interrupts that hart.
 */
export const enableConverges: PropertyEntry = {
  id: "enable-converges",
  row: "PR33",
  title,
  severity: "danger",
  learns: "whether a change of an enable bit that another hart asked for can be forgotten",
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
              because(`eie is ${enabled[vector] ? 1 : 0}, and nothing is due that makes it ${enable ? 1 : 0}`),
            (_, vector) => targetName({ cpu, vector }, system),
          ),
        () => "identity",
      ),
    ),
};
