import type { CheckOptions } from "../checker/index.ts";
import { choiceOption, countOption, durationOption, sizeOption, type Call, type Options } from "./call.ts";

/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The options of every command that searches. */
export const SEARCH_OPTIONS: Options = {
  property: {
    value: "ID",
    repeatable: true,
    help: "decide only this property, and stop at the end of the level at which it is decided; may be given again",
  },
  whole: { help: "explore the whole state space, also when all properties that were named are decided" },
  engine: {
    value: "NAME",
    help: "automatic, compiled, direct or reference: how states are explored; the verdict is the same",
  },
  workers: { value: "N", help: "threads that search together" },
  audit: { value: "N", help: "compiled engine: check one of every N transitions against the reference" },
  "max-states": { value: "N", help: "stop, inconclusive, before more states than this are stored, such as 1e6 or 1M" },
  "max-memory": { value: "SIZE", help: "stop, inconclusive, before the states need more bytes, such as 4G" },
  "max-time": {
    value: "TIME",
    help: "stop, inconclusive, after this time, such as 60s, 5m or 2h; it counts for the whole call",
  },
};

/** @throws ModelError on a value that is not allowed */
export function searchOptions(call: Call): CheckOptions {
  const properties = call.values("property");
  const engine = choiceOption(call, "engine", ["automatic", "compiled", "direct", "reference"]);
  const workers = countOption(call, "workers");
  const audit = countOption(call, "audit");
  const maxStates = countOption(call, "max-states");
  const seconds = durationOption(call, "max-time");
  const maxMemory = sizeOption(call, "max-memory");
  return {
    ...(properties.length > 0 ? { properties } : {}),
    ...(call.has("whole") ? { whole: true } : {}),
    ...(engine === undefined ? {} : { engine }),
    ...(workers === undefined ? {} : { workers }),
    ...(audit === undefined ? {} : { audit }),
    ...(maxStates === undefined ? {} : { maxStates }),
    ...(maxMemory === undefined ? {} : { maxMemory }),
    ...(seconds === undefined ? {} : { signal: AbortSignal.timeout(Math.min(seconds * 1000, MAX_TIMER_MS)) }),
  };
}
