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
 * Makes sure that a step of a move that changed the message registers of the device has said so. What a device named
 * earlier in a move is worked out from what its steps say.
 *
 * @throws ModelError when the step does not say so, or says something else than it does
 */
export function mustTellWrites({ program }: InterruptSystem, before: State, after: State, irq: number): void {
  const was = before.device[irq]!;
  const now = after.device[irq]!;
  if (was.address === now.address && was.data === now.data) return;
  const due = stepsDue(program, before, irq)[0];
  if (due === undefined) return;
  const told = due.writes?.(before, irq);
  const tells =
    (was.address === now.address || told?.cpu === now.address) && (was.data === now.data || told?.vector === now.data);
  if (tells) return;
  const is = told === undefined ? "is missing" : "says something else than what is written";
  throw new ModelError(
    `step ${due.name} of the program changes the message of the device, and its "writes" ${is}: give { cpu }, { vector } or both, as the step leaves them`,
  );
}
