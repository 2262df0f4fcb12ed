import { because, step } from "../checker/index.ts";
import { targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no spurious handler call before a move";

/**
 * Before the first move is asked for, an interrupt is dispatched only if an event of its device is open (PR8), or of
 * another device whose request it was.
 *
 * A move may bring calls for nothing: the request bit that it leaves behind, the IPI, and what is handled again because
 * the handler ran elsewhere and then dispatched as well. A bound for each move, such as one, does not hold for the
 * edge flow to v6.16, whose old CPU can go on handling again for ever. Stated for coverage "dispatch", where an event
 * is covered as soon as an interrupt after it is dispatched, and without a fabric, in which a message may be overtaken
 * by the interrupt that covers its event.
 *
 * A maintainer learns whether a driver sees calls for nothing that no move can explain.
 */
export const boundedSpurious: PropertyEntry = {
  id: "bounded-spurious",
  row: "PR8",
  title,
  severity: "rule",
  learns: "whether a driver sees spurious calls that no move explains",
  applies: ({ system }) =>
    system.coverage === "dispatch" &&
    system.fabric === "none" &&
    system.moves !== "unbounded" &&
    system.hotplug === null &&
    system.startup === null,
  property: ({ system }) =>
    step(title, (before, { action, parameters }, after) => {
      if (action !== "cpu.accept" && action !== "cpu.stray") return true;
      const cpu = parameters["cpu"] as number;
      const frame = after.cpu[cpu]!.stack.at(-1);
      if (frame === undefined || typeof frame.slot !== "number") return true;
      const { vector, slot } = frame;
      if (before.device[slot]!.uncovered || before.movesLeft !== system.moves) return true;
      const known = before.cpu[cpu]!.stack.at(-1);
      const source = action === "cpu.accept" ? before.cpu[cpu]!.source[vector]! : known!.source;
      if (source.some((stands, device) => stands && device !== slot)) return true;
      return because(`${targetName({ cpu, vector }, system)} calls the handler of device ${slot} for nothing`);
    }),
};
