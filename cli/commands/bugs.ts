import {
  exitStatus,
  isEndedFromOutside,
  overall,
  type CheckOptions,
  type Report,
  type Verdict,
} from "../../checker/index.ts";
import { ModelError } from "../../checker/errors.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { wrap } from "../../checker/trace/text.ts";
import type { Bug, BugSide } from "../../catalogue/bugs.ts";
import type { Reproduction } from "../../catalogue/findings/index.ts";
import type { Options } from "../arguments/call.ts";
import { familyOf, loadCatalogue } from "../arguments/catalogue.ts";
import type { Command } from "../command.ts";
import { counted } from "../output/format.ts";
import { verdictPaint, verdictText } from "../output/report.ts";
import { interruptibly, searched } from "./search.ts";
import { SEARCH_OPTIONS, searchOptions } from "../arguments/search-options.ts";
import { sideBySide } from "./findings/side-by-side.ts";
import { optionName } from "../arguments/subject.ts";
import { didYouMean } from "../../checker/definition/suggest.ts";
import { WIDTH, type Style, type Terminal } from "../output/terminal.ts";

const { property: _property, whole: _whole, ...search } = SEARCH_OPTIONS;

const options: Options = {
  check: { help: "check both sides of each bug, and report every unexpected verdict" },
  json: { help: "print a JSON array" },
  ...search,
};

/** The two sides of a bug, with the verdict of the side's property. */
const SIDES = [
  ["before", "violated"],
  ["after", "holds"],
] as const satisfies readonly (readonly ["before" | "after", Verdict])[];

/** A checked side. */
interface Found {
  readonly verdict: Verdict;
  readonly report: Report<unknown>;
}

/** A bug with the results for its sides; empty where it was not checked. */
interface Shown {
  readonly bug: Bug;
  readonly found: { readonly before?: Found; readonly after?: Found };
  /** The recording beside the model, where the bug was reproduced. */
  readonly reproduction: Reproduction | undefined;
}

/** `irqproof bugs`. */
export const command: Command = {
  usage: ["[B7 ...] [--check] [--json] [OPTION ...]"],
  about: [
    "Lists the corpus of bugs: faults in the way kernels moved interrupts. Unrepaired bugs come first, reproduced before suspected ones. Each bug has the commit that repaired it, its cause, and the catalogue entry that shows it, with parameters. A property is violated before the repair and holds after it. A bug that the model cannot express is listed with the reason.",
    "--check checks both sides. Exit status: 0 everything is as expected, 1 something is not, 3 inconclusive.",
  ],
  options,
  parameters: false,
  async run(call, terminal) {
    const [{ bugs }, { findings }] = await Promise.all([
      import("../../catalogue/bugs.ts"),
      import("../../catalogue/findings/index.ts"),
    ]);
    const chosen = chosenFrom(bugs, call.words).toSorted((one, other) => rankOf(one) - rankOf(other));
    const shown: Shown[] = [];
    let group = "";
    await interruptibly(searchOptions(call), terminal, async (interruptible) => {
      for (const bug of chosen) {
        if (!call.has("json") && groupOf(bug) !== group && isMixed(chosen)) {
          group = groupOf(bug);
          terminal.print(terminal.style.strong(group), "");
        }
        const found = call.has("check") ? await checked(bug, interruptible, terminal) : {};
        const one = { bug, found, reproduction: findings.find((finding) => finding.bug === bug.id)?.reproduction };
        shown.push(one);
        if (!call.has("json")) terminal.print(...linesOf(one, terminal.style), "");
        if (Object.values(one.found).some(({ report }) => isEndedFromOutside(report.stopped))) break;
      }
    });
    if (call.has("json")) terminal.print(jsonLines(shown.map(toJson)));
    else terminal.print(tally(shown, call.has("check")));
    return exitStatus(overall(shown.flatMap(differences)));
  },
};

/** Unrepaired bugs come first, apart from history. */
const GROUPS = [
  "Reproduced on an unchanged kernel, not repaired",
  "Suspected in code in use: derived from the code, not observed",
  "Repaired, or never merged",
] as const;

function rankOf({ state }: Bug): number {
  return state === "reproduced" ? 0 : state === "suspected" ? 1 : 2;
}

function groupOf(bug: Bug): string {
  return GROUPS[rankOf(bug)]!;
}

function isMixed(bugs: readonly Bug[]): boolean {
  return new Set(bugs.map(rankOf)).size > 1;
}

/** The bugs of the given ids; all of them without ids. */
function chosenFrom(bugs: readonly Bug[], ids: readonly string[]): readonly Bug[] {
  if (ids.length === 0) return bugs;
  return ids.map((given) => {
    const bug = bugs.find(({ id }) => id.toLowerCase() === given.toLowerCase());
    if (bug !== undefined) return bug;
    const known = bugs.map(({ id }) => id);
    throw new ModelError(`bugs: unknown bug ${given}${didYouMean(given, known) || "; irqproof bugs lists them"}`);
  });
}

