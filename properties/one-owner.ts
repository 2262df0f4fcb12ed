import { all, always, every } from "../checker/index.ts";
import { isActivated, isOnline, isRouted, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "vector tables and descriptors agree";

/**
 * The vector tables and the descriptors agree (PR12): a slot belongs to an interrupt exactly when it is the
 * interrupt's present target, or the one before its last move that is still to be cleaned up.
 *
 * CPUs that are offline are exempt: nobody looks at their tables, and they are empty when the CPU comes back.
 *
 * A maintainer learns whether a vector can leak, or be taken from its owner.
 */
export const oneOwner: PropertyEntry = {
  id: "one-owner",
  row: "PR12",
  title,
  severity: "bookkeeping",
  learns: "whether a vector can leak or be taken from its owner",
  // Where every CPU knows an interrupt by the same number, no slot is ever given or taken back.
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
