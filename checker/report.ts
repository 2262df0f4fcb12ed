import type { Property, Severity } from "./language/index.ts";
import type { Engine } from "./search/exploration.ts";
import { stopText, type Stopped } from "./stopped.ts";
import type { Trace } from "./trace/trace.ts";

/**
 * The verdict on a property or on a model.
 *
 * "holds": true of the whole reachable state space, for these parameters. "violated": there is a counterexample (or,
 * for `sometimes`, the whole state space has no witness). "inconclusive": a bound was reached before the end and
 * nothing was decided.
 */
export type Verdict = "holds" | "violated" | "inconclusive";

/** What was found out about one property. */
export interface PropertyReport<S> {
  readonly id: string;
  readonly kind: Property<S>["kind"];
  readonly title: string;
  /** How bad a violation is. */
  readonly severity: Severity;
  readonly verdict: Verdict;
  /** A shortest counterexample; for a `sometimes` that holds, a shortest witness. */
  readonly trace: Trace<S> | undefined;
  /**
   * Liveness properties: why nothing was decided, or why a "holds" says less than it seems to, such as that the premise
   * holds in no reachable state. A clause without a full stop.
   */
  readonly remark: string | undefined;
  /** What a property of runs assumes: `weak fairness of accept and deliver`, `no fairness`. */
  readonly fairness: string | undefined;
}

/** What a check found out. */
export interface Report<S> {
  readonly model: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** "violated" if any property is, else "inconclusive" if any is, else "holds". */
  readonly verdict: Verdict;
  /** Why the search ended before the end of the state space; undefined when it did not. */
  readonly stopped: Stopped | undefined;
  readonly states: {
    /** Different reachable states; a lower bound when the search was stopped. */
    readonly distinct: number;
    /** Enabled action instances over all distinct states, self-loops included. */
    readonly transitions: number;
    /** Breadth-first levels, the initial states being level 1. */
    readonly depth: number;
  };
  readonly engine: {
    readonly name: Engine;
    readonly workers: number;
    readonly bitsPerState: number;
    /** Bytes of the visited set for each state. */
    readonly bytesPerState: number;
    /** Full states were stored and compared: "holds" is a proof for these parameters. */
    readonly exact: boolean;
    /**
     * Actions and properties with a function that the compiled engine could not read, so that it called the function
     * itself: the reason, and the place in its file as far as it is known. Absent when there are none.
     */
    readonly called?: readonly { readonly name: string; readonly why: string; readonly where: string | undefined }[];
    /** Seconds of processor time, of all threads, for reading the model's functions. Absent where they were not read. */
    readonly readingSeconds?: number;
  };
  /**
   * What is strange in the model's functions and no mistake by itself, such as a comparison that can never be true.
   * Absent when there is nothing.
   */
  readonly notes?: readonly { readonly text: string; readonly where: string | undefined }[];
  readonly seconds: number;
  readonly properties: readonly PropertyReport<S>[];
}

/** The verdict on a model, from those on its properties. */
export function overall(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("violated")) return "violated";
  return verdicts.includes("inconclusive") ? "inconclusive" : "holds";
}

/** The exit status that goes with a verdict. */
export function exitStatus(verdict: Verdict): 0 | 1 | 3 {
  switch (verdict) {
    case "holds":
      return 0;
    case "violated":
      return 1;
    case "inconclusive":
      return 3;
  }
}

/** The report as the JSON object of the command line: schema 1. */
export function reportToJson<S>(report: Report<S>): object {
  return {
    schema: 1,
    model: report.model,
    parameters: report.parameters,
    verdict: report.verdict,
    ...(report.stopped === undefined ? {} : { stopped: stopText(report.stopped) }),
    states: report.states,
    engine: report.engine,
    ...(report.notes === undefined ? {} : { notes: report.notes }),
    seconds: report.seconds,
    properties: report.properties.map(({ id, kind, title, severity, verdict, trace, remark, fairness }) => ({
      id,
      kind,
      title,
      severity,
      verdict,
      ...(fairness === undefined ? {} : { fairness }),
      ...(remark === undefined ? {} : { remark }),
      ...(trace === undefined
        ? {}
        : {
            ...(trace.because === undefined ? {} : { because: trace.because }),
            ...(trace.conclusion === undefined ? {} : { conclusion: trace.conclusion }),
            trace: traceToJson(trace),
            ...(trace.loopFrom === undefined ? {} : { loopFrom: trace.loopFrom }),
          }),
    })),
  };
}

/** A trace as the report's JSON object has it: each state with the step that led to it. */
export function traceToJson<S>(trace: Trace<S>): object[] {
  return trace.steps.map(({ action, parameters, actor, label, state }) => ({
    action,
    parameters,
    ...(action === null ? {} : { actor, label }),
    state,
  }));
}
