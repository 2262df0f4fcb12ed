import { ModelError } from "../checker/errors.ts";
import { neverEnabled, reportToJson, type PropertyReport, type Verdict } from "../checker/index.ts";
import { jsonLines } from "../checker/plain-text.ts";
import { choiceOption, type Call } from "./call.ts";
import type { Checked } from "./formats/checked.ts";
import { junit } from "./formats/junit.ts";
import { ktap } from "./formats/ktap.ts";
import { sarif } from "./formats/sarif.ts";
import { TRACE_FORMATS, type TraceFormat } from "./trace-format.ts";
import { version } from "./version.ts";

/** The forms of a report: one for people, the others for machines. */
export const REPORT_FORMATS = ["text", "json", "ktap", "junit", "sarif"] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** In which forms a report and its counterexamples are wanted. */
export interface Wanted {
  readonly format: ReportFormat;
  readonly trace: TraceFormat;
}

/** @throws ModelError on an unknown form, or forms that do not go together */
export function wantedFormat(call: Call): Wanted {
  const given = choiceOption(call, "format", REPORT_FORMATS);
  if (call.has("json") && given !== undefined && given !== "json") {
    throw new ModelError(`${call.command}: --format ${given} does not go with --json; leave one out`);
  }
  const format = call.has("json") ? "json" : (given ?? "text");
  const trace = choiceOption(call, "trace", TRACE_FORMATS);
  const ownTraces = format === "json" || format === "sarif";
  if (ownTraces && trace !== undefined && trace !== "none" && trace !== format) {
    const option = call.has("json") ? "--json" : `--format ${format}`;
    throw new ModelError(
      `${call.command}: --trace ${trace} does not go with ${option}, whose traces have a form of their own; leave one out`,
    );
  }
  return { format, trace: trace ?? "chart" };
}

/**
 * A report for machines, line by line.
 *
 * @param single whether one model was asked for, and not the whole catalogue
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

/** Whether every stated verdict came true. */
function isAsExpected(
  properties: readonly PropertyReport<unknown>[],
  expected: Readonly<Record<string, Verdict>>,
): boolean {
  return properties.every(({ id, verdict }) => expected[id] === undefined || expected[id] === verdict);
}

function withoutTrace<Property extends object>(property: Property): Property & { trace: undefined } {
  return { ...property, trace: undefined };
}
