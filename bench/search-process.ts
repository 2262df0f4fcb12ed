/**
 * `jiti search-process.ts FOLDER EXTENSION TASK`: one search in a process of its own, its processor time taken from
 * inside, so that the start of Node and the loading of the model are left out. FOLDER has this project's modules, built
 * or as sources; TASK is JSON. Prints one line of JSON.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type * as Checker from "../checker/index.ts";
import type * as Subjects from "../cli/arguments/subject.ts";

/** The search to do. */
export interface SearchTask {
  /** Name for `irqproof check`: an entry of the catalogue, or a file. */
  readonly subject: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly options: Checker.CheckOptions;
}

/** Result and cost of a search. */
export interface TimedSearch {
  readonly states: { readonly distinct: number; readonly transitions: number; readonly depth: number };
  /** Ids of the violated properties, in the model's order. */
  readonly violated: readonly string[];
  /** Whether a bound ended the search. */
  readonly stopped: boolean;
  readonly bitsPerState: number;
  /** Functions of the model that are called directly instead of by compiled code. */
  readonly direct: number;
  /** Processor seconds of `check`, without `reading` and `compiling`. */
  readonly search: number;
  /** Processor seconds of reading the model's functions before the search; absent where the report does not have it. */
  readonly reading?: number;
  /** Processor seconds of making code before the search; absent where the report does not have it. */
  readonly compiling?: number;
  /** Wall-clock seconds by the report's own clock. */
  readonly seconds: number;
}

/** The engine of a report that times what comes before the search. */
type TimedEngine = Checker.Report<unknown>["engine"] & {
  readonly readingSeconds?: number;
  readonly phases?: readonly Checker.Phase[];
};

/** Does a task with the modules in a folder. */
async function timedSearch(folder: string, extension: string, task: SearchTask): Promise<TimedSearch> {
  // As the command does.
  const { optimizeLater } = (await import(new URL("../bin/later-optimization.js", import.meta.url).href)) as {
    optimizeLater(): void;
  };
  optimizeLater();
  const [{ subjectOf }, { check }] = (await Promise.all(
    ["cli/arguments/subject", "checker/index"].map(async (name) => import(join(folder, `${name}.${extension}`))),
  )) as [typeof Subjects, typeof Checker];
  const { family } = await subjectOf(task.subject);
  const model = family.instantiate(task.parameters);
  const before = process.cpuUsage();
  const { engine, properties, seconds, states, stopped } = await check(model, task.options);
  const { user, system } = process.cpuUsage(before);
  const { readingSeconds: reading, phases = [], ...others }: TimedEngine = engine;
  const compiling = phases.find(({ name }) => name === "generate")?.processorSeconds;
  return {
    states,
    violated: properties.filter(({ verdict }) => verdict === "violated").map(({ id }) => id),
    stopped: stopped !== undefined,
    bitsPerState: others.bitsPerState,
    direct: others.called?.length ?? 0,
    search: (user + system) / 1e6 - (reading ?? 0) - (compiling ?? 0),
    ...(reading === undefined ? {} : { reading }),
    ...(compiling === undefined ? {} : { compiling }),
    seconds,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = "", extension = "", task = ""] = process.argv.slice(2);
  console.log(JSON.stringify(await timedSearch(folder, extension, JSON.parse(task) as SearchTask)));
}
