import type { ActionInstance } from "../language/index.ts";
import type { TestBench, Run } from "./test-bench.ts";
import { PathDriver } from "./drivers.ts";

/** Bounds of shrinking. */
export interface ShrinkOptions {
  /** Runs of the system, at most. */
  readonly maxRuns: number;
  /** Milliseconds after which no further run begins. */
  readonly maxMs: number;
}

/** Attempts to see a failure again. */
const MAX_REPETITIONS = 5;

/** A failing run, made shorter. */
export interface Shrunk<S> {
  readonly run: Run<S>;
  /** Whether the same calls led to a difference again. */
  readonly isRepeatable: boolean;
  /** Whether all shorter runs were tried, and none of them failed. */
  readonly isShortest: boolean;
}

/**
 * A shorter run that fails too: without any stretch of calls that can be left out (delta debugging, Zeller and
 * Hildebrandt), then a shortest one, if all shorter runs can be tried within the bounds, and with the first values of
 * parameters where they fail as well. Each attempt runs the system anew, so it is never a guess.
 */
export async function shrinkRun<S, Live>(
  bench: TestBench<S, Live>,
  failing: Run<S>,
  { maxRuns, maxMs }: ShrinkOptions,
): Promise<Shrunk<S>> {
  const until = performance.now() + maxMs;
  let left = maxRuns;
  const run = (path: readonly ActionInstance<S>[]): Promise<Run<S>> => {
    left--;
    return bench.run(new PathDriver(path));
  };
  const attempt = async (path: readonly ActionInstance<S>[]): Promise<Run<S> | undefined> => {
    const attempted = await run(path);
    return attempted.failure === undefined ? undefined : attempted;
  };
  const mayTry = (): boolean => left > 0 && performance.now() < until;
  const first = await firstFailing(failing.calls, attempt);
  if (first === undefined) return { run: failing, isRepeatable: false, isShortest: false };
  let best = first;
  for (let size = Math.max(1, best.calls.length >> 1); size >= 1 && mayTry();) {
    let isShorter = false;
    for (let from = 0; from < best.calls.length && mayTry();) {
      const run = await attempt([...best.calls.slice(0, from), ...best.calls.slice(from + size)]);
      // A run may fail by fewer calls than it was given, never by more.
      if (run !== undefined && run.calls.length < best.calls.length) {
        best = run;
        isShorter = true;
      } else {
        from += size;
      }
    }
    // What was needed may not be needed any more.
    if (!isShorter || size > 1) size = isShorter ? Math.min(size, Math.max(1, best.calls.length >> 1)) : size >> 1;
    if (best.calls.length === 0) break;
  }
  const shorter = await shortest(bench.roles.driven, best, run, mayTry);
  best = shorter.run;
  for (let at = 0; at < best.calls.length && mayTry(); at++) {
    const simplest = bench.roles.driven.find(({ action }) => action === best.calls[at]!.action)!;
    if (simplest === best.calls[at]) continue;
    const run = await attempt(best.calls.with(at, simplest));
    if (run !== undefined && run.calls.length <= best.calls.length) best = run;
  }
  return { run: best, isRepeatable: true, isShortest: shorter.isShortest };
}

/** A shortest failing run: all shorter ones are tried, in the order of their length, until one fails. */
async function shortest<S>(
  driven: readonly ActionInstance<S>[],
  best: Run<S>,
  take: (path: readonly ActionInstance<S>[]) => Promise<Run<S>>,
  mayTry: () => boolean,
): Promise<{ readonly run: Run<S>; readonly isShortest: boolean }> {
  // The runs of one length that passed: a longer run begins with one of them.
  let passed: (readonly ActionInstance<S>[])[] = [];
  for (let length = 0; length < best.calls.length; length++) {
    const begun = length === 0 ? [undefined] : driven;
    const longer: typeof passed = [];
    for (const path of length === 0 ? [[]] : passed) {
      for (const instance of begun) {
        if (!mayTry()) return { run: best, isShortest: false };
        const calls = instance === undefined ? path : [...path, instance];
        const run = await take(calls);
        if (run.failure !== undefined) return { run, isShortest: true };
        if (run.calls.length === calls.length) longer.push(calls);
      }
    }
    passed = longer;
  }
  return { run: best, isShortest: true };
}

/**
 * A run that fails again, by the last calls alone or by all of them. A system that acts by itself may answer differently,
 * so all of them are tried more than once.
 */
async function firstFailing<S>(
  calls: readonly ActionInstance<S>[],
  attempt: (path: readonly ActionInstance<S>[]) => Promise<Run<S> | undefined>,
): Promise<Run<S> | undefined> {
  for (let last = 1; last < calls.length; last *= 2) {
    const run = await attempt(calls.slice(-last));
    if (run !== undefined) return run;
  }
  for (let again = 0; again < MAX_REPETITIONS; again++) {
    const run = await attempt(calls);
    if (run !== undefined) return run;
  }
  return undefined;
}
