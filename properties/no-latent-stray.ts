import { always, because, every } from "../checker/index.ts";
import { isOnline, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet } from "./quiet.ts";

const title = "when idle, no stray identity is pending";

/**
 * At rest no identity that is nobody's is pending (PR34), on a hart that is online.
 *
 * The controller remembers a message to an identity that is disabled. The allocator hands the identity out with the bit
 * set, and its next owner is interrupted for nothing.
 *
 * A maintainer learns whether a stray message can lie in wait for an unrelated driver.
 */
export const noLatentStray: PropertyEntry = {
  id: "no-latent-stray",
  row: "PR34",
  title,
  severity: "danger",
  learns: "whether a stray message can lie in wait for the next owner of an identity",
  applies: ({ system }) => system.imsic !== null,
  property: ({ system }) =>
    always(title, (state) =>
      !isQuiet(state)
        ? true
        : every(
            state.cpu,
            ({ irr, table }, cpu) =>
              !isOnline(state, cpu) ||
              every(
                irr,
                (pending, vector) => !pending || typeof table[vector] === "number" || because("it is pending"),
                (_, vector) => targetName({ cpu, vector }, system),
              ),
            () => "an unassigned identity",
          ),
    ),
};
