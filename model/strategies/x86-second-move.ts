import type { Strategy } from "../kernel/migration.ts";
import type { WhileBusy } from "../system.ts";
import { x86TwoStep } from "./x86-two-step.ts";

/** The two-step update, and what becomes of a request while the last move is not cleaned up. */
export function x86SecondMove(whileBusy: WhileBusy): Strategy {
  return { ...x86TwoStep, whileBusy };
}

/** A move back before the cleanup, which may be given the very vector that awaits it. */
export const x86MoveBackAllowed: Strategy = {
  ...x86TwoStep,
  whileBusy: "overwritten",
  allocation: "old-vector-too",
};

/** The two-step update with the edge flow of v6.17, in which the new target waits for a handler that runs elsewhere. */
export const x86NewTargetWaits: Strategy = { ...x86TwoStep, newTargetWaits: true };

/** The first arrival on the new target is taken for one on the old target. */
export const x86ArrivalMissed: Strategy = { ...x86TwoStep, noticesArrival: false };
