import type { InterruptSystem } from "../model/index.ts";

/** Whether a move looks for what went to the pair between old and new target. */
export function checksIntermediate({ program }: InterruptSystem): boolean {
  return program.some(({ checks }) => checks === true);
}

/** Whether a move writes address and data, each in a step of its own that takes effect at once. */
export function pairIsWritten({ system }: InterruptSystem): boolean {
  const { machine, postsWrites, remapping } = system;
  return (machine === "local-apic" || machine === "imsic") && remapping === null && !postsWrites;
}
