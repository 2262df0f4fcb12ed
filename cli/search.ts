import { check, type CheckOptions, type Model, type Progress, type Report } from "../checker/index.ts";
import { ModelError } from "../checker/errors.ts";
import { bytes, count, rough } from "./format.ts";
import { mistakeText } from "./model-mistakes.ts";
import type { Terminal } from "./terminal.ts";

/** Checks a model with a progress line. Ctrl-C ends the search early but orderly, with a report on what was seen. */
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
 * Does work with options whose signal is also that of an interrupt. Several searches in a row are such work too: an
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

/** Models with more action instances than this have searches that take long from the start. */
const MANY_INSTANCES = 10_000;

/** Reports the number of a model's action instances before the work begins, where it is very large. */
export function announceSize({ name, instances }: Model<unknown>, terminal: Terminal): void {
  if (instances.length < MANY_INSTANCES) return;
  terminal.complain(`${name}: ${count(instances.length)} action instances, each of which is tried in every state`);
}

/**
 * The same for a command that has no place for a mistake of the model in what it prints.
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

/** After so many states, the bytes that each needs tell how many there is room for. */
const ENOUGH_STATES = 1_000_000;

/** How far a search has come, on one line. */
function progressLine(name: string, progress: Progress): string {
  const { states, depth, frontier, bytes: size, maxMemory, seconds, storing } = progress;
  const rate = rough(states / Math.max(seconds, 0.001));
  if (storing === true)
    return `${name}: storing transitions, of ${rough(states)} states so far, ${rate}/s, ${bytes(size)}`;
  const line = `${name}: ${rough(states)} states, ${rate}/s, depth ${depth}, ${rough(frontier)} to go, ${bytes(size)}`;
  // Before that, fixed buffers make up for most of the bytes.
  if (maxMemory === undefined || states < ENOUGH_STATES) return line;
  return `${line}, room for ${rough((states / size) * maxMemory)}`;
}
