/**
 * `npm run bench:catalogue -- [OPTION ...]`: one search of each entry of the catalogue at the same size, each in a
 * process of its own. Writes a table as Markdown and everything as JSON. Exit status 0, 1 when an entry fails or is
 * slow, 2 when the call is wrong.
 */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { messageOf, ModelError } from "../checker/errors.ts";
import { catalogue, type CatalogueEntry } from "../catalogue/index.ts";
import { catalogueMarkdown, entryRateOf, isSlow, type CatalogueResult, type EntryRow } from "./catalogue-table.ts";
import { sizeOf, WANTED_SIZE, type EntrySize } from "./catalogue-size.ts";
import { benchFile, lastLines } from "./contestants/contestant.ts";
import { machine } from "./machine.ts";
import { run } from "./process.ts";
import { builtProgram, type Program } from "./program.ts";
import type { Surroundings } from "./run.ts";
import type { SearchTask, TimedSearch } from "./search-process.ts";
import { safetyOf } from "./subject.ts";

/** Options of a call. */
interface Options {
  readonly help: boolean;
  readonly entries: readonly CatalogueEntry[];
  readonly maxStates: number;
  /** The path of the result without its extension. */
  readonly out: string;
}

const DEFAULT_MAX_STATES = 3_000_000;
const HELP = `npm run bench:catalogue -- [OPTION ...]

Searches each entry of the catalogue once, in a process of its own: at ${Object.entries(WANTED_SIZE)
  .map(([name, value]) => `${value} ${name}`)
  .join(", ")}
or the largest size below that the entry allows, with all safety properties, by
the compiled engine with one worker.

  --ids WORDS      only these entries, with commas between: an id, or a part of
                   several
  --max-states N   end each search there; default ${DEFAULT_MAX_STATES}
  --out PATH       write PATH.md and PATH.json; default
                   bench/results/latest.catalogue
  --help           print this

Exit status: 0, or 1 when an entry fails or is slow, or 2 when the call is wrong.
`;

/** The program; its exit status. */
export async function benchCatalogue(
  given: readonly string[],
  { print, say, program }: Omit<Surroundings, "env">,
): Promise<0 | 1 | 2> {
  try {
    const { help, entries, maxStates, out } = optionsOf(given);
    if (help) {
      print(HELP);
      return 0;
    }
    await mkdir(benchFile("results"), { recursive: true });
    if (!existsSync(dirname(out))) throw new ModelError(`--out ${out} cannot be written; does its folder exist?`);
    const started = program ?? builtProgram();
    const about = { schema: 1 as const, date: new Date().toISOString().slice(0, 10), machine: machine(), maxStates };
    const rows: EntryRow[] = [];
    for (const entry of entries) {
      const row = await rowOf(entry, maxStates, started);
      rows.push(row);
      say(lineOf(row));
      // An interrupted benchmark keeps what it has.
      await writeFile(`${out}.json`, `${JSON.stringify({ ...about, rows } satisfies CatalogueResult, undefined, 1)}\n`);
    }
    const markdown = catalogueMarkdown({ ...about, rows });
    await writeFile(`${out}.md`, markdown);
    print(markdown);
    return rows.some((row) => row.failure !== undefined || isSlow(row)) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    say(`bench:catalogue: ${error.message}`);
    return 2;
  }
}

async function rowOf(entry: CatalogueEntry, maxStates: number, program: Program): Promise<EntryRow> {
  const { id } = entry;
  let size: EntrySize = {};
  try {
    size = sizeOf(entry);
    const properties = await safetyOf(id, size);
    const task: SearchTask = {
      subject: id,
      parameters: size,
      options: { engine: "compiled", workers: 1, maxStates, properties, whole: true },
    };
    const [executable = "", ...first] = program.search;
    const ended = await run(executable, [...first, JSON.stringify(task)], benchFile(".."));
    if (ended.status !== 0) {
      return { id, size, failure: `it ended with status ${ended.status}: ${lastLines(ended.output)}` };
    }
    return { id, size, found: { ...(JSON.parse(ended.stdout) as TimedSearch), bytes: ended.bytes } };
  } catch (error) {
    return { id, size, failure: messageOf(error) };
  }
}

function lineOf(row: EntryRow): string {
  const { id, found, failure } = row;
  if (found === undefined) return `${id}: ${failure}`;
  const rate = ((entryRateOf(row) ?? 0) / 1000).toFixed(0);
  return `${id}: ${found.states.distinct} states, search ${found.search.toFixed(2)} s, ${rate} thousand/s${isSlow(row) ? ", slow" : ""}`;
}

function optionsOf(given: readonly string[]): Options {
  const { ids, out, help, "max-states": max } = parsed(given);
  if (max !== undefined && !/^[1-9]\d{0,11}$/.test(max)) {
    throw new ModelError(`--max-states is ${max}: it must be a positive integer`);
  }
  return {
    help: help === true,
    entries: ids === undefined ? catalogue : chosen(ids.split(",").map((word) => word.trim())),
    maxStates: max === undefined ? DEFAULT_MAX_STATES : Number(max),
    out: resolve(out?.replace(/\.(md|json)$/, "") ?? join(benchFile("results"), "latest.catalogue")),
  };
}

function parsed(given: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...given],
      options: {
        ids: { type: "string" },
        "max-states": { type: "string" },
        out: { type: "string" },
        help: { type: "boolean" },
      },
    });
    return values;
  } catch (error) {
    throw new ModelError(`${messageOf(error).split(". ")[0]}; --help lists the options`);
  }
}

/** The entries with these ids; a word that is no id stands for all ids that contain it. */
function chosen(words: readonly string[]): readonly CatalogueEntry[] {
  const wanted = new Set<CatalogueEntry>();
  for (const word of words) {
    const exact = catalogue.filter(({ id }) => id === word);
    const found = exact.length > 0 ? exact : catalogue.filter(({ id }) => word !== "" && id.includes(word));
    if (found.length === 0) throw new ModelError(`--ids has ${word || "an empty word"}: no entry has such an id`);
    for (const entry of found) wanted.add(entry);
  }
  return catalogue.filter((entry) => wanted.has(entry));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // A Ctrl-C ends the search that runs, too; what was measured is in the file.
  process.on("SIGINT", () => process.exit(130));
  process.on("SIGTERM", () => process.exit(143));
  try {
    process.exitCode = await benchCatalogue(process.argv.slice(2), {
      print: (text) => process.stdout.write(text),
      say: (line) => process.stderr.write(`${line}\n`),
    });
  } catch (error) {
    console.error(`bench:catalogue: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
