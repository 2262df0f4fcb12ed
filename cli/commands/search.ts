import { check, type CheckOptions, type Model, type Progress, type Report } from "../../checker/index.ts";
import { ModelError } from "../../checker/errors.ts";
import { bytes, count, rough } from "../output/format.ts";
import { mistakeText } from "../output/model-mistakes.ts";
import type { Terminal } from "../output/terminal.ts";

/** Checks a model with a progress line. Ctrl-C ends the search early, with a report on the states so far. */
export async function explored(
  model: Model<unknown>,
  options: CheckOptions,
  terminal: Terminal,
): Promise<Report<unknown>> {
  announceSize(model, terminal);
  return interruptibly(options, terminal, (interruptible) =>
    check(model, {
      ...interruptible,
      onProgress: (progress) => terminal.showProgress(progressLine(model.name, progress)),
    }),
  );
}

/**
 * Runs work with a signal that is also aborted by an interrupt. Several searches in a row are one piece of work: an
 * interrupt between two of them ends the row with a report.
 */
export function interruptibly<Result>(
  options: CheckOptions,
  terminal: Terminal,
  work: (options: CheckOptions) => Promise<Result>,
): Promise<Result> {
  const { signal: own } = options;
  return terminal.interruptible((signal) =>
    work({ ...options, signal: own === undefined ? signal : AbortSignal.any([signal, own]) }),
  );
}

/** From this number of action instances on, a search is slow. */
const MANY_INSTANCES = 10_000;

/** Reports the number of a model's action instances before the work begins, where it is very large. */
export function announceSize({ name, instances }: Model<unknown>, terminal: Terminal): void {
  if (instances.length < MANY_INSTANCES) return;
  terminal.complain(`${name}: ${count(instances.length)} action instances, each tried in every state`);
}

/**
 * The same for a command whose output has no place for a mistake in the model.
 *
 * @throws ModelError where a function of the model fails
 */
export async function searched(
  model: Model<unknown>,
  options: CheckOptions,
  terminal: Terminal,
): Promise<Report<unknown>> {
  const report = await explored(model, options, terminal);
  const [mistake] = report.mistakes ?? [];
  if (mistake !== undefined) throw new ModelError(mistakeText(mistake));
  return report;
}

/** From this number of states on, the bytes per state are a basis for an estimate. */
const ENOUGH_STATES = 1_000_000;

/** Progress of a search, on one line. */
function progressLine(name: string, progress: Progress): string {
  const { states, depth, frontier, bytes: size, maxMemory, seconds, storing } = progress;
  const rate = rough(states / Math.max(seconds, 0.001));
  if (storing === true) return `${name}: storing transitions of ${rough(states)} states, ${rate}/s, ${bytes(size)}`;
  const line = `${name}: ${rough(states)} states, ${rate}/s, depth ${depth}, ${rough(frontier)} to go, ${bytes(size)}`;
  // Before that, most of the bytes are fixed buffers.
  if (maxMemory === undefined || states < ENOUGH_STATES) return line;
  return `${line}, room for ${rough((states / size) * maxMemory)}`;
}
