import type { CatalogueEntry } from "../../catalogue/index.ts";
import { didYouMean } from "../../checker/definition/suggest.ts";
import { ModelError } from "../../checker/errors.ts";
import {
  type CheckOptions,
  type Family,
  type Model,
  type Report,
  type Severity,
  type Stopped,
  type Verdict,
  exitStatus,
  ExploredSpaces,
  fingerprint,
  isEndedFromOutside,
  neverEnabled,
  overall,
  stopText,
} from "../../checker/index.ts";
import { wrap } from "../../checker/trace/text.ts";
import type { Call, Options } from "../arguments/call.ts";
import { explanations, familyOf, loadCatalogue } from "../arguments/catalogue.ts";
import { counting, failOn } from "../arguments/fail-on.ts";
import { type OutputFile, written } from "../arguments/output-file.ts";
import { type Wanted, machineReport } from "../arguments/report-format.ts";
import { parametersGiven } from "../arguments/subject.ts";
import { isFileName } from "../arguments/user-file.ts";
import { count, counted, listed, shortDuration } from "../output/format.ts";
import type { Checked } from "../output/formats/checked.ts";
import { type Explain, verdictPaint, verdictText } from "../output/report.ts";
import { type Column, type TableDrawer, drawer } from "../output/table.ts";
import { type Style, type Terminal, WIDTH, plainStyle } from "../output/terminal.ts";
import { MAIN_PROPERTY, verdictLine } from "../output/verdict-line.ts";
import { collectGarbage } from "./garbage.ts";
import { interruptibly, searched } from "./search.ts";

interface Difference {
  readonly id: string;
  readonly severity: Severity;
  readonly expected: Verdict;
  readonly verdict: Verdict;
}

/** Comparison of a catalogue entry with its expected verdicts. */
export interface Comparison {
  /** The properties with an unexpected verdict. */
  readonly differences: readonly Difference[];
  readonly stopped: Stopped | undefined;
}

/** A checked catalogue entry. */
interface ComparedEntry extends Comparison {
  readonly entry: CatalogueEntry;
  readonly family: Family<unknown>;
  readonly model: Model<unknown>;
  /** State space of the check. It takes much memory, and is released when the row of the entry is printed. */
  readonly explored: ExploredSpaces;
  readonly report: Report<unknown>;
  readonly expected: Readonly<Record<string, Verdict>>;
  readonly explain: Explain;
}

/** Checks the whole catalogue, or the entries named in the call, one row at a time. */
export async function checkAll(
  call: Call,
  options: Options,
  search: CheckOptions,
  { format, trace }: Wanted,
  file: OutputFile | undefined,
  terminal: Terminal,
): Promise<number> {
  const withoutTraces = format === "text" ? (["trace", "all-traces"] as const) : [];
  for (const name of ["property", "assumptions", "certificate", ...withoutTraces] as const) {
    if (call.has(name)) throw new ModelError(`check: --${name} cannot be combined with --all; leave one out`);
  }
  const catalogue = chosenFrom(await loadCatalogue(), call.words);
  // A parameter would be ignored by an entry that lacks it, so every entry must have it.
  const given = catalogue.map((entry) => parametersGiven(call, options, entry.id, entry.parameters));
  const text = format === "text" && !call.has("quiet");
  const lines: string[] = [];
  const say = (paint: (style: Style) => readonly string[]): void => {
    lines.push(...paint(plainStyle));
    if (text || (file !== undefined && !call.has("quiet"))) terminal.print(...paint(terminal.style));
  };
  const checked: Checked[] = [];
  const comparisons = await interruptibly(search, terminal, (interruptible) =>
    compareAll(catalogue, given, interruptible, terminal, say, (compared) => {
      if (format !== "text") checked.push(checkedOf(compared));
    }),
  );
  const inUse = await codeInUse(catalogue.slice(0, comparisons.length));
  say((style) => ["", ...inUse.map(style.quiet), tally(comparisons, catalogue.length)]);
  const status = statusOf(comparisons, failOn(call));
  if (format !== "text") {
    const report = machineReport(checked, false, { format, trace }, status);
    if (file === undefined) terminal.print(report);
    else await written(file, report, terminal);
  } else if (file !== undefined) await file.write(lines);
  return status;
}

/**
 * The selected entries, in the catalogue's order: ids, or patterns in which `*` matches any characters, also several
 * separated by commas. Without arguments, all entries.
 */
function chosenFrom(catalogue: readonly CatalogueEntry[], words: readonly string[]): readonly CatalogueEntry[] {
  const patterns = words.flatMap((word) => word.split(",")).filter((pattern) => pattern !== "");
  if (words.length === 0) return catalogue;
  const ids = catalogue.map(({ id }) => id);
  const chosen = new Set(
    patterns.flatMap((pattern) => {
      if (isFileName(pattern)) {
        throw new ModelError(`check: --all checks entries of the catalogue, but ${pattern} is a file; leave one out`);
      }
      const matching = new RegExp(`^${pattern.split("*").map(literally).join(".*")}$`);
      const found = ids.filter((id) => matching.test(id));
      if (found.length > 0) return found;
      const near = pattern.includes("*") ? "" : didYouMean(pattern, ids);
      throw new ModelError(`check: no catalogue entry matches ${pattern}${near || "; irqproof list prints them"}`);
    }),
  );
  return catalogue.filter(({ id }) => chosen.has(id));
}

function literally(text: string): string {
  return text.replace(/[$()+.?[\\\]^{|}]/g, String.raw`\$&`);
}