async function checked(bug: Bug, told: CheckOptions, terminal: Terminal): Promise<Shown["found"]> {
  const found: { before?: Found; after?: Found } = {};
  for (const [name] of SIDES) {
    const side = bug[name];
    if (side === undefined) continue;
    found[name] = await checkSide(side, told, terminal);
    if (isEndedFromOutside(found[name].report.stopped)) break;
  }
  return found;
}

async function checkSide(
  { entry: id, parameters, property }: BugSide,
  told: CheckOptions,
  terminal: Terminal,
): Promise<Found> {
  const entry = (await loadCatalogue()).find((one) => one.id === id);
  if (entry === undefined) throw new Error(`the corpus of bugs names ${id}, which is not in the catalogue`);
  const model = (await familyOf(entry)).instantiate(parameters);
  const report = await searched(model, { ...told, properties: [property], whole: true, purity: "assumed" }, terminal);
  const [decided] = report.properties;
  if (decided === undefined) throw new Error(`the report on ${id} has no property ${property}`);
  return { verdict: decided.verdict, report };
}

/** The unexpected verdicts of the sides. */
function differences({ found }: Shown): Verdict[] {
  return SIDES.flatMap(([name, expected]) => {
    const verdict = found[name]?.verdict;
    if (verdict === undefined || verdict === expected) return [];
    return [verdict === "inconclusive" ? "inconclusive" : "violated"];
  });
}

function linesOf({ bug, found, reproduction }: Shown, style: Style): string[] {
  const { id, title, fix, cause, doubt, inexpressible } = bug;
  const indented = (text: string): string[] => wrap(text, WIDTH - 4).map((line) => `    ${line}`);
  const lines = wrap(`${id}: ${title}${fix === undefined ? "" : `; ${fix}`}`, WIDTH).map(style.strong);
  lines.push(...indented(`${cause}.`));
  if (doubt !== undefined) lines.push(...indented(`Doubt: ${doubt}.`));
  if (bug.state !== undefined) lines.push(...indented(`The report: irqproof report ${id}.`));
  if (reproduction !== undefined) {
    lines.push("", ...sideBySide(reproduction.rows, WIDTH - 4).map((line) => (line === "" ? "" : `    ${line}`)));
  }
  if (inexpressible !== undefined) return [...lines, ...indented(`Not in the model: ${inexpressible}.`)];
  for (const [name, expected] of SIDES) {
    const side = bug[name];
    if (side === undefined) continue;
    const said = found[name];
    const verdict = said?.verdict ?? expected;
    const states = said === undefined ? "" : `; ${counted(said.report.states.distinct, "state")}`;
    const wanted = verdict === expected ? "" : `, expected ${verdictText(expected)}`;
    const lead = `${name}:`.padEnd("before: ".length);
    const [first = "", ...more] = wrap(
      `${callOf(side)}: ${side.property} ${verdictText(verdict)}${wanted}${states}`,
      WIDTH - 14,
    );
    const paint = verdict === expected ? style.quiet : verdictPaint(verdict, style);
    lines.push(...[`    ${lead}${first}`, ...more.map((line) => `            ${line}`)].map((line) => paint(line)));
  }
  return lines;
}

/** The side as arguments of `irqproof check`. */
function callOf({ entry, parameters = {} }: BugSide): string {
  return [entry, ...Object.entries(parameters).map(([name, value]) => `--${optionName(name)} ${value}`)].join(" ");
}

function tally(shown: readonly Shown[], wasChecked: boolean): string {
  const missing = shown.filter(({ bug }) => bug.inexpressible !== undefined).length;
  const without = missing === 0 ? "" : `, ${missing} not in the model`;
  const open = (["reproduced", "suspected"] as const).flatMap((state) => {
    const number = shown.filter(({ bug }) => bug.state === state).length;
    return number === 0 ? [] : [`${number} ${state}`];
  });
  const states = open.length === 0 ? "" : `, ${open.join(", ")}`;
  if (!wasChecked) return `${counted(shown.length, "bug")}${states}${without}`;
  const right = shown.filter((one) => one.bug.inexpressible === undefined && differences(one).length === 0).length;
  return `${counted(shown.length, "bug")}, ${right} as expected${states}${without}`;
}

function toJson({ bug, found }: Shown): object {
  const { before: _before, after: _after, ...facts } = bug;
  const sideToJson = (name: "before" | "after", expected: Verdict): object => {
    const side = bug[name];
    if (side === undefined) return {};
    const said = found[name];
    const result = said === undefined ? {} : { verdict: said.verdict, states: said.report.states };
    return { [name]: { ...side, parameters: side.parameters ?? {}, expected, ...result } };
  };
  return { ...facts, ...sideToJson(...SIDES[0]), ...sideToJson(...SIDES[1]) };
}
