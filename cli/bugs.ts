import {
  exitStatus,
  isEndedFromOutside,
  overall,
  type CheckOptions,
  type Report,
  type Verdict,
} from "../checker/index.ts";
import { ModelError } from "../checker/errors.ts";
import { jsonLines } from "../checker/plain-text.ts";
import { wrap } from "../checker/trace/text.ts";
import type { Bug, BugSide } from "../model/bugs/index.ts";
import type { Reproduction } from "../model/findings/index.ts";
import type { Options } from "./call.ts";
import { familyOf, loadCatalogue } from "./catalogue.ts";
import type { Command } from "./command.ts";
import { counted } from "./format.ts";
import { verdictPaint, verdictText } from "./report.ts";
import { interruptibly, searched } from "./search.ts";
import { SEARCH_OPTIONS, searchOptions } from "./search-options.ts";
import { sideBySide } from "./side-by-side.ts";
import { optionName } from "./subject.ts";
import { didYouMean } from "../checker/definition/suggest.ts";
import { WIDTH, type Style, type Terminal } from "./terminal.ts";

const { property: _property, whole: _whole, ...search } = SEARCH_OPTIONS;

const options: Options = {
  check: { help: "check both sides of each, and say what is not as expected" },
  json: { help: "print a JSON array" },
  ...search,
};

/** The two sides of a bug, with the verdict of the side's property. */
const SIDES = [
  ["before", "violated"],
  ["after", "holds"],
] as const satisfies readonly (readonly ["before" | "after", Verdict])[];

/** A side, checked. */
interface Found {
  readonly verdict: Verdict;
  readonly report: Report<unknown>;
}

/** A bug with what was found of its sides; empty where it was not checked. */
interface Shown {
  readonly bug: Bug;
  readonly found: { readonly before?: Found; readonly after?: Found };
  /** What a recording shows of it beside the model, where it was reproduced. */
  readonly reproduction: Reproduction | undefined;
}

/** `irqproof bugs`. */
export const command: Command = {
  usage: ["[B7 ...] [--check] [--json] [OPTION ...]"],
  about: [
    "Lists the corpus of bugs: faults in how kernels moved interrupts, those that are not repaired first (reproduced, then suspected), each with the commit that repaired it, its cause, and the entry of the catalogue, with its parameters, that shows it. Before the repair a property is violated there, after it the property holds. A bug that the model cannot express is listed with the reason.",
    "With --check both sides are checked. Exit status: 0 everything is as expected, 1 something is not, 3 inconclusive.",
  ],
  options,
  parameters: false,
  async run(call, terminal) {
    const [{ bugs }, { findings }] = await Promise.all([
      import("../model/bugs/index.ts"),
      import("../model/findings/index.ts"),
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

/** What is not repaired comes first, and is kept apart from history. */
const GROUPS = [
  "Reproduced on an unchanged kernel, and not repaired",
  "Suspected in code in use: they follow from the code, nobody has seen them",
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
    throw new ModelError(`bugs: there is no bug ${given}${didYouMean(given, known) || ": irqproof bugs shows them"}`);
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
  if (entry === undefined) throw new Error(`the corpus of bugs names ${id}, which the catalogue does not have`);
  const model = (await familyOf(entry)).instantiate(parameters);
  const report = await searched(model, { ...told, properties: [property], whole: true, purity: "assumed" }, terminal);
  const [decided] = report.properties;
  if (decided === undefined) throw new Error(`the report on ${id} does not tell of ${property}`);
  return { verdict: decided.verdict, report };
}

/** The verdicts of the sides that did not come out as they should. */
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

/** The side as the words behind `irqproof check`. */
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
