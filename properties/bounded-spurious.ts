import { because, step } from "../checker/index.ts";
import { targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no spurious handler call before a move";

/**
 * Before the first affinity request, a dispatch requires an uncovered event of the handler's device, or a request bit
 * that was set by another device.
 *
 * A move may cause spurious calls: by the request bit that it leaves behind, by the IPI, and when the old CPU repeats a
 * handler run for an interrupt that is dispatched as well. They have no bound per move: until v6.16 the old CPU may
 * repeat the edge flow forever. Stated for coverage "dispatch", where the next dispatch covers an event, and without a
 * fabric, in which an interrupt that covers an event may overtake the event's message. Where an entry may begin to post to a
 * virtual CPU, that one may cover an event whose message is pending at the host.
 */
export const boundedSpurious: PropertyEntry = {
  id: "bounded-spurious",
  title,
  severity: "rule",
  learns: "whether a driver sees spurious calls that no move explains",
  applies: ({ system }) =>
    system.coverage === "dispatch" &&
    system.fabric === "none" &&
    system.moves !== "unbounded" &&
    system.hotplug === null &&
    system.startup === null &&
    system.guest === null,
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
      return because(`${targetName({ cpu, vector }, system)} calls the handler of device ${slot} spuriously`);
    }),
};
