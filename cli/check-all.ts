import {
  exitStatus,
  fingerprint,
  overall,
  type CheckOptions,
  type Family,
  type Model,
  type Report,
  type Severity,
  type Verdict,
} from "../checker/index.ts";
import { ModelError } from "../checker/errors.ts";
import { wrap } from "../checker/trace/text.ts";
import type { CatalogueEntry } from "../model/index.ts";
import type { Call, Options } from "./call.ts";
import { familyOf, loadCatalogue, MAIN_PROPERTY } from "./catalogue.ts";
import { count, counted, listed, shortDuration } from "./format.ts";
import { counting, failOn } from "./fail-on.ts";
import type { Checked } from "./formats/checked.ts";
import { written, type OutputFile } from "./output-file.ts";
import { machineReport, type Wanted } from "./report-format.ts";
import { verdictPaint, verdictText } from "./report.ts";
import { searched } from "./search.ts";
import { parametersGiven } from "./subject.ts";
import { drawer, type Column, type TableDrawer } from "./table.ts";
import { plainStyle, WIDTH, type Style, type Terminal } from "./terminal.ts";
import { verdictLine } from "./verdict-line.ts";

interface Difference {
  readonly id: string;
  readonly severity: Severity;
  readonly expected: Verdict;
  readonly verdict: Verdict;
}

/** A catalogue entry, checked. */
export interface Comparison {
  readonly entry: CatalogueEntry;
  readonly family: Family<unknown>;
  readonly model: Model<unknown>;
  readonly report: Report<unknown>;
  readonly expected: Readonly<Record<string, Verdict>>;
  /** The properties that came out otherwise than expected. */
  readonly differences: readonly Difference[];
}

/** Checks the whole catalogue, a row at a time. */
export async function checkAll(
  call: Call,
  options: Options,
  search: CheckOptions,
  { format, trace }: Wanted,
  file: OutputFile | undefined,
  terminal: Terminal,
): Promise<number> {
  const withoutTraces = format === "text" ? (["trace"] as const) : [];
  for (const name of ["property", "assumptions", "certificate", ...withoutTraces] as const) {
    if (call.has(name)) throw new ModelError(`check: --${name} does not go with --all; leave one out`);
  }
  const catalogue = await loadCatalogue();
  // A parameter that one entry lacks would be ignored there; so every entry must have it.
  const given = catalogue.map((entry) => parametersGiven(call, options, entry.id, entry.parameters));
  const text = format === "text" && !call.has("quiet");
  const lines: string[] = [];
  const say = (paint: (style: Style) => readonly string[]): void => {
    lines.push(...paint(plainStyle));
    if (text || (file !== undefined && !call.has("quiet"))) terminal.print(...paint(terminal.style));
  };
  const comparisons = await compareAll(catalogue, given, search, terminal, say);
  say(() => ["", tally(comparisons, catalogue.length)]);
  const status = statusOf(comparisons, failOn(call));
  if (format !== "text") {
    const report = machineReport(comparisons.map(checkedOf), false, { format, trace }, status);
    if (file === undefined) terminal.print(report);
    else await written(file, report, terminal);
  } else if (file !== undefined) await file.write(lines);
  return status;
}

/** Checks entries in turn and says a row about each, headed by the columns' names. */
export async function compareAll(
  catalogue: readonly CatalogueEntry[],
  given: readonly Readonly<Record<string, unknown>>[],
  search: CheckOptions,
  terminal: Terminal,
  say: (paint: (style: Style) => readonly string[]) => void,
): Promise<Comparison[]> {
  // A row of the longest id and the longest verdict is just as wide as a report may be.
  const columns: Column[] = [
    { heading: "id", least: Math.max(0, ...catalogue.map(({ id }) => id.length)) },
    { heading: "verdict", least: "inconclusive".length },
    { heading: "expected", least: "VIOLATED".length },
    { heading: "states", least: "9,999,999".length, align: "right" },
    { heading: "transitions", align: "right" },
    { heading: "time", least: "99.9 s".length, align: "right" },
  ];
  const draw = drawer(columns, [], 1);
  say((style) => [style.strong(draw.heading)]);
  const comparisons: Comparison[] = [];
  for (const [index, entry] of catalogue.entries()) {
    const comparison = await compare(entry, given[index] ?? {}, search, terminal);
    comparisons.push(comparison);
    say((style) => rowOf(comparison, draw, style));
    if (comparison.report.stopped?.kind === "aborted") break;
  }
  return comparisons;
}

