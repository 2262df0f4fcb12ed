import type { Path } from "../trace/shortest.ts";
import type { Program } from "../system/guarded-commands.ts";
import type { TransitionSystem } from "../system/system.ts";

/** Input of a run of another checker. */
export interface ToolJob {
  /** Terms, for languages of bits. */
  readonly system: TransitionSystem<unknown>;
  /** Guarded commands, for the languages of modellers. */
  readonly program: Program<unknown>;
  /** The properties that are compared. */
  readonly properties: readonly string[];
  /** States that this project's own search has counted, as a hint for the size of tables. */
  readonly states: number;
  /** An empty folder for the files of this job. */
  readonly directory: string;
  /** Seconds until each process is ended. */
  readonly timeLimit: number;
  /** Bytes that each process may have. */
  readonly memoryLimit: number;
  /** Whether to find counterexamples even where they take a search of their own. Default true. */
  readonly traces?: boolean;
}

/** Problem of a checker that reaches a fault: a clause. */
export const FAULT_REACHED = "it reaches a state in which a function throws or leaves its type";

/** Problem of a checker that has not excluded that: a clause. */
export const FAULT_OPEN = `${FAULT_REACHED}, or cannot rule that out`;

/** The initial state of a path whose tool names only its steps. */
export const UNKNOWN_START = -1;

/** Result of another checker for a property. */
export interface ToolVerdict {
  readonly verdict: "holds" | "violated" | "inconclusive";
  /** The counterexample (or witness) as a run, if reported. The last instance may be missing if its step fails. */
  readonly path?: Path;
  /** Why nothing was decided: a clause. */
  readonly because?: string;
}

/** A set of states that a checker gives as a reason: nothing that is sought is in it, and no step leads out of it. */
export interface Invariant {
  /** Clauses that describe it. */
  readonly clauses: number;
  /** Whether a solver has confirmed it, by a translation of its own; undefined where it could not be asked. */
  readonly checked: boolean | undefined;
  /** Why it is not confirmed: a clause. */
  readonly because: string | undefined;
}

/** Result of another checker. */
export interface ToolResult {
  /** Distinct reachable states; undefined where it does not count them, or did not come to the end. */
  readonly states: number | undefined;
  /** Enabled instances over all states; undefined where it does not count them. */
  readonly transitions: number | undefined;
  /** By the property's id; what is missing is not for this tool. */
  readonly verdicts: ReadonlyMap<string, ToolVerdict>;
  /** Why properties are missing, by their ids: clauses. */
  readonly omitted?: ReadonlyMap<string, string>;
  /** The argument by which it proved some properties, if reported. */
  readonly invariant?: Invariant;
  /** Why it decided less than it should: a clause. */
  readonly problem?: string;
}

/** An independent checker, by way of its command line. */
export interface Tool {
  /** Its name for `--with`. */
  readonly name: string;
  /** It often uses up its time without a decision, so it runs only if it is named. */
  readonly onlyNamed?: true;
  /** One line with the way to install it, where it is missing; undefined where it is there. */
  missing(): Promise<string | undefined>;
  version(): Promise<string>;
  /** @throws ToolError when it fails in a way that does not depend on the model */
  run(job: ToolJob): Promise<ToolResult>;
}

/** A tool that could not be used: a clause with the reason. */
export class ToolError extends Error {}
