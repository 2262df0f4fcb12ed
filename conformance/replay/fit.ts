import type { ReadonlySystemState } from "../../model/index.ts";
import type { Outcome } from "./event.ts";
import type { OwedIpi } from "./shown.ts";

/**
 * A state of the model that fits what was recorded so far, and what the recording still owes to it: one step of the
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
  readonly ipi: OwedIpi | null;
  /** What came of the move for which the device is masked, until it is unmasked; null: it goes on, or there is none. */
  readonly outcome: Outcome | null;
}
