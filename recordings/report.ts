import type { Trace } from "../checker/index.ts";
import type { SystemState } from "../model/index.ts";
import type { RecordedDevice } from "./observe/observation.ts";
import type { SurveyedMachine } from "./observe/survey.ts";
import type { GuestSums } from "./moves/guest-moves.ts";
import type { Move } from "./moves/move.ts";
import type { Stall } from "./moves/silence.ts";
import type { MoveSums, StrategySums } from "./moves/summary.ts";
import type { Candidate } from "./replay/entries.ts";
import type { ReplayResult } from "./replay/result.ts";

/** Something in a recording that cannot have happened so, or was taken out of it. */
export interface Flaw {
  /** File of the line; "recording" where both sides are in one. */
  readonly side: "qemu" | "guest" | "recording";
  readonly line: number;
  readonly what: string;
}

/** A device whose moves were replayed against the model, and the result. */
export interface ReplayedDevice {
  readonly device: RecordedDevice;
  /** Moves that were seen, whether or not the model was in step. */
  readonly moves: number;
  readonly results: readonly ReplayResult[];
  /** The models of the results, in the same order: charts need them. */
  readonly candidates: readonly Candidate[];
  readonly verdict: Verdict;
}

/** A run of the model that fits a move, with the entry that it is a run of. */
export interface DrawnMove {
  readonly candidate: Candidate;
  readonly trace: Trace<SystemState>;
  /** Names in the recording of the model's vectors. */
  readonly vectors: readonly (readonly [number, number])[];
}

/** fits: an entry that was asked about explains it. inconclusive: there was nothing to replay against the model. */
export type Verdict = "fits" | "contradiction" | "inconclusive";

/** Content of a recording, and how it fits the model. */
export interface RecordingReport {
  readonly machine: SurveyedMachine | null;
  readonly qemu: {
    readonly lines: number;
    readonly raises: number;
    readonly messages: number;
    readonly others: number;
    readonly rewrites: number;
    readonly unchanged: number;
    /** Devices whose first rewrite is known to be a move, by the messages before it. */
    readonly firstIsMove: number;
    readonly unanswered: number;
    /** Moves that masked the device and were refused: of a device without a mask bit nothing is seen of them here. */
    readonly refused: number;
    readonly unused: readonly (readonly [string, number])[];
  } | null;
  readonly guest: (GuestSums & { readonly unused: readonly (readonly [string, number])[] }) | null;
  readonly paired: number;
  readonly moves: number;
  readonly strategies: readonly StrategySums[];
  readonly sums: MoveSums;
  /** The moves worth a look, the most interesting first; of very many the first ones. */
  readonly interesting: readonly Move[];
  /** Number of moves. */
  readonly interestingCount: number;
  readonly stalls: readonly Stall[];
  readonly flaws: readonly Flaw[];
  readonly flawCount: number;
  /** Devices that move, the one that is rewritten most often first. */
  readonly replayed: readonly ReplayedDevice[];
  /** The run of the move that was asked for. */
  readonly chart: DrawnMove | null;
  /** The runs of the moves that were asked for besides, by their numbers, as far as an entry fits. */
  readonly charts: ReadonlyMap<number, DrawnMove>;
  readonly verdict: Verdict;
}
