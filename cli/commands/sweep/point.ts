import { ModelError } from "../../../checker/errors.ts";
import { isEndedFromOutside, type CheckOptions, type ParameterValue, type Report } from "../../../checker/index.ts";
import { searched } from "../search.ts";
import { purityOf, type Subject } from "../../arguments/subject.ts";
import type { Terminal } from "../../output/terminal.ts";

/** A point of the grid: its report, or why the combination is invalid. */
export interface SweepPoint {
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly report?: Report<unknown>;
  readonly refused?: string;
}

/** Explores the whole state space at each point; an interrupt ends the sweep after the current point. */
export async function sweep(
  subject: Subject,
  grid: readonly Readonly<Record<string, ParameterValue>>[],
  search: CheckOptions,
  terminal: Terminal,
  onPoint: (point: SweepPoint) => void,
): Promise<SweepPoint[]> {
  const points: SweepPoint[] = [];
  for (const parameters of grid) {
    const point = await pointAt(subject, parameters, search, terminal);
    points.push(point);
    onPoint(point);
    if (isEndedFromOutside(point.report?.stopped)) break;
  }
  return points;
}

async function pointAt(
  subject: Subject,
  parameters: Readonly<Record<string, ParameterValue>>,
  search: CheckOptions,
  terminal: Terminal,
): Promise<SweepPoint> {
  let model;
  try {
    model = subject.family.instantiate(parameters);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { parameters, refused: error.message };
  }
  return { parameters, report: await searched(model, { ...search, whole: true, purity: purityOf(subject) }, terminal) };
}
