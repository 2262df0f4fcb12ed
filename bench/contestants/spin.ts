import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sizeText, type BenchModel, type Size } from "../models.ts";
import { answerOf, run, type Run } from "../process.ts";
import { lastLines, must, peerFile, printed, scratchFolder, type Contestant } from "./contestant.ts";

/** A C compiler, with its options. */
export interface Compiler {
  readonly command: string;
  readonly options: readonly string[];
}

/** The one that makes SPIN's searches fastest. */
const OPTIMISING: Compiler = { command: "gcc", options: ["-O3", "-march=native"] };
/** The one that compiles fastest. */
const QUICK: Compiler = { command: "tcc", options: [] };

const ALL = "-w -DSAFETY -DNOREDUCE -DNOBOUNDCHECK -DMEMLIM=16000";
const DEPTH_FIRST = "-DNOFAIR -DSFH -DNOVSZ";
const BREADTH_FIRST = "-DBFS";
/** `-b` ends a search that needs a deeper stack at once; the next one has a stack deeper by this factor. */
const DEPTH_FACTOR = 1.25;
/** Slots of the table while the number of states is unknown. */
const UNKNOWN_TABLE_SLOTS = 1 << 24;

/** SPIN, depth-first, which is its fastest way. */
export const spin = (compiler = OPTIMISING): Contestant =>
  spinWith("spin", "SPIN, depth-first", compiler, DEPTH_FIRST, 25_000_000);

/** The same, compiled so quickly that small state spaces take next to no time. */
export const quicklyCompiledSpin = (): Contestant =>
  spinWith("spin-tcc", "SPIN, depth-first, by tcc", QUICK, DEPTH_FIRST, 3_000_000);

/** SPIN, breadth-first. */
export const breadthFirstSpin = (): Contestant =>
  spinWith("spin-bfs", "SPIN, breadth-first", OPTIMISING, BREADTH_FIRST, 3_000_000);

/** SPIN, exact and without partial order reduction. */
function spinWith(
  id: string,
  name: string,
  { command, options }: Compiler,
  order: typeof DEPTH_FIRST | typeof BREADTH_FIRST,
  most: number,
): Contestant {
  const isDeep = order === DEPTH_FIRST;
  const given = [...options, ...ALL.split(" "), ...order.split(" ")];
  /** By model and size: the options that the last search needed. */
  const needed = new Map<string, { readonly states: number; readonly depth: number }>();
  return {
    id,
    name,
    settings: `${command} ${given.join(" ")}; -w so that the table has 1 to 2 slots for each state${isDeep ? ", -m as deep as is needed" : ""}; exact. The search is its whole process`,
    language: "pml",
    most,
    async missing() {
      for (const tool of ["spin", "gcc", command]) {
        const isThere =
          (await answerOf(tool, tool === "gcc" ? "--version" : tool === "spin" ? "-V" : "-v")) !== undefined;
        if (!isThere) return `${tool} is not installed, for ${name}; on Debian: apt-get install ${tool}`;
      }
      return undefined;
    },
    version: async () =>
      [await answerOf("spin", "-V"), await answerOf(command, command === "gcc" ? "--version" : "-v")]
        .map((text) => text?.trim().split("\n")[0])
        .join(", "),
    async run(model, size) {
      const { name, parameters, known, peers } = model;
      const key = `${name} ${sizeText(size)}`;
      const directory = scratchFolder(`${id} ${key}`);
      await writeFile(join(directory, "model.pml"), await peerFile(model, "pml"));
      const macros = [...parameters.map(({ constant }, index) => `${constant}=${size[index]}`), ...peers.macros];
      const generation = await must("spin", [...macros.map((macro) => `-D${macro}`), "-a", "model.pml"], directory);
      const compilation = await must(command, [...given, "-o", "pan", "pan.c"], directory);
      let { states, depth } = needed.get(key) ?? {
        states: known[sizeText(size)]?.distinct ?? UNKNOWN_TABLE_SLOTS,
        depth: peers.depth,
      };
      for (;;) {
        const table = `-w${Math.max(16, Math.ceil(Math.log2(states)))}`;
        const search = await run("./pan", isDeep ? [table, `-m${depth}`, "-b"] : [table], directory);
        if (search.output.includes("max search depth too small")) {
          depth = Math.ceil(depth * DEPTH_FACTOR);
          continue;
        }
        const counts = countsOf(model, size, search);
        states = counts.distinct + 1;
        needed.set(key, { states, depth });
        const { seconds, cpu, others, bytes } = search;
        return {
          ...counts,
          generation: generation.cpu,
          compilation: compilation.cpu,
          cpu,
          search: cpu,
          seconds,
          process: seconds,
          others,
          bytes,
        };
      }
    },
  };
}

/** @throws Error when the search is not complete, or does not have the expected verdict */
function countsOf({ peers, violated }: BenchModel, size: Size, { output, status }: Run) {
  const at = `at ${sizeText(size)}`;
  // The summary comes even from a search that gave up half-way.
  const gaveUp = /Search not completed|out of memory|reached -DMEMLIM/.test(output);
  if (status !== 0 || gaveUp || !output.includes("errors: 0")) {
    throw new Error(`${at} it did not finish: ${lastLines(output)}`);
  }
  const found = [...output.matchAll(/^violated: (.+)$/gm)].map(([, id]) => id).join(", ");
  const expected = (violated?.(size) ?? []).join(", ");
  if (found !== expected) {
    throw new Error(`${at} it finds violated: ${found || "nothing"}; expected: ${expected || "nothing"}`);
  }
  const stored = printed(output, /([\d.e+]+) states, stored/);
  if (stored.within > 0) throw new Error(`${at} it printed a rounded number of states`);
  const transitions = printed(output, /([\d.e+]+) transitions/);
  // It counts the initial state as a transition.
  const initialising = peers.isInitialisedByStep ? 1 : 0;
  return {
    distinct: stored.value - initialising,
    transitions: transitions.value - 1 - initialising,
    transitionsWithin: transitions.within,
  };
}
