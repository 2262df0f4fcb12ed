import { actionsToJson, type ActionReport } from "./actions.ts";
import type { Property, Severity } from "./language/index.ts";
import { mistakeToJson, type Mistake } from "./mistake.ts";
import type { Engine } from "./search/exploration.ts";
import type { Reduction } from "./reduction.ts";
import type { Phase } from "./phases.ts";
import { stopText, type Stopped } from "./stopped.ts";
import type { Verdict } from "./verdict.ts";
import { traceToJson } from "./trace/json.ts";
import type { Trace } from "./trace/trace.ts";

/** Result for one property. */
export interface PropertyReport<S> {
  readonly id: string;
  readonly kind: Property<S>["kind"];
  readonly title: string;
  /** Severity of a violation. */
  readonly severity: Severity;
  readonly verdict: Verdict;
  /** A shortest counterexample; for a `sometimes` that holds, a shortest witness. */
  readonly trace: Trace<S> | undefined;
  /**
   * Why a property of runs was not decided, or why a "holds" is weaker than it seems, such as that the premise holds in
   * no reachable state. A clause without a full stop.
   */
  readonly remark: string | undefined;
  /** Assumption of a property of runs: `weak fairness of accept and deliver`, `no fairness`. */
  readonly fairness: string | undefined;
}

/** Result of a check. */
export interface Report<S> {
  readonly model: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** "error" if there is a mistake, else "violated" if any property is, else "inconclusive" if any is, else "holds". */
  readonly verdict: Verdict;
  /** Why the search ended before the end of the state space; undefined when it did not. */
  readonly stopped: Stopped | undefined;
  readonly states: {
    /** Different reachable states; a lower bound when the search was stopped. NaN where symmetry leaves it open. */
    readonly distinct: number;
    /** Enabled action instances over all distinct states, self-loops included. NaN where symmetry leaves it open. */
    readonly transitions: number;
    /** Breadth-first levels, the initial states being level 1. NaN where symmetry leaves it open. */
    readonly depth: number;
  };
  /** Reduction by symmetry; absent where it was not asked for. */
  readonly symmetry?: Reduction;
  /** Number of steps of each action and each of its instances, and the first level at which it is enabled. */
  readonly actions: readonly ActionReport[];
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
    /** Time by phase. A state space that was small enough for the direct engine has no code. */
    readonly phases: readonly Phase[];
  };
  /**
   * Suspicious places in the model's functions that need not be mistakes, such as a comparison that is never true.
   * Absent when there is nothing.
   */
  readonly notes?: readonly { readonly text: string; readonly where: string | undefined }[];
  /** Functions of the model that fail in a reachable state, each with a shortest run to it. Absent when there are none. */
  readonly mistakes?: readonly Mistake<S>[];
  readonly seconds: number;
  readonly properties: readonly PropertyReport<S>[];
}

/** The report as the JSON object of the command line: schema 1. */
export function reportToJson<S>(report: Report<S>): object {
  return {
    schema: 1,
    model: report.model,
    parameters: report.parameters,
    verdict: report.verdict,
    ...(report.stopped === undefined
      ? {}
      : { stopped: report.stopped.kind === "decided" ? "decided" : stopText(report.stopped) }),
    // Numbers that are not known are null.
    states: report.states,
    ...(report.symmetry === undefined ? {} : { symmetry: report.symmetry }),
    actions: actionsToJson(report.actions),
    engine: report.engine,
    ...(report.notes === undefined ? {} : { notes: report.notes }),
    ...(report.mistakes === undefined ? {} : { mistakes: report.mistakes.map(mistakeToJson) }),
    seconds: report.seconds,
    properties: report.properties.map(propertyToJson),
  };
}

/** A property of a report as a part of a JSON object. */
export function propertyToJson<S>(property: PropertyReport<S>): object {
  const { id, kind, title, severity, verdict, trace, remark, fairness } = property;
  return {
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
  };
}
