import {
  stopText,
  type Mistake,
  type Model,
  type PropertyReport,
  type Report,
  type Verdict,
} from "../../../checker/index.ts";
import type { Basis } from "../assumptions.ts";
import { plainStyle } from "../terminal.ts";
import type { TraceFormat } from "../trace-format.ts";
import { mistakeSections, mistakeText } from "../model-mistakes.ts";
import { verdictText, type Explain } from "../report.ts";
import { traceSections } from "../traces.ts";

/** A checked model, with the data of its report. */
export interface Checked {
  readonly model: Model<unknown>;
  readonly report: Report<unknown>;
  readonly title: string;
  /** The model's fingerprint. */
  readonly hash: string;
  /** The verdict in one line. */
  readonly summary: string;
  /** Expected verdicts by property: any other verdict is a failure. Without them, a violation is a failure. */
  readonly expected?: Readonly<Record<string, Verdict>> | undefined;
  /** The user's file, if the model is from one. */
  readonly file?: string | undefined;
  /** Basis of the verdicts, if requested. */
  readonly basis?: Basis | undefined;
  /** Reason why an action may never be enabled without a fault, if known. */
  readonly explain?: Explain | undefined;
  /** The model is a suspicion about code in use. */
  readonly isSuspicion?: boolean;
}

/** Machine-readable result of a property. */
export interface Outcome {
  readonly property: PropertyReport<unknown>;
  /** "error": its predicate fails in a reachable state. */
  readonly result: "pass" | "fail" | "skip" | "error";
  /** Violated, as expected. */
  readonly expectedViolation: boolean;
  /** Reason for a skip or failure: a clause. */
  readonly reason: string;
  /** Notes on the verdict: the fairness that it assumes, a remark. */
  readonly notes: readonly string[];
}

/** The properties of a report, each as a test. */
export function outcomesOf({ report, expected }: Checked): Outcome[] {
  return report.properties.map((property) => {
    const { id, title, severity, verdict, fairness, remark } = property;
    const notes = [...(fairness === undefined ? [] : [`under ${fairness}`]), ...(remark === undefined ? [] : [remark])];
    const wanted = expected === undefined ? "holds" : expected[id];
    const outcome = (result: Outcome["result"], reason: string): Outcome => ({
      property,
      result,
      expectedViolation: result === "pass" && verdict === "violated",
      reason,
      notes,
    });
    if (verdict === "error") {
      const mistake = (report.mistakes ?? []).find((one) => one.property === id);
      return outcome("error", mistake === undefined ? "model error" : `model error: ${mistakeText(mistake)}`);
    }
    if (verdict === "inconclusive") {
      return outcome("skip", report.stopped === undefined ? (remark ?? "not decided") : stopText(report.stopped));
    }
    if (wanted === undefined) return outcome("skip", `${verdictText(verdict)}; no expected verdict is stated`);
    if (verdict === wanted) return outcome("pass", verdict === "violated" ? "violated, as expected" : "");
    if (expected !== undefined) {
      return outcome("fail", `${verdictText(verdict)}, expected ${verdictText(wanted)} (${severity})`);
    }
    return outcome("fail", `violated (${severity}): ${title}`);
  });
}

/** Steps whose guard or recipe fails, each as a separate test; a failing predicate belongs to its property. */
export function failedSteps({ report }: Checked): Mistake<unknown>[] {
  return (report.mistakes ?? []).filter(({ step }) => step !== undefined);
}

/** The run to a mistake in lines of plain text; none if not requested. */
export function mistakeTraceOf({ model }: Checked, mistake: Mistake<unknown>, format: TraceFormat): string[] {
  if (format === "none") return [];
  const view = { format, style: plainStyle, all: true, fold: false };
  return mistakeSections(model, { mistakes: [mistake] }, view).slice(1);
}

/** The counterexample of a property in lines of plain text; none if there is none, or not requested. */
export function traceOf(checked: Checked, property: PropertyReport<unknown>, format: TraceFormat): string[] {
  const { model, report } = checked;
  const mistake = (report.mistakes ?? []).find((one) => one.property === property.id);
  if (property.verdict === "error" && mistake !== undefined) return mistakeTraceOf(checked, mistake, format);
  if (format === "none" || property.verdict !== "violated") return [];
  const view = { format, style: plainStyle, all: true, fold: false };
  return traceSections(model, { properties: [property] }, view).slice(1);
}
