/**
 * `npm run bench`: this project's engines and the checkers found on the machine, on the same models. Each search is a
 * process of its own; counts must agree before a ratio is printed. `npm run bench -- --help` lists the options.
 */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem, type } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf, ModelError } from "../checker/errors.ts";
import { benchFile, lastLines, type Contestant } from "./contestants/contestant.ts";
import { buildOf } from "./contestants/own.ts";
import { contestants } from "./contestants/index.ts";
import { measure } from "./measure.ts";
import { sizeText } from "./models.ts";
import { helpText, optionsOf, type Options } from "./options.ts";
import { run } from "./process.ts";
import { START_COMMAND, type Result, type Start } from "./result.ts";
import { markdownOf } from "./table.ts";

/** Where a benchmark writes to, and how this project is started. */
export interface Surroundings {
  readonly print: (text: string) => void;
  readonly say: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The command that is `irqproof`, with its first words; default the build. */
  readonly start?: readonly string[];
}

/** The program; its exit status. */
export async function bench(given: readonly string[], { print, say, env, start }: Surroundings): Promise<0 | 1 | 2> {
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
    if (!existsSync(dirname(out))) throw new ModelError(`--out ${out} cannot be written; is its folder there?`);
    const result = await benchmark(options, start, say, async (soFar) =>
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
  start: readonly string[] | undefined,
  say: (line: string) => void,
  keep: (result: Result) => Promise<void>,
): Promise<Result> {
  const there: Contestant[] = [];
  const missing = new Set<string>();
  for (const contestant of contestants(tools, start)) {
    if (chosen !== undefined && !chosen.includes(contestant.id)) continue;
    const why = await contestant.missing();
    if (why === undefined) there.push(contestant);
    else missing.add(why);
  }
  for (const line of missing) say(line);
  // Without a build, nothing is measured at all.
  if (start === undefined && there.some(({ id }) => /^(compiled|reference)/.test(id))) buildOf();
  const about = {
    schema: 1 as const,
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
  // Whole commands are quick: measured apart, more often than searches.
  if (start === undefined && there.some(({ id }) => id === "compiled")) {
    for (let turn = 1; turn <= Math.max(5, turns); turn++) {
      const [command, ...first] = buildOf();
      const given = [...first, ...START_COMMAND.split(" ").slice(1)];
      const { seconds, status, output } = await run(command as string, given, ".");
      if (status === 0) starts.push({ turn, what: START_COMMAND, seconds });
      else complaints.push(`${START_COMMAND} ended with status ${status}: ${lastLines(output)}`);
    }
  }
  const result = (found: Pick<Result, "prepared" | "samples" | "complaints">): Result => {
    return { ...about, ...found, starts, complaints: [...complaints, ...found.complaints] };
  };
  const named = new Set(chosen);
  const found = await measure(there, plans, { turns, named, say, keep: async (soFar) => keep(result(soFar)) });
  const all = result(found);
  await keep(all);
  return all;
}

/** The class of machine, without its name. */
function machine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} ${processors.length === 1 ? "core" : "cores"} of ${processors[0]?.model ?? "an unknown processor"}, ${memory} GiB of memory, ${type()}, Node ${process.versions.node}`;
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
