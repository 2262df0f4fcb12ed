import type { CheckOptions } from "../../checker/index.ts";
import { choiceOption, countOption, durationOption, sizeOption, type Call, type Options } from "./call.ts";

/** Longer timers would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The options of every command that searches. */
export const SEARCH_OPTIONS: Options = {
  property: {
    value: "ID",
    repeatable: true,
    help: "check only this property, and stop at the end of the level that decides it; repeatable",
  },
  whole: { help: "explore the whole state space, even after all named properties are decided" },
  engine: {
    value: "NAME",
    help: "automatic, compiled, direct or reference: the way states are explored; the verdict is the same",
  },
  workers: { value: "N", help: "number of threads of the search" },
  symmetry: {
    value: "MODE",
    help: "off, declared or auto: explore one state for all that differ in a permutation of interchangeable indices, which is proved first; declared: those of indices in the model; auto: also those that look so; default off (docs/symmetry.md)",
  },
  audit: { value: "N", help: "compiled engine: compare every Nth transition with the reference semantics" },
  "max-states": {
    value: "N",
    help: "store at most this many states, such as 1e6 or 1M; stop, inconclusive, when more are needed",
  },
  "max-memory": {
    value: "SIZE",
    help: "use at most this much memory for states, such as 4G; stop, inconclusive, when more is needed",
  },
  "max-time": {
    value: "TIME",
    help: "stop, inconclusive, after this time, such as 60s, 5m or 2h; the limit is for the whole call",
  },
};

/** @throws ModelError on a value that is not allowed */
export function searchOptions(call: Call): CheckOptions {
  const properties = call.values("property");
  const engine = choiceOption(call, "engine", ["automatic", "compiled", "direct", "reference"]);
  const workers = countOption(call, "workers");
  const symmetry = choiceOption(call, "symmetry", ["off", "declared", "auto"]);
  const audit = countOption(call, "audit");
  const maxStates = countOption(call, "max-states");
  const seconds = durationOption(call, "max-time");
  const maxMemory = sizeOption(call, "max-memory");
  return {
    ...(properties.length > 0 ? { properties } : {}),
    ...(call.has("whole") ? { whole: true } : {}),
    ...(engine === undefined ? {} : { engine }),
    ...(workers === undefined ? {} : { workers }),
    ...(symmetry === undefined ? {} : { symmetry }),
    ...(audit === undefined ? {} : { audit }),
    ...(maxStates === undefined ? {} : { maxStates }),
    ...(maxMemory === undefined ? {} : { maxMemory }),
    ...(seconds === undefined ? {} : { signal: AbortSignal.timeout(Math.min(seconds * 1000, MAX_TIMER_MS)) }),
  };
}
