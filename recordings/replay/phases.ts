import type { Machine } from "../observe/observation.ts";
import { isOn, type Spans } from "../observe/spans.ts";

/** From a line on, which kinds of line there are. */
export interface Phase {
  readonly from: number;
  readonly logs: Machine["logs"];
}

/**
 * The parts of a recording between which trace events were switched on or off, in order. Within one, a step of the model
 * either shows a line or does not.
 */
export function phasesOf({ logs, spans }: Pick<Machine, "logs" | "spans">): Phase[] {
  const events: readonly (keyof Spans)[] = ["messages", "reads", "writes"];
  const begins = events.flatMap((event) => spans[event].flatMap(({ from, until }) => [from, until + 1]));
  const lines = [0, ...new Set(begins.filter((line) => line > 0 && Number.isFinite(line)))].sort((a, b) => a - b);
  const phases: Phase[] = [];
  for (const from of lines) {
    const hasReads = isOn(spans.reads, from);
    const hasWrites = isOn(spans.writes, from);
    const next: Machine["logs"] = {
      ...logs,
      messages: logs.messages && isOn(spans.messages, from),
      requestReads: logs.requestReads && hasReads,
      ends: logs.ends && hasWrites,
      ipis: logs.ipis && hasWrites,
    };
    const last = phases.at(-1);
    if (last === undefined || JSON.stringify(last.logs) !== JSON.stringify(next)) phases.push({ from, logs: next });
  }
  return phases;
}
