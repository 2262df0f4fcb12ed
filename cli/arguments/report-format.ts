import { ModelError } from "../../checker/errors.ts";
import { type PropertyReport, type Verdict, neverEnabled, reportToJson } from "../../checker/index.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import type { Checked } from "../output/formats/checked.ts";
import { junit } from "../output/formats/junit.ts";
import { ktap } from "../output/formats/ktap.ts";
import { sarif } from "../output/formats/sarif.ts";
import { TRACE_FORMATS, type TraceFormat } from "../output/trace-format.ts";
import { version } from "../version.ts";
import { type Call, type Options, choiceOption } from "./call.ts";

/** Formats of a report: one for people, the others for machines. */
export const REPORT_FORMATS = ["text", "json", "ktap", "junit", "sarif"] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The requested formats of a report and its counterexamples. */
export interface Wanted {
  readonly format: ReportFormat;
  readonly trace: TraceFormat;
}

/** @throws ModelError on an unknown format, or formats that exclude each other */
export function wantedFormat(call: Call): Wanted {
  const given = choiceOption(call, "format", REPORT_FORMATS);
  if (call.has("json") && given !== undefined && given !== "json") {
    throw new ModelError(`${call.command}: --format ${given} cannot be combined with --json; leave one out`);
  }
  const format = call.has("json") ? "json" : (given ?? "text");
  const trace = choiceOption(call, "trace", TRACE_FORMATS);
  const ownTraces = format === "json" || format === "sarif";
  if (ownTraces && trace !== undefined && trace !== "none" && trace !== format) {
    const option = call.has("json") ? "--json" : `--format ${format}`;
    throw new ModelError(
      `${call.command}: --trace ${trace} cannot be combined with ${option}, which has its own form of traces; leave one out`,
    );
  }
  return { format, trace: trace ?? "chart" };
}

/**
 * A report for machines, line by line.
 *
 * @param single whether the call names one model, not the whole catalogue
 * @param status the exit status
 */
export function machineReport(
  checked: readonly Checked[],
  single: boolean,
  { format, trace }: Wanted & { readonly format: Exclude<ReportFormat, "text"> },
  status: number,
): string[] {
  switch (format) {
    case "json": {
      const objects = checked.map((one) => toJson(one, trace !== "none"));
      return jsonLines(single ? objects[0] : objects);
    }
    case "ktap":
      return ktap(checked, single, trace);
    case "junit":
      return junit(checked, trace);
    case "sarif":
      return jsonLines(sarif(checked, trace !== "none", status));
  }
}

function toJson({ report, hash, summary, expected, basis, explain }: Checked, withTraces: boolean): object {
  const shown = withTraces ? report : { ...report, properties: report.properties.map(withoutTrace) };
  const never = neverEnabled(report).map((name) => {
    const because = explain?.(name);
    return { name, ...(because === undefined ? {} : { because }) };
  });
  return {
    ...reportToJson(shown),
    hash,
    summary,
    version: version(),
    ...(never.length === 0 ? {} : { neverEnabled: never }),
    ...basis,
    ...(expected === undefined ? {} : { expected, asExpected: isAsExpected(report.properties, expected) }),
  };
}

/** Whether every stated verdict is confirmed. */
function isAsExpected(
  properties: readonly PropertyReport<unknown>[],
  expected: Readonly<Record<string, Verdict>>,
): boolean {
  return properties.every(({ id, verdict }) => expected[id] === undefined || expected[id] === verdict);
}

function withoutTrace<Property extends object>(property: Property): Property & { trace: undefined } {
  return { ...property, trace: undefined };
}

/** The option for reports that show one run by default. */
export const ALL_TRACES: Options = {
  "all-traces": { help: "show every counterexample and witness, not only the one that matters most" },
};
