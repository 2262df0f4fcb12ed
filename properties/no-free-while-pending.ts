import { because, every, step } from "../checker/index.ts";
import { isRouted, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no vector is freed while pending";

/**
 * No vector is given back while it is requested on its CPU, or while a message to it is on its way (PR14).
 *
 * A maintainer learns whether the cleanup can pull the slot from under an interrupt that has arrived already; the
 * interrupt is then a stray, or somebody else's.
 */
export const noFreeWhilePending: PropertyEntry = {
  id: "no-free-while-pending",
  row: "PR14",
  title,
  severity: "danger",
  learns: "whether the cleanup can pull the slot from under an interrupt that has arrived",
  applies: ({ system }) => !isRouted(system),
  property: ({ system }) =>
    step(title, (before, _, after) =>
      every(
        after.cpu,
        ({ table, irr }, cpu) =>
          every(
            table,
            (slot, vector) => {
              const owner = before.cpu[cpu]!.table[vector]!;
              if (typeof owner !== "number" || slot === owner) return true;
              // Marked, not freed: the scan of a CPU that goes offline has sent the interrupt on; or the interrupt was
              // given up or shut down, and what is requested there is nobody's.
              if (slot === "retriggered" || slot === "shutdown") return true;
              // After the step: the driver of the IMSIC clears the bit, sends the interrupt on and frees the identity in one.
              if (irr[vector]!) return because("freed while requested");
              if (after.postedMsi?.[cpu]!.pir[vector] === true) return because("freed while posted");
              return (
                !before.fabric[owner]![cpu]!.includes(vector) || because("freed while a message to it is on its way")
              );
            },
            (_, vector) => targetName({ cpu, vector }, system),
          ),
        () => "slot",
      ),
    ),
};
