import { ModelError, traceToJson } from "../../../checker/index.ts";
import { jsonLines } from "../../../checker/plain-text.ts";
import { replayRecording, type RecordingOptions, type RecordingReport } from "../../../recordings/index.ts";
import { countOption, noWords, type Call, type Options } from "../../arguments/call.ts";
import type { Command } from "../../command.ts";
import { rough } from "../../output/format.ts";
import { replayReport } from "./report.ts";
import { runChart } from "./verdicts.ts";
import { HTML, htmlFile } from "../../arguments/html-file.ts";
import { replayHtml } from "./html.ts";

const options: Options = {
  qemu: { value: "FILE", help: "QEMU's trace log, or a .gz of it" },
  guest: { value: "FILE", help: "the guest's ftrace as text, or a .gz of it" },
  threads: { value: "FILE", help: "output of info cpus of QEMU's monitor: the thread of each CPU" },
  merged: { value: "FILE", help: "instead: a recording with both sides in one file" },
  entry: { value: "ID", help: "compare with this catalogue entry; auto (default): with all" },
  migration: { value: "N", help: "draw this migration, as a fitting run of the model" },
  ...HTML,
  json: { help: "print one JSON object" },
};

/** `irqproof replay`. */
export const command: Command = {
  usage: [
    "--qemu FILE [--guest FILE] [--threads FILE] [--entry ID|auto] [--migration N] [--html FILE] [--json]",
    "--merged FILE [...]",
  ],
  about: [
    "Replays a recording of a real kernel (docs/replay.md describes how to record one). Reports the strategy of each migration and the window of each device message, and checks every recorded step against the model: a search for states that fit, with unrecorded steps in between.",
    "Exit status: 0 the recording fits; 1 no selected entry explains it, the recording contradicts itself, or an event was lost; 2 the call or a file is wrong; 3 there is nothing to check against the model.",
  ],
  options,
  parameters: false,
  async run(call, terminal) {
    noWords(call);
    const files = filesOf(call);
    const html = await htmlFile(call);
    const migration = countOption(call, "migration");
    const entry = call.value("entry");
    let last = 0;
    const asked: RecordingOptions = {
      ...files,
      ...(entry === undefined ? {} : { entry }),
      ...(migration === undefined ? {} : { migration }),
      onProgress: (pass, lines) => {
        if (lines - last < 50_000 && lines > last) return;
        last = lines;
        terminal.showProgress(`${pass === "survey" ? "surveying" : "replaying"}: ${rough(lines)} lines`);
      },
    };
    const report = await replayRecording(asked);
    terminal.endProgress();
    if (call.has("json")) terminal.print(jsonLines(toJson(report)));
    else {
      terminal.print(replayReport(report, terminal.style));
      if (migration !== undefined) terminal.print("", migrationChart(report, migration));
    }
    if (html !== undefined) await html.write(await replayHtml(report, asked));
    terminal.endProgress();
    return statusOf(report);
  },
};

function filesOf(call: Call): { qemu?: string; guest?: string; threads?: string; merged?: string } {
  const files = Object.fromEntries(
    (["qemu", "guest", "threads", "merged"] as const).flatMap((name) => {
      const value = call.value(name);
      return value === undefined ? [] : [[name, value]];
    }),
  ) as { qemu?: string; guest?: string; threads?: string; merged?: string };
  if (files.merged !== undefined && files.qemu !== undefined) {
    throw new ModelError("replay: --merged already has both sides; leave --qemu out");
  }
  if (files.merged === undefined && files.qemu === undefined && files.guest === undefined) {
    throw new ModelError(
      "replay: a recording is missing; give --qemu FILE, --merged FILE or, for a real machine, --guest FILE",
    );
  }
  return files;
}

function statusOf({ verdict, stalls }: RecordingReport): number {
  if (verdict === "contradiction" || stalls.length > 0) return 1;
  return verdict === "fits" ? 0 : 3;
}

function migrationChart({ chart }: RecordingReport, migration: number): string[] {
  if (chart === null) return [`Migration ${migration} cannot be drawn: no selected entry fits it.`];
  const { candidate, trace, vectors } = chart;
  return runChart(
    candidate.system.model,
    trace,
    vectors,
    `Migration ${migration}, as a fitting run of ${candidate.entry}`,
  );
}

/** The report without the data of charts. */
function toJson(report: RecordingReport): object {
  const { chart, charts: _, replayed, machine, ...rest } = report;
  return {
    schema: 1,
    status: statusOf(report),
    machine: machine === null ? null : { ...machine, cpuOf: Object.fromEntries(machine.cpuOf) },
    ...rest,
    replayed: replayed.map(({ candidates, results, ...each }) => ({
      ...each,
      results: results.map(({ first, ...result }, index) => ({
        ...result,
        context: candidates[index]!.context,
        verdict: result.moves === 0 ? "inconclusive" : result.contradictions === 0 ? "explains" : "contradicts",
        first: first === null ? null : { ...first, run: first.run === null ? null : traceToJson(first.run) },
      })),
    })),
    chart:
      chart === null ? null : { entry: chart.candidate.entry, vectors: chart.vectors, trace: traceToJson(chart.trace) },
  };
}
