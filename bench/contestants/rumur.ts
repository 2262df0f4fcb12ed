import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sizeText } from "../models.ts";
import { answerOf, run } from "../process.ts";
import { lastLines, must, peerFile, printed, scratchFolder, type Contestant } from "./contestant.ts";

const OPTIONS = "--symmetry-reduction off --deadlock-detection stuck --pack-state off";
const OPTIMISED = "-O3 -march=native -flto";
/** Options that its generated code needs. */
const NEEDED = "-std=c11 -mcx16";

/** Rumur, exact, without symmetry. */
export function rumur(threads: number, optimised: string = OPTIMISED): Contestant {
  const options = `--threads ${threads} ${OPTIONS}`;
  const id = threads > 1 ? `rumur-${threads}` : "rumur";
  return {
    id,
    name: `Rumur, ${threads} thread${threads > 1 ? "s" : ""}`,
    settings: `rumur ${options}; gcc ${optimised} ${NEEDED}; exact. The search is its whole process`,
    language: "m",
    most: threads > 1 ? 3_000_000 : 25_000_000,
    missing: async () =>
      (await answerOf("rumur", "--version")) !== undefined && (await answerOf("gcc", "--version")) !== undefined
        ? undefined
        : "Rumur or gcc is not installed; on Debian: apt-get install rumur gcc",
    version: async () => `${(await answerOf("rumur", "--version"))?.trim()}`,
    async run(model, size) {
      const directory = scratchFolder(`${id} ${model.name} ${sizeText(size)}`);
      const constants = model.parameters.map(({ constant }, index) => `const ${constant}: ${size[index]};\n`).join("");
      await writeFile(join(directory, "model.m"), constants + (await peerFile(model, "m")));
      const generation = await must("rumur", [...options.split(" "), "--output", "model.c", "model.m"], directory);
      const compilation = await must(
        "gcc",
        [...`${optimised} ${NEEDED}`.split(" "), "model.c", "-o", "model", "-lpthread", "-latomic"],
        directory,
      );
      const { output, status, seconds, cpu, others, bytes } = await run("./model", [], directory);
      if (status !== 0) throw new Error(`at ${sizeText(size)} it did not finish: ${lastLines(output)}`);
      return {
        distinct: printed(output, /(\d+) states, \d+ rules fired in/).value,
        transitions: printed(output, /(\d+) rules fired in/).value,
        transitionsWithin: 0,
        generation: generation.cpu,
        compilation: compilation.cpu,
        cpu,
        search: cpu,
        // Its own clock has whole seconds.
        seconds,
        process: seconds,
        others,
        bytes,
      };
    },
  };
}
