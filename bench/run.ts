/**
 * `npm run bench`: this project's engines and the checkers found on the machine, on the same models. Each search is a
 * process of its own; counts must agree before a ratio is printed. `npm run bench -- --help` lists the options.
 */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf, ModelError } from "../checker/errors.ts";
import { benchFile, lastLines, type Contestant } from "./contestants/contestant.ts";
import { contestants } from "./contestants/index.ts";
import { machine } from "./machine.ts";
import { measure, type Measured } from "./measure.ts";
import { sizeText } from "./models.ts";
import { helpText, optionsOf, type Options } from "./options.ts";
import { run } from "./process.ts";
import { builtProgram, type Program } from "./program.ts";
import { MIDDLE_COMMAND, RESULT_SCHEMA, SMALL_COMMAND, type Result, type Start } from "./result.ts";
import { markdownOf } from "./table.ts";

/** Output of a benchmark, and the command that starts this project. */
export interface Surroundings {
  readonly print: (text: string) => void;
  readonly say: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This project; default the build. */
  readonly program?: Program;
}

const MIN_STARTS = 5;

/** The program; its exit status. */
export async function bench(given: readonly string[], { print, say, env, program }: Surroundings): Promise<0 | 1 | 2> {
  try {
    const ids = contestants(undefined).map(({ id }) => id);
    const options = optionsOf(given, ids, env);
    if (options.help) {
      print(helpText(ids));
      return 0;
    }
    const results = benchFile("results");
    await mkdir(results, { recursive: true });
    const out = resolve(options.out ?? join(results, "latest"));
    if (!existsSync("/proc/self/stat")) {
      throw new ModelError(
        "processor times and memory of the checkers are read from /proc, which is not here; use Linux",
      );
    }
    if (!existsSync(dirname(out))) throw new ModelError(`--out ${out} cannot be written; is its folder there?`);
    const result = await benchmark(options, program, say, async (soFar) =>
      writeFile(`${out}.json`, `${JSON.stringify(soFar, undefined, 1)}\n`),
    );
    const markdown = markdownOf(result);
    await writeFile(`${out}.md`, markdown);
    print(markdown);
    return result.complaints.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    say(`bench: ${error.message}`);
    return 2;
  }
}

async function benchmark(
  { plans, turns, contestants: chosen, tools }: Options,
  program: Program | undefined,
  say: (line: string) => void,
  keep: (result: Result) => Promise<void>,
): Promise<Result> {
  const there: Contestant[] = [];
  const missing = new Set<string>();
  for (const contestant of contestants(tools, program)) {
    if (chosen !== undefined && !chosen.includes(contestant.id)) continue;
    const why = await contestant.missing();
    if (why === undefined) there.push(contestant);
    else missing.add(why);
  }
  for (const line of missing) say(line);
  // Without a build, nothing is measured at all.
  if (program === undefined && there.some(({ language }) => language === undefined)) builtProgram();
  const about = {
    schema: RESULT_SCHEMA,
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    turns,
    contestants: await Promise.all(
      there.map(async ({ id, name, settings, version }) => {
        return { id, name, settings, version: await version() };
      }),
    ),
    models: plans.map(({ model: { name, parameters, start } }) => {
      return { name, parameters: parameters.map(({ name }) => name), start: sizeText(start) };
    }),
    missing: [...missing],
  };
  const starts: Start[] = [];
  const complaints: string[] = [];
  const result = (found: Measured): Result => {
    return { ...about, ...found, starts, complaints: [...complaints, ...found.complaints] };
  };
  if (program === undefined && there.some(({ id }) => id === "command")) {
    // Whole commands are quick: measured apart, more often than searches.
    for (let turn = 1; turn <= Math.max(MIN_STARTS, turns); turn++) {
      for (const what of [SMALL_COMMAND, MIDDLE_COMMAND]) {
        const [executable = "", ...first] = builtProgram().command;
        const { seconds, cpu, status, output } = await run(executable, [...first, ...what.split(" ").slice(1)], ".");
        if (status === 0) starts.push({ turn, what, seconds, cpu });
        else complaints.push(`${what} ended with status ${status}: ${lastLines(output)}`);
      }
    }
  }
  const named = new Set(chosen);
  const found = await measure(there, plans, { turns, named, say, keep: async (soFar) => keep(result(soFar)) });
  const all = result(found);
  await keep(all);
  return all;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // A Ctrl-C ends the search that runs, too; what was measured is in the file.
  process.on("SIGINT", () => process.exit(130));
  process.on("SIGTERM", () => process.exit(143));
  try {
    process.exitCode = await bench(process.argv.slice(2), {
      print: (text) => process.stdout.write(text),
      say: (line) => process.stderr.write(`${line}\n`),
      env: process.env,
    });
  } catch (error) {
    console.error(`bench: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
