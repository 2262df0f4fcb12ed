import { all, always, every } from "../checker/index.ts";
import { isActivated, isOnline, isRouted, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "vector tables and descriptors agree";

/**
 * An interrupt owns a slot exactly when the slot is its current target, or its previous target that is still to be
 * cleaned up. Offline CPUs are exempt: their tables are not used, and are empty when the CPU comes back.
 */
export const oneOwner: PropertyEntry = {
  id: "one-owner",
  title,
  severity: "bookkeeping",
  learns: "whether a vector can leak or be taken from its owner",
  // For interrupts with one number on all CPUs no slot is ever allocated or freed.
  applies: ({ system }) => !isRouted(system),
  property: ({ system }) =>
    always(title, (state) =>
      all({
        "every owned slot is its owner's target": () =>
          every(
            state.cpu,
            ({ table }, cpu) =>
              !isOnline(state, cpu) ||
              every(
                table,
                (slot, vector) => {
                  if (typeof slot !== "number") return true;
                  const owner = state.irq[slot]!;
                  return [owner, owner.previous].some((of) => of !== null && of.cpu === cpu && of.vector === vector);
                },
                (_, vector) => targetName({ cpu, vector }, system),
              ),
            () => "slot",
          ),
        "every target is in its table": () =>
          every(
            state.irq,
            ({ cpu, vector, previous }, irq) =>
              // An interrupt that was shut down or freed has no vector.
              (!isActivated(state, irq) || !isOnline(state, cpu) || state.cpu[cpu]!.table[vector] === irq) &&
              (previous === null ||
                !isOnline(state, previous.cpu) ||
                state.cpu[previous.cpu]!.table[previous.vector] === irq),
            (_, irq) => `interrupt ${irq}`,
          ),
      }),
    ),
};
