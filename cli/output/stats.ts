import type { Phase, Report } from "../../checker/index.ts";
import { bytes, count, duration } from "./format.ts";
import { table } from "./table.ts";
import type { Style } from "./terminal.ts";

const CONTENT: Readonly<Record<Phase["name"], string>> = {
  read: "functions to terms",
  symmetry: "interchangeable indices, proved",
  generate: "terms to code",
  search: "states and transitions",
  paths: "a shortest path for each finding",
  replay: "reference semantics of these paths",
  liveness: "stored transitions, properties of infinite runs",
};

/**
 * The table of `--stats`: time by phase, and memory.
 *
 * @param before seconds of wall-clock time from the start of the program to the check
 */
export function statsLines(report: Report<unknown>, before: number, style: Style): string[] {
  const { states, engine } = report;
  const { phases } = engine;
  // With symmetry, one state of each orbit.
  const stored = report.symmetry?.orbits ?? states.distinct;
  const rows = [
    ["  load", duration(before), "", "the program and the model"],
    ...phases.map(({ name, seconds, processorSeconds }) => [
      `  ${name}`,
      duration(seconds),
      duration(processorSeconds),
      CONTENT[name],
    ]),
  ];
  const search = phases.find(({ name }) => name === "search")?.seconds ?? 0;
  const perSecond = search === 0 ? "" : `; ${count(Math.round(stored / search))} states a second of search`;
  const right = "right" as const;
  return [
    "",
    ...table(
      [
        { heading: "  phase" },
        { heading: "wall", align: right },
        { heading: "processor", align: right },
        { heading: "work" },
      ],
      rows,
      style.strong,
    ),
    "",
    `  visited set: ${bytes(engine.bytesPerState * stored)}, ${engine.bytesPerState.toFixed(1)} bytes a state${perSecond}`,
    `  process: at most ${bytes(1024 * process.resourceUsage().maxRSS)} of memory so far`,
  ];
}
