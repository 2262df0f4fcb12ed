import {
  bySeverity,
  neverEnabled,
  stopText,
  type PropertyReport,
  type Report,
  type Verdict,
} from "../../checker/index.ts";
import { wrap } from "../../checker/trace/text.ts";
import { count, counted, duration, listed, indented } from "./format.ts";
import { idleness } from "./idle.ts";
import { figures, symmetryLines } from "./symmetry.ts";
import { mistakeLines } from "./model-mistakes.ts";
import { drawer, table, type Column, type TableCell } from "./table.ts";
import { WIDTH, type Style } from "./terminal.ts";
import { version } from "../version.ts";

/** A verdict in a report: a violation is prominent even without colour. */
export function verdictText(verdict: Verdict): string {
  return verdict === "violated" ? "VIOLATED" : verdict === "error" ? "ERROR" : verdict;
}

/** The colour of a verdict. */
export function verdictPaint(verdict: Verdict, style: Style): (text: string) => string {
  switch (verdict) {
    case "holds":
      return style.good;
    case "violated":
    case "error":
      return style.bad;
    case "inconclusive":
      return style.doubtful;
  }
}

/** The first lines of a report: the model with its title, and the parameters. */
export function modelLines(
  model: string,
  title: string,
  parameters: Readonly<Record<string, unknown>>,
  style: Style,
): string[] {
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`);
  return [
    ...wrap(title === "" ? model : `${model}: ${title}`, WIDTH).map(style.strong),
    ...(given.length === 0 ? [] : indented(given.join(" "))),
  ];
}

/** A line for each property: its verdict, its id and its title. */
export function verdictLines(
  properties: readonly Pick<PropertyReport<unknown>, "id" | "title" | "verdict">[],
  style: Style,
): string[] {
  const draw = drawer(
    [{ heading: "  " }, { heading: "" }, { heading: "" }],
    properties.map(({ id, verdict }) => [`  ${verdictText(verdict)}`, id]),
  );
  return properties.flatMap(({ id, title, verdict }) =>
    draw.row([{ text: `  ${verdictText(verdict)}`, paint: verdictPaint(verdict, style) }, id, title]),
  );
}

/** Summary of a check, without counterexamples: the model, the engine's figures, a line for each property. */
export function summaryLines(
  report: Report<unknown>,
  title: string,
  style: Style,
  explain: Explain = UNEXPLAINED,
): string[] {
  const { model, parameters, engine, seconds, stopped } = report;
  const lines = modelLines(model, title, parameters, style);
  // Facts of the model and facts of this run are on separate lines.
  const ofModel = figures(report);
  const workers = counted(engine.workers, "worker");
  const ofRun = `irqproof ${version()}, ${engine.name} engine, ${workers}, ${engine.bitsPerState} bits a state, ${duration(seconds)}`;
  lines.push(`  ${ofModel}`, `  ${ofRun}`, ...symmetryLines(report, style));
  for (const { name, why, where } of engine.called ?? []) {
    const line = `called, not read: ${name}, because ${why}${where === undefined ? "" : ` (${where})`}`;
    lines.push(...indented(line));
  }
  for (const { text, where } of report.notes ?? []) {
    const line = `note: ${text}${where === undefined ? "" : ` (${where})`}`;
    lines.push(...indented(line, style.doubtful));
  }
  if (stopped !== undefined) {
    const bounds =
      stopped.kind === "decided"
        ? "the figures are those so far (--whole explores all states)"
        : "the figures are lower bounds";
    const text = `stopped early: ${stopText(stopped)}; ${bounds}`;
    lines.push(...indented(text, style.doubtful));
  }
  lines.push(...mistakeLines(report, style));
  const idle = idleness(report);
  if (idle !== undefined) lines.push(...indented(IDLE[idle], style.doubtful));
  lines.push(...neverLines(report, style, explain));
  if (!engine.exact) lines.push(style.doubtful("  states were not stored in full, so some may be missing"));
  lines.push("");
  return [...lines, ...verdictTable(report.properties, style)];
}

/** Warnings for a search in which nothing happens. */
const IDLE = {
  program: "no step of the program is ever taken, so the verdicts are vacuous",
  model: "no action is ever enabled, so the verdicts are vacuous",
} as const;

/** Maximal number of actions named in a line; further ones are counted. */
const MAX_NEVER_NAMED = 8;

/** Reason why an action may never be enabled without a fault; undefined if it should be examined. */
export type Explain = (name: string) => string | undefined;

const UNEXPLAINED: Explain = () => undefined;

/** Actions that are enabled in no reachable state: those to examine, and those with a known reason. */
function neverLines(
  report: Pick<Report<unknown>, "actions" | "stopped">,
  style: Style,
  explain: Explain = UNEXPLAINED,
): string[] {
  const never = neverEnabled(report);
  const line = (what: string, names: readonly string[], paint: (text: string) => string): string[] => {
    if (names.length === 0) return [];
    const more = names.length - MAX_NEVER_NAMED;
    const shown = more > 1 ? [...names.slice(0, MAX_NEVER_NAMED), `${more} more (--actions lists them)`] : names;
    return indented(`${what}: ${shown.join(", ")}`, paint);
  };
  return [
    ...line(
      "never enabled",
      never.filter((name) => explain(name) === undefined),
      style.doubtful,
    ),
    ...line(
      "never enabled, as --actions explains",
      never.filter((name) => explain(name) !== undefined),
      style.quiet,
    ),
  ];
}

/** The table of `--actions`: a row for each action, and for each of its instances where it has several. */
export function actionLines(report: Report<unknown>, style: Style, explain: Explain = UNEXPLAINED): string[] {
  const { actions, stopped } = report;
  const columns: Column[] = [
    { heading: "  taken", align: "right" },
    { heading: "level", align: "right" },
    { heading: "action" },
  ];
  const row = (taken: number, level: number | undefined, name: string): TableCell[] => {
    const paint = taken === 0 && stopped === undefined ? style.doubtful : (text: string) => text;
    return [{ text: count(taken), paint }, level === undefined ? "-" : count(level), { text: name, paint }];
  };
  const rows = actions.flatMap(({ action, taken, level, instances }) => [
    row(taken, level, action),
    ...(instances.length < 2 ? [] : instances.map((one) => row(one.taken, one.level, `  ${one.text}`))),
  ]);
  const bounds = stopped === undefined ? "" : " in the explored part";
  return [
    "",
    ...wrap(
      `Steps by action: the number of states in which it was taken, and the first such level of the search${bounds}`,
      WIDTH,
    ),
    ...table(columns, rows, style.strong),
    ...explanations(neverEnabled(report), explain),
  ];
}

/** Actions that are never enabled for a known reason, with the reason. */
function explanations(never: readonly string[], explain: Explain): string[] {
  const rows = never.flatMap((name) => {
    const because = explain(name);
    return because === undefined ? [] : [[`  ${name}`, because]];
  });
  return rows.length === 0
    ? []
    : ["", "Never enabled, because:", ...table([{ heading: "" }, { heading: "" }], rows).slice(1)];
}

/**
 * A line for each property, the most severe first; severities are named if there are several. The fairness assumptions
 * of liveness properties follow below.
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
  const notes = [...assumed].flatMap(([fairness, ids]) => indented(`${listed(ids)}: under ${fairness}`));
  return notes.length === 0 ? lines : [...lines, "", ...notes];
}
