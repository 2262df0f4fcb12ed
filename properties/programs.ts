import { ModelError } from "../checker/index.ts";
import { stepsDue, type InterruptSystem } from "../model/index.ts";
import type { State } from "./property-entry.ts";

/** Whether a move looks for what went to the pair between old and new target. */
export function checksIntermediate({ program }: InterruptSystem): boolean {
  return program.some(({ checks }) => checks === true);
}

/** Whether a move writes address and data, each in a step of its own that takes effect at once. */
export function pairIsWritten({ system }: InterruptSystem): boolean {
  const { machine, postsWrites, remapping } = system;
  return (machine === "local-apic" || machine === "imsic") && remapping === null && !postsWrites;
}

/**
 * Makes sure that a step of a move has said what it did: that it writes the message of the device, that it checks the
 * pair between, that it sends the IPI. What a device named earlier in a move, and whether anybody will yet look at a
 * pair, is worked out from what the steps say; one that says less than it does would get wrong verdicts.
 *
 * @throws ModelError when the step does not say so, or says something else than it does
 */
export function mustTell({ program, system }: InterruptSystem, before: State, after: State, irq: number): void {
  const due = stepsDue(program, before, irq)[0];
  if (due === undefined) return;
  const was = before.device[irq]!;
  const now = after.device[irq]!;
  const told = due.writes?.(before, irq);
  const tells =
    (was.address === now.address || told?.cpu === now.address) && (was.data === now.data || told?.vector === now.data);
  if (!tells) {
    const is = told === undefined ? "is missing" : "says something else than what is written";
    throw new ModelError(
      `step ${due.name} of the program changes the message of the device, and its "writes" ${is}: give { cpu }, { vector } or both, as the step leaves them`,
    );
  }
  const { cpu, vector, migration } = before.irq[irq]!;
  if (after.irq[irq]!.migration.sawPending && !migration.sawPending && due.checks !== true) {
    throw new ModelError(`step ${due.name} of the program sets sawPending, as a check does: give it "checks: true"`);
  }
  // A device that is unmasked sends what it remembers.
  const sends = after.cpu[cpu]!.irr[vector]! && !before.cpu[cpu]!.irr[vector]! && !was.pending;
  if (sends && system.machine === "local-apic" && due.retriggers !== true) {
    throw new ModelError(
      `step ${due.name} of the program sends an interrupt to the new target: give it "retriggers: true"`,
    );
  }
}
