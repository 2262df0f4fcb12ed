import { because, step } from "../checker/index.ts";
import { isOnline, isRouted, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no vector is reused before its cleanup";

/**
 * The allocator must skip a vector that is still assigned in a table, or that is still to be cleaned up after a move.
 */
export const noReuseBeforeClean: PropertyEntry = {
  id: "no-reuse-before-clean",
  title,
  severity: "danger",
  learns: "whether the cleanup of one move can hit the target of the next",
  applies: ({ system }) => !isRouted(system),
  property: ({ system }) =>
    step(title, (before, { action, parameters }) => {
      if (action !== "move.allocate") return true;
      const cpu = (parameters["cpu"] as number | undefined) ?? before.irq[parameters["irq"] as number]!.requested ?? 0;
      const vector = parameters["vector"] as number;
      const target = targetName({ cpu, vector }, system);
      if (typeof before.cpu[cpu]!.table[vector] === "number") return because(`${target} is assigned`);
      const awaited = before.irq.some(
        ({ previous }) => previous !== null && previous.cpu === cpu && previous.vector === vector,
      );
      return !awaited || !isOnline(before, cpu) || because(`${target} is still to be cleaned up`);
    }),
};
