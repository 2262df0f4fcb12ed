import { type Model, type Trace, chart, mermaid, stepByStep, traceToJson } from "../../checker/index.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { toItf } from "../../checker/trace/itf.ts";
import type { Style } from "./terminal.ts";

/** The ways to show a counterexample. */
export const TRACE_FORMATS = ["chart", "steps", "json", "itf", "mermaid", "none"] as const;

export type TraceFormat = (typeof TRACE_FORMATS)[number];

/**
 * A trace in the given format, line by line, without the reason and closing sentence if the caller prints them.
 *
 * @param id of the property
 * @param fold whether a chart omits repeated steps
 */
export function traceLines(
  model: Model<unknown>,
  id: string,
  trace: Trace<unknown>,
  format: Exclude<TraceFormat, "none">,
  style: Style,
  fold: boolean,
): string[] {
  switch (format) {
    case "chart":
      return chart(model, trace, {
        closing: false,
        fold,
        style: { header: style.strong, change: style.quiet },
      }).split("\n");
    case "steps":
      return stepByStep({ ...trace, because: undefined, conclusion: undefined }).split("\n");
    case "mermaid":
      return mermaid(model, trace).split("\n");
    case "itf":
      return jsonLines(toItf(model, id, trace));
    case "json":
      return jsonLines(
        trace.loopFrom === undefined ? traceToJson(trace) : { loopFrom: trace.loopFrom, trace: traceToJson(trace) },
      );
  }
}
