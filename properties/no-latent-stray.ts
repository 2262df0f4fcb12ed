import { always, because, every } from "../checker/index.ts";
import { isOnline, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet } from "./quiet.ts";

const title = "when idle, no free identity is pending";

/**
 * Checked on online harts. The controller keeps a message to a disabled identity. The allocator then hands out the
 * identity with its pending bit set, and the next owner receives a spurious interrupt.
 */
export const noLatentStray: PropertyEntry = {
  id: "no-latent-stray",
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
