import { ascii } from "../plain-text.ts";
import { chart } from "../trace/chart.ts";
import { count, MAIL_WIDTH, wrap } from "../trace/text.ts";
import type { Narrator, Trace } from "../trace/trace.ts";

/**
 * Difference between a system and its model. "returned", "observed": a value that the model does not allow. "threw",
 * "timeout": a call that failed, or gave no answer in time.
 */
export type Difference = "returned" | "observed" | "threw" | "timeout";

/** A run in which a system did what its model does not allow. */
export interface Nonconformance<S> {
  readonly difference: Difference;
  /** The calls of the run, as the model names them; the last one is that after which the difference was observed. */
  readonly calls: readonly string[];
  /** The system's behaviour, as a sentence without a subject: `returned 2`. */
  readonly system: string;
  /** The behaviours that the model allows instead, each once. */
  readonly allowed: readonly string[];
  /** A shortest run of the model, by one of the states that fitted before the difference, unseen steps included. */
  readonly trace: Trace<S>;
  /** The number of states that fitted before the difference. */
  readonly fitting: number;
  /** The value of option `path` that repeats the run. */
  readonly path: string;
}

/** Details of a failure beyond its run. */
export interface FailureContext {
  readonly model: string;
  readonly seed: number;
  /** Calls of the run before it was shortened. */
  readonly found: number;
  /** Whether the same calls led to a difference again. */
  readonly isRepeatable: boolean;
  /** Whether no shorter run fails: all of them were tried. */
  readonly isShortest: boolean;
}

/** Error of `conform` when a system differs from its model: a test runner reports it as a failed assertion. */
export class ConformanceError<S = unknown> extends Error {
  override readonly name = "ConformanceError";
  readonly failure: Nonconformance<S>;
  readonly seed: number;
  /** Whether no shorter run fails: all of them were tried. */
  readonly isShortest: boolean;

  constructor(
    message: string,
    failure: Nonconformance<S>,
    { seed, isShortest }: Pick<FailureContext, "seed" | "isShortest">,
  ) {
    super(message);
    this.failure = failure;
    this.seed = seed;
    this.isShortest = isShortest;
  }
}

const MAX_SHOWN_ALTERNATIVES = 6;

/** A failure as lines of at most 72 characters: the run as a chart, what the system did, what the model allows. */
export function failureText<S>(
  model: Narrator<S>,
  failure: Nonconformance<S>,
  { model: name, seed, found, isRepeatable, isShortest }: FailureContext,
): string {
  const { calls, trace, fitting, path } = failure;
  const shortened = isShortest
    ? ", the fewest that fail"
    : found > calls.length
      ? `, shortened from ${count(found)}`
      : "";
  const when = calls.length === 0 ? "at its start" : `in a run of ${counted(calls.length, "call")}${shortened}`;
  const lines = [
    ...wrap(`The system does not conform to model ${name}: ${when}, it did what the model does not allow.`, MAIL_WIDTH),
    "",
    ...chart(model, trace, { closing: false }).split("\n"),
    "",
  ];
  if (fitting > 1) {
    lines.push(...wrap(`(${count(fitting)} states fit here; the run to one of them is shown.)`, MAIL_WIDTH), "");
  }
  const call = calls.at(-1);
  if (call !== undefined) lines.push(...labelled("call:", call));
  lines.push(...labelled("system:", failure.system), ...alternatives(failure.allowed), "");
  if (!isRepeatable) {
    lines.push(
      ...wrap("The same calls did not fail again: the system answers differently from run to run.", MAIL_WIDTH),
      "",
    );
  }
  // Not wrapped: they are there to be copied.
  lines.push("Repeat with the options", `  { seed: ${seed} }`);
  if (calls.length > 0) lines.push("or this run alone, with", `  { path: "${path}" }`);
  return lines.join("\n");
}

/** `model: A`, and a line with `or` for each further alternative. */
export function alternatives(allowed: readonly string[], label: string = "model:"): string[] {
  const shown = allowed.slice(0, MAX_SHOWN_ALTERNATIVES);
  const rest = allowed.length - shown.length;
  return [
    ...shown.flatMap((text, index) => labelled(index === 0 ? label : "or", text)),
    ...(rest > 0 ? labelled("or", `${counted(rest, "other possibility", "other possibilities")}`) : []),
  ];
}

const LABEL_WIDTH = 9;

/** A label, and a text that may take several lines. */
export function labelled(label: string, text: string): string[] {
  const [first = "", ...more] = wrap(ascii(text), MAIL_WIDTH - 2 - LABEL_WIDTH);
  return [`  ${label.padEnd(LABEL_WIDTH)}${first}`, ...more.map((line) => " ".repeat(2 + LABEL_WIDTH) + line)];
}

function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
