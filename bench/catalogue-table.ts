import type { EntrySize } from "./catalogue-size.ts";
import type { TimedSearch } from "./search-process.ts";
import { tableOf } from "./table.ts";

/** The search of an entry, or why there is none. */
export interface EntryRow {
  readonly id: string;
  readonly size: EntrySize;
  readonly found?: TimedSearch & {
    /** Peak of the process's resident memory. */
    readonly bytes: number;
  };
  readonly failure?: string;
}

/** The JSON file. */
export interface CatalogueResult {
  readonly schema: 1;
  /** The day, as YYYY-MM-DD. */
  readonly date: string;
  readonly machine: string;
  readonly maxStates: number;
  readonly rows: readonly EntryRow[];
}

/** State spaces above this size must be searched at the required rate; in smaller ones, the start takes most of it. */
export const RATED_STATES = 100_000;
/** States for each processor second of the search. */
export const REQUIRED_RATE = 400_000;

/** States for each processor second of the search; undefined without one. */
export function entryRateOf({ found }: EntryRow): number | undefined {
  return found === undefined || found.search <= 0 ? undefined : found.states.distinct / found.search;
}

/** Whether an entry with a large state space is searched at less than the required rate. */
export function isSlow(row: EntryRow): boolean {
  const rate = entryRateOf(row);
  return rate !== undefined && (row.found?.states.distinct ?? 0) > RATED_STATES && rate < REQUIRED_RATE;
}

const HEAD = [
  "entry",
  "size",
  "distinct states",
  "transitions",
  "thousand states/s",
  "search, s",
  "reading, s",
  "compilation, s",
  "memory, MB",
  "called directly",
  "",
];

/** The result as a Markdown document. */
export function catalogueMarkdown({ date, machine, maxStates, rows }: CatalogueResult): string {
  const slow = rows.filter(isSlow);
  const failed = rows.filter(({ failure }) => failure !== undefined);
  return [
    `# The catalogue on ${date}`,
    "",
    `${machine}. One search of each entry up to ${count(maxStates)} states, with all safety properties, by the compiled engine with one worker, each in a process of its own. Size: CPUs, vectors, devices, moves. Seconds are processor time: search is the call of \`check\` without reading the model's functions and making code of them, which are reported apart. Memory is the peak of the whole process. Called directly: functions of the model without compiled code.`,
    "",
    `Slow: more than ${count(RATED_STATES)} states, searched at less than ${count(REQUIRED_RATE)} a second.`,
    "",
    ...tableOf(HEAD, rows.map(cellsOf)),
    "",
    `${rows.length} ${rows.length === 1 ? "entry" : "entries"}, ${slow.length} slow, ${failed.length} failed.`,
    ...failed.map(({ id, failure }) => `\n- ${id}: ${failure}`),
    "",
  ].join("\n");
}

function cellsOf(row: EntryRow): string[] {
  const { id, size, found } = row;
  const first = [id, Object.values(size).join(",")];
  if (found === undefined) return [...first, ...Array<string>(HEAD.length - 3).fill(""), "failed"];
  const { states, stopped, search, reading, compiling, bytes, direct } = found;
  const rate = entryRateOf(row);
  return [
    ...first,
    `${count(states.distinct)}${stopped ? " and more" : ""}`,
    `${count(states.transitions)}${stopped ? " and more" : ""}`,
    rate === undefined ? "" : count(rate / 1000),
    search.toFixed(2),
    reading === undefined ? "" : reading.toFixed(2),
    compiling === undefined ? "" : compiling.toFixed(2),
    bytes === 0 ? "" : count(bytes / 1e6),
    `${direct}`,
    isSlow(row) ? "slow" : "",
  ];
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-GB");
}
