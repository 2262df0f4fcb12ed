import type { RealTarget } from "../observe/observation.ts";
import type { GuestMove } from "./guest-moves.ts";

/** Way in which a message was rewritten. */
export type StrategyName =
  | "direct, address first"
  | "direct, data first"
  | "two-step"
  | "masked, direct"
  | "masked, two-step"
  | "one word";

/** A message that left the device between the writes, to a target that is neither the old nor the new one. */
export interface Hit {
  readonly line: number;
  readonly seconds: number;
  readonly to: RealTarget;
  /** misdirected: no CPU checks there. intermediate: the old CPU checks there before it continues. */
  readonly kind: "misdirected" | "intermediate";
  /** Last command to the device, as far as it is in the log. */
  readonly command: string | null;
  /** Until the device's next message; null when there is none. */
  silence: number | null;
}

/** One move of an interrupt, put together from what the recording shows of it. */
export interface Move {
  /** From 1, over all devices. */
  readonly number: number;
  readonly device: string;
  readonly cpu: number;
  readonly line: number;
  endLine: number;
  readonly seconds: number;
  readonly from: RealTarget;
  to: RealTarget;
  strategy: StrategyName;
  /** From the first word that changes to the last, in microseconds. */
  window: number;
  /** Messages of the device: before the first word that changes, between the writes, after the last. */
  readonly raises: { before: number; between: number; after: number };
  readonly hits: Hit[];
  /** Result of the check of the intermediate target; null when there was none. */
  check: 0 | 1 | null;
  retriggers: number;
  /** When the old vector was found not to be pending any more, in seconds after the move began; null: not in the log. */
  cleanup: { readonly by: "ipi" | "timer"; readonly delay: number } | null;
  /** The old CPU accepted the intermediate vector afterwards, as an unassigned one. */
  swallowed: number;
  guest: GuestMove | null;
}
