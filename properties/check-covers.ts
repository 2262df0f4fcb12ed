import { because, step } from "../checker/index.ts";
import { cpuName, messageOf, sendsNothing, stepsDue, targetName } from "../model/index.ts";
import { pairIsWritten } from "./programs.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "intermediate targets are checked in place";

/**
 * When a register write takes the device away from a pair that is not its own interrupt's, the check of that pair is
 * still due, on the CPU that owns it, and that CPU has interrupts off (PR19). A masked device uses no such pair.
 *
 * A maintainer learns which intermediate pair of a move nobody checks, or which is checked elsewhere or too late.
 */
export const checkCovers: PropertyEntry = {
  id: "check-covers",
  row: "PR19",
  title,
  severity: "rule",
  learns: "which intermediate target of a move is never checked, or is checked on another CPU or too late",
  // An IMSIC remembers what comes to such a pair until its own hart looks, whoever asked for it: see `pending-transfer`.
  applies: (system) => system.system.imsic === null && pairIsWritten(system),
  property: ({ program, system }) =>
    step(title, (before, { action, parameters }, after) => {
      if (!action.startsWith("move.")) return true;
      const irq = parameters["irq"] as number;
      const was = messageOf(before, irq);
      const now = messageOf(after, irq);
      if (was.cpu === now.cpu && was.vector === now.vector) return true;
      if (sendsNothing(system, before, irq) || before.cpu[was.cpu]!.table[was.vector] === irq) return true;
      const pair = targetName(was, system);
      if (!stepsDue(program, after, irq).some(({ checks }) => checks === true))
        return because(`${pair} is never checked`);
      const { cpu } = after.irq[irq]!.migration;
      if (cpu !== was.cpu) return because(`${pair} is checked on ${cpuName(cpu)}`);
      return !after.cpu[cpu]!.interruptsEnabled || because(`${pair} is checked with interrupts on`);
    }),
};
