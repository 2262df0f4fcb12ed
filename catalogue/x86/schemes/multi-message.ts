import {
  flushBlock,
  lockAndMarkBlock,
  readBlockIrr,
  retriggerBlock,
  writeBlockAddress,
  writeBlockData,
} from "../../../model/steps/block-steps.ts";
import { unlockVectors } from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";

/** Two messages of one function are rewritten in place, by a task. */
export const x86BlockDirect: Strategy = {
  context: { kind: "task", runsOn: "old-cpu" },
  sharesMessage: true,
  program: [writeBlockAddress("new-cpu"), writeBlockData, flushBlock],
};

/**
 * The two-step update for two messages of one function, by a task on the old CPU.
 *
 * @param checks the request bits that it reads: those of all messages, or that of the first alone
 */
export function x86BlockTwoStep(checks: "all" | "first"): Strategy {
  return {
    ...x86BlockDirect,
    program: [
      lockAndMarkBlock,
      writeBlockData,
      flushBlock,
      writeBlockAddress("new-cpu"),
      flushBlock,
      unlockVectors,
      readBlockIrr(checks),
      retriggerBlock,
    ],
  };
}
