import { chart, mermaid, stepByStep, traceToJson, type Model, type Trace } from "../checker/index.ts";
import { toItf } from "../checker/trace/itf.ts";
import { jsonLines } from "../checker/plain-text.ts";
import type { Options } from "./call.ts";
import type { Style } from "./terminal.ts";

/** The ways to show a counterexample. */
export const TRACE_FORMATS = ["chart", "steps", "json", "itf", "mermaid", "none"] as const;

/** The option for reports that show one run by default. */
export const ALL_TRACES: Options = {
  "all-traces": { help: "show every counterexample and witness, not only the one that matters most" },
};

export type TraceFormat = (typeof TRACE_FORMATS)[number];

/**
 * A trace in the given format, line by line, without its reason and closing sentence where others print them.
 *
 * @param id the property that it is about
 * @param fold whether a chart leaves out steps that repeat themselves
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
