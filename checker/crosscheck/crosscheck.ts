import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Model } from "../language/index.ts";
import type { Report } from "../report.ts";
import type { Verdict } from "../verdict.ts";
import type { Trace } from "../trace/trace.ts";
import { programOf, type Program } from "../system/guarded-commands.ts";
import type { TransitionSystem } from "../system/system.ts";
import { readBack } from "./read-back.ts";
import { ToolError, type Invariant, type Tool, type ToolJob, type ToolResult } from "./tool.ts";

/** The values that are compared with another checker's result for one property. */
export interface ComparedProperty {
  readonly id: string;
  readonly ours: Verdict;
  readonly theirs: Verdict;
  /** Undefined where either decided nothing. */
  readonly equal: boolean | undefined;
  readonly because: string | undefined;
  /** Their counterexample, taken again by the reference semantics. */
  readonly trace: Trace<unknown> | undefined;
  /** Whether they have a counterexample that the reference semantics cannot take. */
  readonly isFalse: boolean;
}

/** Result of one tool. */
export interface ComparedTool {
  readonly name: string;
  readonly version: string | undefined;
  /**
   * "alone": it decides what this project's own search did not, so there is nothing to compare. "undecided": nothing
   * came of it. "missing": not installed.
   */
  readonly outcome: "equal" | "different" | "alone" | "undecided" | "missing";
  /** Why it is missing or decided less than it should: a clause. */
  readonly because: string | undefined;
  readonly states: number | undefined;
  readonly transitions: number | undefined;
  readonly seconds: number;
  /** The argument by which it proved some properties, if reported. */
  readonly invariant: Invariant | undefined;
  readonly properties: readonly ComparedProperty[];
  /** The properties that it was not given, each with the reason as a clause. */
  readonly omitted: readonly { readonly id: string; readonly because: string }[];
}

export interface CrosscheckOptions {
  /** Seconds for each process of a tool. */
  readonly timeLimit: number;
  /** Bytes for each process of a tool. */
  readonly memoryLimit: number;
  /** Directory that keeps the files; without it they are removed. */
  readonly keep?: string;
  /** Whether to find counterexamples even where they take a search of their own. Default true. */
  readonly traces?: boolean;
}

/**
 * Has other checkers decide the same system, and compares.
 *
 * @param report of this project's own engine, for the whole state space
 */
export async function* crosscheck(
  system: TransitionSystem<unknown>,
  report: Report<unknown>,
  tools: readonly Tool[],
  options: CrosscheckOptions,
): AsyncGenerator<ComparedTool> {
  let program: Program<unknown> | undefined;
  for (const tool of tools) {
    const started = performance.now();
    const missing = await tool.missing();
    const nothing = {
      states: undefined,
      transitions: undefined,
      seconds: 0,
      invariant: undefined,
      properties: [],
      omitted: [],
    };
    if (missing !== undefined) {
      yield { name: tool.name, version: undefined, outcome: "missing", because: missing, ...nothing };
      continue;
    }
    const version = await tool.version();
    const directory = await mkdtemp(join(options.keep ?? tmpdir(), `irqproof-${tool.name}-`));
    try {
      const properties = system.properties.map(({ id }) => id);
      const job: ToolJob = {
        system,
        // Made when it is asked for: of large systems, this takes its time.
        get program() {
          return (program ??= programOf(system));
        },
        properties,
        directory,
        ...options,
        states: report.states.distinct,
      };
      const result = await tool.run(job);
      yield compared(system.model, report, tool.name, version, result, (performance.now() - started) / 1000);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      yield { name: tool.name, version, outcome: "undecided", because: error.message, ...nothing };
    } finally {
      if (options.keep === undefined) await rm(directory, { recursive: true, force: true });
    }
  }
}

function compared(
  model: Model<unknown>,
  report: Report<unknown>,
  name: string,
  version: string,
  result: ToolResult,
  seconds: number,
): ComparedTool {
  const properties = report.properties.flatMap(({ id, verdict: ours }): ComparedProperty[] => {
    const theirs = result.verdicts.get(id);
    if (theirs === undefined) return [];
    const open = ours === "inconclusive" || theirs.verdict === "inconclusive";
    const trace = theirs.path === undefined ? undefined : readBack(model, id, theirs.path);
    return [
      {
        id,
        ours,
        theirs: theirs.verdict,
        equal: open ? undefined : ours === theirs.verdict,
        because: theirs.because,
        trace,
        isFalse: theirs.path !== undefined && trace === undefined,
      },
    ];
  });
  const { states, transitions, problem, invariant } = result;
  const whole = report.stopped === undefined;
  const differs =
    (whole && states !== undefined && states !== report.states.distinct) ||
    (whole && transitions !== undefined && transitions !== report.states.transitions) ||
    properties.some(({ equal, isFalse }) => equal === false || isFalse) ||
    invariant?.checked === false;
  const decides = properties.some(({ equal }) => equal === true) || (whole && states !== undefined);
  const alone = properties.some(({ theirs }) => theirs !== "inconclusive");
  return {
    name,
    version,
    outcome: differs ? "different" : decides ? "equal" : alone ? "alone" : "undecided",
    because: problem,
    states,
    transitions,
    seconds,
    invariant,
    properties,
    omitted: report.properties.flatMap(({ id }) =>
      result.verdicts.has(id) ? [] : [{ id, because: result.omitted?.get(id) ?? "its language cannot express it" }],
    ),
  };
}
