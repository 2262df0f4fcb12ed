import { because, every, step } from "../checker/index.ts";
import { isRouted, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no vector is freed while pending";

/**
 * Covers vectors that are requested on their CPU and vectors with a message in flight. Freed too early, such an
 * interrupt is dispatched as a stray, or to the vector's next owner.
 */
export const noFreeWhilePending: PropertyEntry = {
  id: "no-free-while-pending",
  title,
  severity: "danger",
  learns: "whether the cleanup can free a vector whose interrupt has already arrived",
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
              // Marked, not freed: the scan of the outgoing CPU has resent the interrupt; or the interrupt was freed or
              // shut down, and the request has no owner.
              if (slot === "retriggered" || slot === "shutdown") return true;
              // After the step: the IMSIC driver clears the bit, resends the interrupt and frees the identity in one step.
              if (irr[vector]!) return because("freed while requested");
              if (after.postedMsi?.[cpu]!.pir[vector] === true) return because("freed while posted");
              return (
                !before.fabric[owner]![cpu]!.includes(vector) || because("freed while a message to it is in flight")
              );
            },
            (_, vector) => targetName({ cpu, vector }, system),
          ),
        () => "slot",
      ),
    ),
};
