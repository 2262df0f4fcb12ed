import type { ParameterValue } from "../../checker/index.ts";
import type { PropertyId } from "../entry.ts";

/** One side of a bug: a catalogue entry, and the property whose verdict tells the side. */
export interface BugSide {
  /** The id of the catalogue entry. */
  readonly entry: string;
  /** Parameters that differ from the entry's defaults. */
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  readonly property: PropertyId;
}

/** How much is known of a bug for which there is no repair in the kernel. */
export type BugState =
  /** It follows from the code, by the model; nobody has seen it happen. */
  | "suspected"
  /** It was made to happen on an unchanged kernel, and recorded. */
  | "reproduced";

interface BugFacts {
  /** "B1" and so on: the row of the corpus. */
  readonly id: string;
  /** A few words. */
  readonly title: string;
  /** The commit that repaired it, with the release where it is known; absent while there is none. */
  readonly fix?: string;
  /** The commit that brought it in, where it is known. */
  readonly introduced?: string;
  /** Who reported it, where it was discussed: reports, titles of threads, releases. */
  readonly source: readonly string[];
  /** Absent where the fault was repaired, or the patch that has it was not merged. */
  readonly state?: BugState;
  /** One sentence: what went wrong. */
  readonly cause: string;
  /** What nobody has confirmed: the bug itself is suspected, an id was not looked up, the model simplifies. */
  readonly doubt?: string;
}

/** A bug that the model shows: the property is violated before the repair and holds after it. */
export interface ExpressedBug extends BugFacts {
  readonly before: BugSide;
  readonly after: BugSide;
  readonly inexpressible?: never;
}

/** A bug that the model cannot show. */
export interface InexpressibleBug extends BugFacts {
  readonly before?: never;
  readonly after?: never;
  /** One sentence: why the model cannot show it. */
  readonly inexpressible: string;
}

/** A row of the bugs corpus: a fault in how a kernel moved interrupts, or one that is suspected there. */
export type Bug = ExpressedBug | InexpressibleBug;
