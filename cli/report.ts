import {
  closingOf,
  type Model,
  stopText,
  type PropertyReport,
  type Report,
  type Trace,
  type Verdict,
} from "../checker/index.ts";
import { MAIL_WIDTH, wrap } from "../checker/trace/text.ts";
import { counted, duration, listed } from "./format.ts";
import { drawer } from "./table.ts";
import { WIDTH, type Style } from "./terminal.ts";
import { traceLines, type TraceFormat } from "./trace-format.ts";
import { version } from "./version.ts";

/** A verdict as a report prints it: a violation stands out without colour too. */
export function verdictText(verdict: Verdict): string {
  return verdict === "violated" ? "VIOLATED" : verdict;
}

/** The colour of a verdict. */
export function verdictPaint(verdict: Verdict, style: Style): (text: string) => string {
  switch (verdict) {
    case "holds":
      return style.good;
    case "violated":
      return style.bad;
    case "inconclusive":
      return style.doubtful;
  }
}

/** What a check found, without counterexamples: the model, the engine's figures, a line for each property. */
export function summaryLines(report: Report<unknown>, title: string, style: Style): string[] {
  const { model, parameters, engine, states, seconds, stopped } = report;
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const lines = wrap(title === "" ? model : `${model}: ${title}`, WIDTH).map(style.strong);
  if (given.length > 0) lines.push(...wrap(given.join(" "), WIDTH - 2).map((line) => `  ${line}`));
  // What belongs to the model stands apart from what belongs to this run of it.
  const ofModel = `${counted(states.distinct, "state")}, ${counted(states.transitions, "transition")}, depth ${states.depth}`;
  const workers = counted(engine.workers, "worker");
  const ofRun = `irqproof ${version()}, ${engine.name} engine, ${workers}, ${engine.bitsPerState} bits a state, ${duration(seconds)}`;
  lines.push(`  ${ofModel}`, `  ${ofRun}`);
  for (const { name, why, where } of engine.called ?? []) {
    const line = `called, not read: ${name}, because ${why}${where === undefined ? "" : ` (${where})`}`;
    lines.push(...wrap(line, WIDTH - 2).map((text) => `  ${text}`));
  }
  if (stopped !== undefined) {
    const text = `stopped early: ${stopText(stopped)}; the figures are lower bounds`;
    lines.push(...wrap(text, WIDTH - 2).map((line) => style.doubtful(`  ${line}`)));
  }
  if (!engine.exact) lines.push(style.doubtful("  states were not stored in full: some may have been missed"));
  lines.push("");
  const draw = drawer(
    [{ heading: "  " }, { heading: "" }, { heading: "" }],
    report.properties.map(({ id, verdict }) => [`  ${verdictText(verdict)}`, id]),
  );
  for (const { id, title, verdict, fairness, remark } of report.properties) {
    const paint = verdictPaint(verdict, style);
    const texts = [
      title,
      ...(fairness === undefined ? [] : [`under ${fairness}`]),
      ...(remark === undefined ? [] : [remark]),
    ];
    lines.push(...draw.row([{ text: `  ${verdictText(verdict)}`, paint }, id, texts.join("; ")]));
  }
  return lines;
}

/** The counterexamples and witnesses of a report. Properties that end in the same trace share one. */
export function traceSections(
  model: Model<unknown>,
  report: Pick<Report<unknown>, "properties">,
  format: Exclude<TraceFormat, "none">,
  style: Style,
): string[] {
  const groups = new Map<string, { readonly trace: Trace<unknown>; readonly properties: PropertyReport<unknown>[] }>();
  for (const property of report.properties) {
    if (property.trace === undefined) continue;
    const key = `${property.kind === "sometimes"} ${property.trace.loopFrom} ${JSON.stringify(property.trace.steps.map(({ action, parameters, state }) => [action, parameters, state]))}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { trace: property.trace, properties: [property] });
    else group.properties.push(property);
  }
  const lines: string[] = [];
  const unreached = report.properties.filter(({ kind, verdict }) => kind === "sometimes" && verdict === "violated");
  for (const { id } of unreached) lines.push("", ...wrap(`${id}: no reachable state satisfies it.`, MAIL_WIDTH));
  for (const { trace, properties } of groups.values()) {
    const names = listed(properties.map(({ id }) => id));
    const what = properties[0]?.kind === "sometimes" ? "witness" : "counterexample";
    lines.push("", ...wrap(`${names}: ${what}, ${lengthText(trace)}`, MAIL_WIDTH).map(style.strong), "");
    // Not spread: a call cannot have as many arguments as a long trace has lines.
    for (const line of traceLines(model, properties[0]?.id ?? "", trace, format, style)) lines.push(line);
    for (const property of properties) {
      const texts = closingOf(property.trace as Trace<unknown>, Number.MAX_SAFE_INTEGER);
      if (texts.length === 0) continue;
      const text = properties.length > 1 ? `${property.id}: ${texts.join(" ")}` : texts.join(" ");
      lines.push("", ...wrap(text, MAIL_WIDTH));
    }
  }
  return lines;
}

/** How long a trace is, and what of it goes on for ever. */
export function lengthText({ steps, loopFrom }: Trace<unknown>): string {
  const count = steps.length - 1;
  const length = count === 0 ? "the initial state" : counted(count, "step");
  if (loopFrom === undefined) return length;
  return loopFrom === count ? `${length} and then nothing more` : `${length}, the last ${count - loopFrom} for ever`;
}
