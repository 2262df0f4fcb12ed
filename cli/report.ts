import { bySeverity, stopText, type PropertyReport, type Report, type Verdict } from "../checker/index.ts";
import { wrap } from "../checker/trace/text.ts";
import { counted, duration, listed } from "./format.ts";
import { drawer } from "./table.ts";
import { WIDTH, type Style } from "./terminal.ts";
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
  for (const { text, where } of report.notes ?? []) {
    const line = `note: ${text}${where === undefined ? "" : ` (${where})`}`;
    lines.push(...wrap(line, WIDTH - 2).map((part) => style.doubtful(`  ${part}`)));
  }
  if (stopped !== undefined) {
    const text = `stopped early: ${stopText(stopped)}; the figures are lower bounds`;
    lines.push(...wrap(text, WIDTH - 2).map((line) => style.doubtful(`  ${line}`)));
  }
  if (!engine.exact) lines.push(style.doubtful("  states were not stored in full: some may have been missed"));
  lines.push("");
  return [...lines, ...verdictTable(report.properties, style)];
}

/**
 * A line for each property, those first whose violation is worst; severities are named where there are several. Below
 * it stands what properties of runs assume.
 */
export function verdictTable(
  properties: readonly Pick<
    PropertyReport<unknown>,
    "id" | "kind" | "title" | "severity" | "verdict" | "fairness" | "remark"
  >[],
  style: Style,
  textOf: (property: (typeof properties)[number]) => string = ({ verdict }) => verdictText(verdict),
): string[] {
  const sorted = bySeverity(properties);
  const isMixed = new Set(sorted.map(({ severity }) => severity)).size > 1;
  const draw = drawer(
    [{ heading: "  " }, { heading: "" }, { heading: "" }],
    sorted.map((property) => [`  ${textOf(property)}`, property.id]),
  );
  const lines = sorted.flatMap((property, index) => {
    const { id, title, severity, verdict, remark } = property;
    const heading = isMixed && severity !== sorted[index - 1]?.severity ? [style.quiet(`  ${severity}:`)] : [];
    const cell = { text: `  ${textOf(property)}`, paint: verdictPaint(verdict, style) };
    return [...heading, ...draw.row([cell, id, remark === undefined ? title : `${title}; ${remark}`])];
  });
  const assumed = new Map<string, string[]>();
  for (const { id, fairness } of sorted) {
    if (fairness !== undefined) assumed.set(fairness, [...(assumed.get(fairness) ?? []), id]);
  }
  const notes = [...assumed].flatMap(([fairness, ids]) =>
    wrap(`${listed(ids)}: under ${fairness}`, WIDTH - 2).map((line) => `  ${line}`),
  );
  return notes.length === 0 ? lines : [...lines, "", ...notes];
}
