import { stopText, type Model, type PropertyReport, type Report, type Verdict } from "../../checker/index.ts";
import type { Basis } from "../assumptions.ts";
import { plainStyle } from "../terminal.ts";
import type { TraceFormat } from "../trace-format.ts";
import { verdictText } from "../report.ts";
import { traceSections } from "../traces.ts";

/** A model that was checked, with all that a report of it needs. */
export interface Checked {
  readonly model: Model<unknown>;
  readonly report: Report<unknown>;
  readonly title: string;
  /** The model's fingerprint. */
  readonly hash: string;
  /** The verdict in one line. */
  readonly summary: string;
  /** The verdicts that are expected, by property: they decide what is a failure. Without it, a violation is one. */
  readonly expected?: Readonly<Record<string, Verdict>> | undefined;
  /** The user's file, where the model comes from one. */
  readonly file?: string | undefined;
  /** What the verdicts rest on, where that was asked for. */
  readonly basis?: Basis | undefined;
  /** The model is a suspicion about code in use. */
  readonly isSuspicion?: boolean;
}

/** What a machine is told of a property. */
export interface Outcome {
  readonly property: PropertyReport<unknown>;
  readonly result: "pass" | "fail" | "skip";
  /** It is violated, as was expected. */
  readonly expectedViolation: boolean;
  /** Why it is skipped, or what makes it a failure: a clause. */
  readonly reason: string;
  /** What belongs to the verdict: the fairness that it assumes, a remark. */
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
    if (verdict === "inconclusive") {
      return outcome("skip", report.stopped === undefined ? (remark ?? "not decided") : stopText(report.stopped));
    }
    if (wanted === undefined) return outcome("skip", `${verdictText(verdict)}, and no verdict is stated`);
    if (verdict === wanted) return outcome("pass", verdict === "violated" ? "violated, as expected" : "");
    if (expected !== undefined) {
      return outcome("fail", `${verdictText(verdict)}, expected ${verdictText(wanted)} (${severity})`);
    }
    return outcome("fail", `violated (${severity}): ${title}`);
  });
}

/** The counterexample of a property in lines of plain text; none when there is none, or none is wanted. */
export function traceOf({ model }: Checked, property: PropertyReport<unknown>, format: TraceFormat): string[] {
  if (format === "none" || property.verdict !== "violated") return [];
  const view = { format, style: plainStyle, all: true, fold: false };
  return traceSections(model, { properties: [property] }, view).slice(1);
}
