import { chart, type Trace } from "../checker/index.ts";
import { mostCpus, type ConformanceReport, type ReplayedDevice } from "../conformance/index.ts";
import { entryOf, vectorName, type SystemState } from "../model/index.ts";
import { counted } from "./format.ts";
import { paragraph } from "./paragraph.ts";
import { WIDTH, type Style } from "./terminal.ts";

/** How the moves of each device fit the model, and a run until what does not. */
export function replayVerdicts({ replayed, qemu, machine }: ConformanceReport, style: Style): string[] {
  if (qemu === null || machine === null) return [];
  const lines = ["", style.strong("Held against the model")];
  if (replayed.length === 0) lines.push("  there is no move to hold against it");
  for (const each of replayed) {
    if (replayed.length > 1) lines.push(`  ${each.device.title}: ${counted(each.moves, "move")}`);
    lines.push(...verdictsOf(each, machine.cpus, replayed.length === 1, style));
  }
  const results = replayed.flatMap((each) => each.results);
  if (results.some(({ contradictions, unchecked }) => contradictions > 0 && unchecked.afterGivingUp === null)) {
    lines.push(
      ...paragraph(
        "After a contradiction the replay goes on at the next move, with every state in which one may begin.",
        2,
      ),
    );
  }
  return lines;
}

function verdictsOf(
  { device, results, candidates }: ReplayedDevice,
  cpus: number,
  isOnly: boolean,
  style: Style,
): string[] {
  const lines: string[] = [];
  if (results.length === 0) {
    const why =
      cpus > mostCpus
        ? `a recording of more than ${mostCpus} CPUs cannot be held against the model`
        : `no entry of the catalogue can be held against ${device.title}`;
    lines.push(...paragraph(why, 2));
  }
  for (const [word, paint, text] of [
    ...grouped(results.filter(({ moves, contradictions }) => moves > 0 && contradictions === 0)).map(
      ([entries, result]) => ["explains", style.good, `${entries}: ${explained(result)}`] as const,
    ),
    ...grouped(results.filter(({ contradictions }) => contradictions > 0)).map(
      ([entries, result]) => ["contradicts", style.bad, `${entries}: ${contradicted(result)}`] as const,
    ),
    ...grouped(results.filter(({ moves }) => moves === 0)).map(
      ([entries]) => ["not asked", style.doubtful, `${entries}: no move begins where the model could start`] as const,
    ),
  ]) {
    // A word is painted when it has its place: colours have no width.
    const [first = "", ...more] = paragraph(`${word} ${text}`, 2);
    lines.push(
      first.replace(word, () => paint(word)),
      ...more,
    );
  }
  lines.push(...notToldApart(results.filter(({ moves, contradictions }) => moves > 0 && contradictions === 0)));
  const only = isOnly && results.length === 1 ? results[0]!.first : null;
  if (only !== null) {
    const { states, allowed } = only;
    lines.push(
      ...paragraph(
        `${counted(states, "state")} fitted until then; ${allowed.length === 0 ? "they would have allowed nothing that is recorded" : `the nearest would have allowed: ${allowed.join("; or: ")}`}`,
        4,
      ),
    );
  }
  const set = [...new Set(results.flatMap(({ as }) => as))];
  if (set.length > 0) {
    lines.push(...paragraph(`set to the recording's where an entry leaves it open: ${set.join("; ")}`, 2));
  }
  const before = Math.max(0, ...results.map(({ unchecked }) => unchecked.beforeFirstMove));
  if (before > 0) {
    lines.push(
      ...paragraph(
        `not checked: ${counted(before, "step")} before the first move, until which it is not known where the device is`,
        2,
      ),
    );
  }
  for (const { entry, outOfVectors } of results.filter((result) => result.outOfVectors > 0)) {
    lines.push(
      ...paragraph(
        `${entry}: ${counted(outOfVectors, "time")} more vectors were in use at once than the model has; the move was left out`,
        2,
      ),
    );
  }
  // A run of no step would be the first state, with every field of it.
  if (only !== null && only.run !== null && only.run.steps.length > 1) {
    lines.push("", ...runChart(candidates[0]!.system.model, only.run, only.vectors, "A run that fits until then"), "");
  }
  return lines;
}

type Result = ReplayedDevice["results"][number];

/** So many entries that explain a recording are told of with where they are from. */
const MAX_TOLD_APART = 8;

/** What the entries are that explain a recording alike, and which kernels have them. */
function notToldApart(explaining: readonly Result[]): string[] {
  if (explaining.length < 2) return [];
  const lines = paragraph(
    "The recording cannot tell these apart: they differ in what it does not show. The kernel's version says which of them it has:",
    2,
  );
  for (const { entry: id } of explaining.slice(0, MAX_TOLD_APART)) {
    const entry = entryOf(id);
    if (entry !== undefined) lines.push(...paragraph(`${id}: ${entry.title} (${entry.source.join("; ")})`, 4));
  }
  const rest = explaining.length - MAX_TOLD_APART;
  return rest > 0 ? [...lines, `    and ${counted(rest, "entry", "entries")} more`] : lines;
}

/** Entries of which the same is told, in one line. */
function grouped(results: readonly Result[]): [string, Result][] {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const key = result.contradictions > 0 ? contradicted(result) : explained(result);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].map((group) => [group.map(({ entry }) => entry).join(", "), group[0]!]);
}

function explained({ moves, steps, most, unchecked }: Result): string {
  const skipped = unchecked.untilNextMove;
  return `${counted(moves, "move")}, ${counted(steps, "step")}, up to ${counted(most, "state")} at once${skipped > 0 ? `; ${counted(skipped, "step")} between windows or moves not checked` : ""}`;
}

function contradicted({ first, contradictions, unchecked }: Result): string {
  const { afterGivingUp, untilNextMove } = unchecked;
  const often =
    afterGivingUp === null
      ? `${counted(contradictions, "time")}${untilNextMove > 0 ? `; ${counted(untilNextMove, "step")} until the next moves not checked` : ""}`
      : `${contradictions} times, then given up: from line ${afterGivingUp.line} on ${counted(afterGivingUp.steps, "step")} not checked`;
  return `first at line ${first!.line}: ${first!.recorded} (${often})`;
}

/** A run as a chart, with what its vectors are called in the recording. */
export function runChart(
  model: Parameters<typeof chart<SystemState>>[0],
  run: Trace<SystemState>,
  vectors: readonly (readonly [number, number])[],
  title: string,
): string[] {
  const names = vectors.map(([vector, real]) => `${vectorName(vector)} is ${real}`).join(", ");
  return [
    `${title} (vector ${names}):`,
    "",
    ...chart(model, run, { width: WIDTH }).split("\n"),
    "",
    ...paragraph("@N: the line of the recording that shows the step; ~: no line shows it, the model needs it.", 0),
  ];
}
