import { chart, type Trace } from "../../../checker/index.ts";
import { mostCpus, type RecordingReport, type ReplayedDevice } from "../../../recordings/index.ts";
import { vectorName, type SystemState } from "../../../model/index.ts";
import { entryOf } from "../../../catalogue/index.ts";
import { counted, paragraph } from "../../output/format.ts";
import { WIDTH, type Style } from "../../output/terminal.ts";

/** Fit of each device's moves with the model, with a run up to the first contradiction. */
export function replayVerdicts({ replayed, qemu, machine }: RecordingReport, style: Style): string[] {
  if (qemu === null || machine === null) return [];
  const lines = ["", style.strong("Comparison with the model")];
  if (replayed.length === 0) lines.push("  no move to compare");
  for (const each of replayed) {
    if (replayed.length > 1) lines.push(`  ${each.device.title}: ${counted(each.moves, "move")}`);
    lines.push(...verdictsOf(each, machine.cpus, replayed.length === 1, style));
  }
  const results = replayed.flatMap((each) => each.results);
  if (results.some(({ contradictions, unchecked }) => contradictions > 0 && unchecked.afterGivingUp === null)) {
    lines.push(
      ...paragraph(
        "After a contradiction the replay resumes at the next move, from every state in which a move can begin.",
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
        ? `a recording with more than ${mostCpus} CPUs cannot be compared with the model`
        : `no catalogue entry can be compared with ${device.title}`;
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
      ([entries]) =>
        ["skipped", style.doubtful, `${entries}: no move begins in a state where the model could start`] as const,
    ),
  ]) {
    // Words are painted after the layout, because colours have no width.
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
        `${counted(states, "state")} fitted until then; ${allowed.length === 0 ? "they allow no recorded step" : `the nearest allows: ${allowed.join("; or: ")}`}`,
        4,
      ),
    );
  }
  const set = [...new Set(results.flatMap(({ as }) => as))];
  if (set.length > 0) {
    lines.push(...paragraph(`taken from the recording where an entry leaves it open: ${set.join("; ")}`, 2));
  }
  const before = Math.max(0, ...results.map(({ unchecked }) => unchecked.beforeFirstMove));
  if (before > 0) {
    lines.push(
      ...paragraph(
        `not checked: ${counted(before, "step")} before the first move, while the state of the device is unknown`,
        2,
      ),
    );
  }
  for (const { entry, outOfVectors } of results.filter((result) => result.outOfVectors > 0)) {
    lines.push(
      ...paragraph(
        `${entry}: ${counted(outOfVectors, "time")} more vectors were in use at once than the model has; the move was skipped`,
        2,
      ),
    );
  }
  // A run without steps would be the whole first state.
  if (only !== null && only.run !== null && only.run.steps.length > 1) {
    lines.push("", ...runChart(candidates[0]!.system.model, only.run, only.vectors, "A run that fits up to there"), "");
  }
  return lines;
}

type Result = ReplayedDevice["results"][number];

/** Maximal number of explaining entries that are listed with their sources. */
const MAX_TOLD_APART = 8;

/** Descriptions and kernels of entries that explain a recording equally well. */
function notToldApart(explaining: readonly Result[]): string[] {
  if (explaining.length < 2) return [];
  const lines = paragraph(
    "The recording does not distinguish these entries: they differ in unrecorded steps. The kernel version determines which of them applies:",
    2,
  );
  for (const { entry: id } of explaining.slice(0, MAX_TOLD_APART)) {
    const entry = entryOf(id);
    if (entry !== undefined) lines.push(...paragraph(`${id}: ${entry.title} (${entry.source.join("; ")})`, 4));
  }
  const rest = explaining.length - MAX_TOLD_APART;
  return rest > 0 ? [...lines, `    and ${counted(rest, "entry", "entries")} more`] : lines;
}

/** Groups of entries with equal results, for one line each. */
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
      : `${contradictions} times, then abandoned: ${counted(afterGivingUp.steps, "step")} not checked from line ${afterGivingUp.line} on`;
  return `first at line ${first!.line}: ${first!.recorded} (${often})`;
}

/** A run as a chart, with the recording's numbers of its vectors. */
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
    ...paragraph("@N: line of the recording that shows the step; ~: unrecorded step that the model requires.", 0),
  ];
}
