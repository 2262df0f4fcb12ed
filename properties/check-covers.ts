import { because, step } from "../checker/index.ts";
import { cpuName, messageOf, sendsNothing, stepsDue, targetName } from "../model/index.ts";
import { pairIsWritten } from "./programs.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "intermediate targets are checked locally";

/**
 * When a register write moves the device off a target that its interrupt does not own, the check of that target is
 * still ahead, on the target's own CPU and with interrupts off. A masked device uses no such target.
 */
export const checkCovers: PropertyEntry = {
  id: "check-covers",
  title,
  severity: "rule",
  learns: "which intermediate target of a move is never checked, or is checked on another CPU or too late",
  // An IMSIC keeps such a message pending until its own hart checks, whichever hart requested the move: see
  // `pending-transfer`.
  applies: (system) => system.system.imsic === null && pairIsWritten(system),
  property: ({ program, system }) =>
    step(title, (before, { action, parameters }, after) => {
      if (!action.startsWith("move.")) return true;
      const irq = parameters["irq"] as number;
      const was = messageOf(before, irq);
      const now = messageOf(after, irq);
      if (was.cpu === now.cpu && was.vector === now.vector) return true;
      if (sendsNothing(system, before, irq) || before.cpu[was.cpu]!.table[was.vector] === irq) return true;
      const target = targetName(was, system);
      if (!stepsDue(program, after, irq).some(({ checks }) => checks === true))
        return because(`${target} is never checked`);
      const { cpu } = after.irq[irq]!.migration;
      if (cpu !== was.cpu) return because(`${target} is checked on ${cpuName(cpu)}`);
      return !after.cpu[cpu]!.interruptsEnabled || because(`${target} is checked with interrupts on`);
    }),
};
