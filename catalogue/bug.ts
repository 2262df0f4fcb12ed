import type { ParameterValue } from "../checker/index.ts";
import type { PropertyId } from "../properties/ids.ts";

/** One side of a bug, before or after the fix: a catalogue entry, and the property whose verdict differs. */
export interface BugSide {
  /** The id of the catalogue entry. */
  readonly entry: string;
  /** Parameters that differ from the entry's defaults. */
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  readonly property: PropertyId;
}

/** Degree of knowledge of a bug for which there is no repair in the kernel. */
type BugState =
  /** It follows from the code, by the model; it has not been observed. */
  | "suspected"
  /** It was made to happen on an unchanged kernel, and recorded. */
  | "reproduced";

interface BugFacts {
  /** Row in the bugs corpus, such as "B1". */
  readonly id: string;
  /** A few words. */
  readonly title: string;
  /** The commit that fixed it, with the release where known; absent while there is none. */
  readonly fix?: string;
  /** The commit that introduced it, where known. */
  readonly introduced?: string;
  /** Evidence: reports, thread titles, releases, kernel functions. */
  readonly source: readonly string[];
  /** Absent where the fault was repaired, or the patch that has it was not merged. */
  readonly state?: BugState;
  /** One sentence: what went wrong. */
  readonly cause: string;
  /** Unconfirmed part: the bug itself, a commit id that was not looked up, a simplification of the model. */
  readonly doubt?: string;
}

/** A bug that the model shows: the property is violated before the fix and holds after it. */
export interface ExpressedBug extends BugFacts {
  readonly before: BugSide;
  readonly after: BugSide;
  readonly inexpressible?: never;
}

/** A bug that the model cannot show. */
export interface InexpressibleBug extends BugFacts {
  readonly before?: never;
  readonly after?: never;
  /** Why the model cannot show it, in one sentence. */
  readonly inexpressible: string;
}

/** A row of the bugs corpus: a known or suspected bug in how a kernel moves interrupts. */
export type Bug = ExpressedBug | InexpressibleBug;