/**
 * Checks entries in turn and passes a row for each to `say`, after a row of column headings.
 *
 * @param onCompared called for each entry with its model and report
 */
export async function compareAll(
  catalogue: readonly CatalogueEntry[],
  given: readonly Readonly<Record<string, unknown>>[],
  search: CheckOptions,
  terminal: Terminal,
  say: (paint: (style: Style) => readonly string[]) => void,
  onCompared: (compared: ComparedEntry) => void = () => {},
): Promise<Comparison[]> {
  // A row with the longest id and the longest verdict just fits the width of a report.
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
    const compared = await compare(entry, given[index] ?? {}, search, terminal);
    const { differences, stopped } = compared;
    comparisons.push({ differences, stopped });
    say((style) => rowOf(compared, draw, style));
    onCompared(compared);
    if (isEndedFromOutside(stopped)) break;
    collectGarbage();
  }
  return comparisons;
}

async function compare(
  entry: CatalogueEntry,
  given: Readonly<Record<string, unknown>>,
  search: CheckOptions,
  terminal: Terminal,
): Promise<ComparedEntry> {
  const family = await familyOf(entry);
  const model = family.instantiate(given);
  const explored = new ExploredSpaces();
  const report = await searched(model, { ...search, purity: "assumed", explored }, terminal);
  const named = entry.expected(model.parameters);
  const stated = report.properties.flatMap(({ id, severity, verdict }) => {
    const wanted = named[id];
    return wanted === undefined ? [] : [{ id, severity, expected: wanted, verdict }];
  });
  const expected = Object.fromEntries(stated.map((one) => [one.id, one.expected]));
  const differences = stated.filter((one) => one.verdict !== one.expected);
  const explain = await explanations();
  return { entry, family, model, explored, report, expected, explain, differences, stopped: report.stopped };
}

/** The row has the verdict on the main property; further violations and unexpected verdicts follow below it. */
function rowOf(comparison: ComparedEntry, draw: TableDrawer, style: Style): string[] {
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
  const { stopped } = report;
  const never = neverEnabled(report).filter((name) => comparison.explain(name) === undefined);
  const unexplained = never.length === 0 ? [] : wrap(`never enabled: ${never.join(", ")}`, WIDTH - 4);
  const open = stopped === undefined ? [] : differences.filter((one) => one.verdict === "inconclusive");
  const early = stopped === undefined ? [] : wrap(`stopped early: ${stopText(stopped)}; ${undecided(open)}`, WIDTH - 4);
  return [
    ...row,
    ...violates.map((line) => style.quiet(`    ${line}`)),
    ...unexplained.flatMap((line) => style.doubtful(`    ${line}`)),
    ...differences
      .filter((one) => !open.includes(one))
      .map(({ id, expected, verdict }) =>
        style.bad(`    ${id}: ${verdictText(verdict)}, expected ${verdictText(expected)}`),
      ),
    ...early.map((line) => style.doubtful(`    ${line}`)),
  ];
}

function undecided(open: readonly Difference[]): string {
  return open.length === 0
    ? "every expected verdict was found"
    : `${counted(open.length, "property", "properties")} undecided`;
}

/** The entries about code in use, whose losses are not history. */
async function codeInUse(catalogue: readonly CatalogueEntry[]): Promise<string[]> {
  const { bugs } = await import("../../catalogue/bugs.ts");
  const reproduced = new Set(bugs.flatMap(({ state, before }) => (state === "reproduced" ? [before?.entry] : [])));
  const ids = (chosen: readonly CatalogueEntry[]): string => listed(chosen.map(({ id }) => id));
  const seen = catalogue.filter(({ id }) => reproduced.has(id));
  const suspected = catalogue.filter(({ id, suspicion }) => suspicion !== undefined && !reproduced.has(id));
  return [
    ...(seen.length === 0 ? [] : wrap(`Reproduced on an unchanged kernel, not repaired: ${ids(seen)}.`, WIDTH)),
    ...(suspected.length === 0 ? [] : wrap(`Suspicions about code in use: ${ids(suspected)}.`, WIDTH)),
  ];
}

/** The number of entries with expected verdicts, in one line. */
export function tally(comparisons: readonly Comparison[], entries: number): string {
  const expected = comparisons.filter(({ differences }) => differences.length === 0).length;
  const missing = entries - comparisons.length;
  const unchecked = missing === 0 ? "" : `, ${missing} not checked`;
  return `${counted(entries, "entry", "entries")}, ${expected} as expected${unchecked}`;
}

/**
 * 0 when everything is as expected. A difference counts as a violation of the property's severity, unless only a bound
 * was reached.
 */
export function statusOf(comparisons: readonly Comparison[], least: Severity = "bookkeeping"): number {
  const verdicts = comparisons.flatMap(({ differences, stopped }): Verdict[] => [
    ...counting(
      differences.map(({ severity, verdict }) => ({
        severity,
        verdict: verdict === "inconclusive" ? verdict : "violated",
      })),
      least,
    ),
    ...(stopped === undefined ? [] : ["inconclusive" as const]),
  ]);
  return exitStatus(overall(verdicts));
}

function checkedOf({ entry, family, model, explored, report, expected, explain }: ComparedEntry): Checked {
  const hash = fingerprint(model, explored);
  return {
    model,
    report,
    title: entry.title,
    hash,
    summary: verdictLine(report, family, hash),
    expected,
    explain,
  };
}
