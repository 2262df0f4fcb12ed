import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sizeText } from "../models.ts";
import { answerOf, run } from "../process.ts";
import { benchFile, lastLines, must, printed, scratchFolder, type Contestant, type Prepared } from "./contestant.ts";

const ALL = "-DSAFETY -DNOREDUCE -DNOBOUNDCHECK -DMEMLIM=16000";
const OPTIMISED = "-O3 -march=native";
/** Steps of the depth-first stack: made more until they are enough. `-b` ends a search that needs more at once. */
const FIRST_DEPTH = 1_000_000;
const DEEPER = 1.25;

/** SPIN, exact and without partial order reduction. Depth-first is its fastest way. */
export function spin(order: "depth-first" | "breadth-first", optimised: string = OPTIMISED): Contestant {
  const deep = order === "depth-first";
  const defines = deep ? `${ALL} -DNOFAIR -DSFH -DNOVSZ` : `${ALL} -DBFS`;
  return {
    id: deep ? "spin" : "spin-bfs",
    name: `SPIN, ${order}`,
    settings: `gcc ${optimised} ${defines}; -w so that the table has 1 to 2 slots for each state${deep ? ", -m as deep as is needed" : ""}; exact. Its own clock`,
    most: deep ? 25_000_000 : 3_000_000,
    missing: async () =>
      (await answerOf("spin", "-V")) !== undefined && (await answerOf("gcc", "--version")) !== undefined
        ? undefined
        : "SPIN or gcc is not installed; on Debian: apt-get install spin gcc",
    version: async () =>
      `${(await answerOf("spin", "-V"))?.trim()}, ${(await answerOf("gcc", "--version"))?.split("\n")[0]}`,
    async prepare({ name, parameters, known }, size): Promise<Prepared> {
      const started = performance.now();
      const directory = scratchFolder();
      await writeFile(join(directory, "model.pml"), await readFile(benchFile(`peers/${name}.pml`)));
      const constants = parameters.map(({ constant }, index) => `-D${constant}=${size[index]}`);
      await must("spin", [...constants, "-a", "model.pml"], directory);
      await must("gcc", [...optimised.split(" "), ...defines.split(" "), "-o", "pan", "pan.c"], directory);
      let states = known[sizeText(size)]?.distinct ?? 1 << 24;
      let depth = FIRST_DEPTH;
      return {
        seconds: (performance.now() - started) / 1000,
        async search() {
          for (;;) {
            const table = `-w${Math.max(16, Math.ceil(Math.log2(states)))}`;
            const given = deep ? [table, `-m${depth}`, "-b"] : [table];
            const { output, status, seconds, cpu, others, bytes } = await run("./pan", given, directory);
            if (output.includes("max search depth too small")) {
              depth = Math.ceil(depth * DEEPER);
              continue;
            }
            // Its summary comes even where it gave up half-way.
            const gaveUp = /Search not completed|out of memory|reached -DMEMLIM/.test(output);
            if (status !== 0 || gaveUp || !output.includes("errors: 0")) {
              throw new Error(`at ${sizeText(size)} it did not finish: ${lastLines(output)}`);
            }
            // Its first state is the one before initialisation, which is a step of its own; and it counts the initial
            // state as a transition.
            const stored = printed(output, /([\d.e+]+) states, stored/);
            if (stored.within > 0) throw new Error(`at ${sizeText(size)} it printed a rounded number of states`);
            const transitions = printed(output, /([\d.e+]+) transitions/);
            states = stored.value;
            return {
              distinct: stored.value - 1,
              transitions: transitions.value - 2,
              transitionsWithin: transitions.within,
              // A search too short for its clock is given as the process's time.
              seconds: printed(output, /elapsed time ([\d.e+-]+)/).value || seconds,
              process: seconds,
              cpu,
              others,
              bytes,
            };
          }
        },
      };
    },
  };
}
