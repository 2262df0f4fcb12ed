import {
  exitStatus,
  fingerprint,
  isEndedFromOutside,
  neverEnabled,
  overall,
  stopText,
  type CheckOptions,
  type Family,
  type Model,
  type Report,
  type Severity,
  type Stopped,
  type Verdict,
} from "../checker/index.ts";
import { didYouMean } from "../checker/definition/suggest.ts";
import { ModelError } from "../checker/errors.ts";
import { wrap } from "../checker/trace/text.ts";
import type { CatalogueEntry } from "../model/index.ts";
import type { Call, Options } from "./call.ts";
import { explanations, familyOf, loadCatalogue, MAIN_PROPERTY } from "./catalogue.ts";
import { count, counted, listed, shortDuration } from "./format.ts";
import { collectGarbage } from "./garbage.ts";
import { counting, failOn } from "./fail-on.ts";
import type { Checked } from "./formats/checked.ts";
import { written, type OutputFile } from "./output-file.ts";
import { machineReport, type Wanted } from "./report-format.ts";
import { verdictPaint, verdictText, type Explain } from "./report.ts";
import { interruptibly, searched } from "./search.ts";
import { parametersGiven } from "./subject.ts";
import { isFileName } from "./supervision/user-file.ts";
import { drawer, type Column, type TableDrawer } from "./table.ts";
import { plainStyle, WIDTH, type Style, type Terminal } from "./terminal.ts";
import { verdictLine } from "./verdict-line.ts";

interface Difference {
  readonly id: string;
  readonly severity: Severity;
  readonly expected: Verdict;
  readonly verdict: Verdict;
}

/** How a catalogue entry compares with what is expected of it. */
export interface Comparison {
  /** The properties that came out otherwise than expected. */
  readonly differences: readonly Difference[];
  readonly stopped: Stopped | undefined;
}

/** A catalogue entry, checked. Its model holds on to much memory, and is let go of when its row is printed. */
interface ComparedEntry extends Comparison {
  readonly entry: CatalogueEntry;
  readonly family: Family<unknown>;
  readonly model: Model<unknown>;
  readonly report: Report<unknown>;
  readonly expected: Readonly<Record<string, Verdict>>;
  readonly explain: Explain;
}

/** Checks the whole catalogue, or the entries that the call names, a row at a time. */
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
    if (call.has(name)) throw new ModelError(`check: --${name} does not go with --all; leave one out`);
  }
  const catalogue = chosenFrom(await loadCatalogue(), call.words);
  // A parameter that one entry lacks would be ignored there; so every entry must have it.
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
 * The entries that words choose, in the catalogue's order: ids, or patterns in which `*` stands for any characters, also
 * several with commas between. Without words, all of them.
 */
export function chosenFrom(catalogue: readonly CatalogueEntry[], words: readonly string[]): readonly CatalogueEntry[] {
  const patterns = words.flatMap((word) => word.split(",")).filter((pattern) => pattern !== "");
  if (words.length === 0) return catalogue;
  const ids = catalogue.map(({ id }) => id);
  const chosen = new Set(
    patterns.flatMap((pattern) => {
      if (isFileName(pattern)) {
        throw new ModelError(`check: --all checks entries of the catalogue, and ${pattern} is a file; leave one out`);
      }
      const matching = new RegExp(`^${pattern.split("*").map(literally).join(".*")}$`);
      const found = ids.filter((id) => matching.test(id));
      if (found.length > 0) return found;
      const near = pattern.includes("*") ? "" : didYouMean(pattern, ids);
      throw new ModelError(`check: no entry of the catalogue is ${pattern}${near || "; irqproof list shows them"}`);
    }),
  );
  return catalogue.filter(({ id }) => chosen.has(id));
}

function literally(text: string): string {
  return text.replace(/[$()+.?[\\\]^{|}]/g, String.raw`\$&`);
}

/**
 * Checks entries in turn and says a row about each, headed by the columns' names.
 *
 * @param onCompared sees each of them with its model and report
 */
export async function compareAll(
  catalogue: readonly CatalogueEntry[],
  given: readonly Readonly<Record<string, unknown>>[],
  search: CheckOptions,
  terminal: Terminal,
  say: (paint: (style: Style) => readonly string[]) => void,
  onCompared: (compared: ComparedEntry) => void = () => {},
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
  const report = await searched(model, { ...search, purity: "assumed" }, terminal);
  const named = entry.expected(model.parameters);
  const stated = report.properties.flatMap(({ id, severity, verdict }) => {
    const wanted = named[id];
    return wanted === undefined ? [] : [{ id, severity, expected: wanted, verdict }];
  });
  const expected = Object.fromEntries(stated.map((one) => [one.id, one.expected]));
  const differences = stated.filter((one) => one.verdict !== one.expected);
  const explain = await explanations();
  return { entry, family, model, report, expected, explain, differences, stopped: report.stopped };
}

/** The row has the verdict on the main property; below it stands what else is violated, and what is not as expected. */
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
    ? "what is expected was found"
    : `${counted(open.length, "property", "properties")} undecided`;
}

/** Which entries are about code in use: that such a one loses is not history. */
async function codeInUse(catalogue: readonly CatalogueEntry[]): Promise<string[]> {
  const { bugs } = await import("../model/bugs/index.ts");
  const reproduced = new Set(bugs.flatMap(({ state, before }) => (state === "reproduced" ? [before?.entry] : [])));
  const ids = (chosen: readonly CatalogueEntry[]): string => listed(chosen.map(({ id }) => id));
  const seen = catalogue.filter(({ id }) => reproduced.has(id));
  const suspected = catalogue.filter(({ id, suspicion }) => suspicion !== undefined && !reproduced.has(id));
  return [
    ...(seen.length === 0 ? [] : wrap(`Reproduced on an unchanged kernel, and not repaired: ${ids(seen)}.`, WIDTH)),
    ...(suspected.length === 0 ? [] : wrap(`Suspicions about code in use: ${ids(suspected)}.`, WIDTH)),
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

function checkedOf({ entry, family, model, report, expected, explain }: ComparedEntry): Checked {
  const hash = fingerprint(model);
  // A copy: all the states that a search has kept with the model itself may go.
  return {
    model: { ...model },
    report,
    title: entry.title,
    hash,
    summary: verdictLine(report, family, hash),
    expected,
    explain,
  };
}
