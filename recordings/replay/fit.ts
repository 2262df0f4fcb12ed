import type { ReadonlySystemState } from "../../model/index.ts";
import type { Outcome } from "./event.ts";
import type { PendingIpi } from "./shown.ts";

/**
 * A state of the model that fits what was recorded so far, and the lines that are still pending for it: one step of the
 * model may be several lines.
 */
export interface Fit {
  readonly state: ReadonlySystemState;
  /** A bit for each CPU whose end of interrupt has yet to be recorded; until then it does nothing else. */
  readonly ends: number;
  /** An unmasked device has yet to send what was pending. */
  readonly message: boolean;
  /** Stores of a hart that have yet to be recorded. */
  readonly stores: number;
  /** An IPI that has yet to be recorded; until then its CPU does nothing else. */
  readonly ipi: PendingIpi | null;
  /** Result of the move for which the device is masked, until it is unmasked; null: undecided, or no move. */
  readonly outcome: Outcome | null;
}