async function compare(
  entry: CatalogueEntry,
  given: Readonly<Record<string, unknown>>,
  search: CheckOptions,
  terminal: Terminal,
): Promise<Comparison> {
  const family = await familyOf(entry);
  const model = family.instantiate(given);
  const report = await searched(model, search, terminal);
  const named = entry.expected(model.parameters);
  const stated = report.properties.flatMap(({ id, severity, verdict }) => {
    const wanted = named[id];
    return wanted === undefined ? [] : [{ id, severity, expected: wanted, verdict }];
  });
  const expected = Object.fromEntries(stated.map((one) => [one.id, one.expected]));
  const differences = stated.filter((one) => one.verdict !== one.expected);
  return { entry, family, model, report, expected, differences };
}

/** The row tells of the main property; below it stands what else is violated, and what is not as expected. */
function rowOf(comparison: Comparison, draw: TableDrawer, style: Style): string[] {
  const { entry, report, expected, differences } = comparison;
  const verdict = report.properties.find(({ id }) => id === MAIN_PROPERTY)?.verdict ?? report.verdict;
  const wanted = expected[MAIN_PROPERTY];
  const row = draw.row([
    entry.id,
    {
      text: verdictText(verdict),
      paint: wanted === undefined || verdict === wanted ? (text) => text : verdictPaint(verdict, style),
    },
    wanted === undefined ? "-" : verdictText(wanted),
    count(report.states.distinct),
    count(report.states.transitions),
    shortDuration(report.seconds),
  ]);
  const others = report.properties.filter((property) => property.verdict === "violated");
  const known = verdict === "holds" ? others.filter(({ id }) => expected[id] === "violated").map(({ id }) => id) : [];
  const violates = known.length === 0 ? [] : wrap(`violates ${listed(known)}, as expected`, WIDTH - 4);
  return [
    ...row,
    ...violates.map((line) => style.quiet(`    ${line}`)),
    ...differences.map(({ id, expected, verdict }) =>
      style.bad(`    ${id}: ${verdictText(verdict)}, expected ${verdictText(expected)}`),
    ),
  ];
}

/** How many entries came out as expected, in one line. */
export function tally(comparisons: readonly Comparison[], entries: number): string {
  const expected = comparisons.filter(({ differences }) => differences.length === 0).length;
  const missing = entries - comparisons.length;
  const unchecked = missing === 0 ? "" : `, ${missing} not checked`;
  return `${counted(entries, "entry", "entries")}, ${expected} as expected${unchecked}`;
}

/**
 * 0 when everything is as expected; a difference counts as a violation, of the property's severity, unless it is only a
 * bound that was reached.
 */
export function statusOf(comparisons: readonly Comparison[], least: Severity = "bookkeeping"): number {
  const verdicts = comparisons.flatMap(({ differences, report }): Verdict[] => [
    ...counting(
      differences.map(({ severity, verdict }) => ({
        severity,
        verdict: verdict === "inconclusive" ? verdict : "violated",
      })),
      least,
    ),
    ...(report.stopped === undefined ? [] : ["inconclusive" as const]),
  ]);
  return exitStatus(overall(verdicts));
}

function checkedOf({ entry, family, model, report, expected }: Comparison): Checked {
  const hash = fingerprint(model);
  return { model, report, title: entry.title, hash, summary: verdictLine(report, family, hash), expected };
}
