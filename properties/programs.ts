import type { InterruptSystem } from "../model/index.ts";

/** Whether a move looks for what went to the pair between old and new target. */
export function checksIntermediate({ program }: InterruptSystem): boolean {
  return program.some(({ checks }) => checks === true);
}

/** Whether a move writes address and data one by one. */
export function pairIsWritten({ program }: InterruptSystem): boolean {
  return program.some(({ writes }) => writes !== undefined);
}
