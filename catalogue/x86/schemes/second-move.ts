import type { Strategy } from "../../../model/strategy.ts";
import type { WhileBusy } from "../../../model/system.ts";
import { x86TwoStep } from "./two-step.ts";

/**
 * The two-step update, and what becomes of a request while the last move is not cleaned up.
 *
 * @param splitsCompletion whether the old CPU may clean up between the completion of a move and the next one
 */
export function x86SecondMove(whileBusy: WhileBusy, splitsCompletion = true): Strategy {
  return { ...x86TwoStep, whileBusy, splitsCompletion };
}

/** A move back before the cleanup, which may be given the very vector that awaits it. */
export const x86MoveBackAllowed: Strategy = {
  ...x86TwoStep,
  whileBusy: "overwritten",
  allocation: "old-vector-too",
};

/**
 * The two-step update, and the flow is the question: an arrival on the new target waits for a handler that runs elsewhere
 * (v6.17), or marks the interrupt to be handled again there.
 */
export function x86EdgeFlow(newTargetWaits: boolean): Strategy {
  return { ...x86TwoStep, newTargetWaits };
}

/** The first arrival on the new target is taken for one on the old target. */
export const x86ArrivalMissed: Strategy = { ...x86TwoStep, noticesArrival: false };
