import { basename } from "node:path";
import type { Model } from "../../../checker/index.ts";
import {
  replayRecording,
  linesAt,
  type RecordingOptions,
  type RecordingReport,
  type DrawnMove,
} from "../../../recordings/index.ts";
import type { Explored, RecordedMove } from "../../../explorer/index.ts";
import { vectorName } from "../../../model/index.ts";
import { withAllProperties } from "../../../properties/index.ts";
import { interestingMoves, replayReport } from "./report.ts";
import { plainStyle } from "../../output/terminal.ts";
import { version } from "../../version.ts";

/** Maximal number of moves shown, the most significant first. */
const MAX_MOVES = 20;

/** Maximal number of log lines of a move. */
const MAX_LOG_LINES = 200;

/**
 * The HTML report on a recording. The notable moves are known only after the first pass, so the recording is read again
 * to find their runs.
 */
export async function replayHtml(report: RecordingReport, asked: RecordingOptions): Promise<string> {
  const { htmlRecording } = await import("../../../explorer/index.ts");
  const shown = report.interesting.slice(0, MAX_MOVES);
  const { charts } =
    shown.length === 0 ? report : await replayRecording({ ...asked, drawn: shown.map(({ number }) => number) });
  const file = asked.merged ?? asked.qemu ?? asked.guest ?? "recording";
  const stretches = shown.map(({ line, endLine }) => ({ first: line, last: endLine }));
  const logs = stretches.length === 0 ? [] : await linesAt(file, stretches, MAX_LOG_LINES);
  const explored = new Map<DrawnMove["candidate"], Explored>();
  const exploredOf = (candidate: DrawnMove["candidate"]): Explored => {
    const known = explored.get(candidate);
    if (known !== undefined) return known;
    const model = withAllProperties(candidate.system) as Model<unknown>;
    const made = { id: candidate.entry, title: "", model, system: candidate.system, notes: [] };
    explored.set(candidate, made);
    return made;
  };
  const texts = interestingMoves(report, MAX_MOVES);
  const moves = shown.map(({ number, line }, index): RecordedMove => {
    const chart = charts.get(number);
    const names = chart?.vectors.map(([vector, real]) => `vector ${vectorName(vector)} is ${real}`).join(", ");
    const fits = chart === undefined ? "No selected entry fits it." : `It fits ${chart.candidate.entry}: ${names}.`;
    return {
      title: `Move ${number}, line ${line}`,
      text: `${texts[index]}. ${fits}`,
      log: logs[index] ?? [],
      run: chart === undefined ? undefined : { explored: exploredOf(chart.candidate), trace: chart.trace },
    };
  });
  const text = replayReport(report, plainStyle).join("\n");
  return htmlRecording({ name: basename(file), text, moves, version: version() });
}
