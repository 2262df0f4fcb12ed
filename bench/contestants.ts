import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exists, run } from "./process.ts";

/** Sizes of the common migration model. */
export interface Size {
  readonly cpus: number;
  readonly vectors: number;
  readonly devices: number;
}

/** One search by one checker. */
export interface Sample {
  readonly distinct: number;
  readonly transitions: number;
  /** What the search took, by the checker's own clock; compilation of the model is not part of it. */
  readonly seconds: number;
  /** The most memory of the whole process, in bytes; 0 where it could not be seen. */
  readonly bytes: number;
  /** Wall-clock time of the whole process, start to verdict. */
  readonly process: number;
}

export interface Contestant {
  readonly name: string;
  /** How it was run. */
  readonly settings: string;
  /** Why it cannot run here, with how to get it; undefined when it can. */
  missing(): Promise<string | undefined>;
  /** Prepares a size, and returns what makes one run of it. */
  prepare(size: Size): Promise<() => Promise<Sample>>;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** An engine of this project, from its build. */
export function own(engine: "compiled" | "reference", workers: number): Contestant {
  return {
    name: `irqproof ${engine}${workers > 1 ? `, ${workers} workers` : ""}`,
    settings: `check(model, { engine: "${engine}", workers: ${workers} })`,
    missing: async () => undefined,
    prepare: async (size) => async () => {
      const jiti = here("../node_modules/jiti/lib/jiti-cli.mjs");
      const given = [jiti, here("engine.ts"), engine, `${workers}`, here("models/migration.ts"), JSON.stringify(size)];
      const { output, status, seconds, bytes } = await run(process.execPath, given, here(".."));
      if (status !== 0) throw new Error(`irqproof failed: ${output}`);
      const said = JSON.parse(output.trim().split("\n").at(-1) as string) as Sample;
      return { ...said, bytes, process: seconds };
    },
  };
}

/** SPIN, depth-first: its fastest exhaustive mode that stores full states. */
export const spin: Contestant = {
  name: "SPIN, depth-first",
  settings: "gcc -O3 -march=native -DSAFETY -DNOREDUCE -DNOFAIR -DNOBOUNDCHECK -DMEMLIM=16000 -DSFH; -w25 -m6000000",
  missing: async () =>
    (await exists("spin", "-V")) && (await exists("gcc", "--version"))
      ? undefined
      : "SPIN or gcc is not installed; on Debian: apt-get install spin gcc",
  async prepare({ cpus, vectors, devices }) {
    const directory = await mkdtemp(join(tmpdir(), "irqproof-spin-"));
    await writeFile(join(directory, "model.pml"), await readFile(here("peers/migration.pml")));
    await must("spin", [`-DC=${cpus}`, `-DV=${vectors}`, `-DD=${devices}`, "-a", "model.pml"], directory);
    const defines = "-DSAFETY -DNOREDUCE -DNOFAIR -DNOBOUNDCHECK -DMEMLIM=16000 -DSFH".split(" ");
    await must("gcc", ["-O3", "-march=native", ...defines, "-o", "pan", "pan.c"], directory);
    const small = cpus * vectors * devices <= 12;
    return async () => {
      const { output, seconds, bytes } = await run(
        "./pan",
        small ? ["-w22", "-m1000000"] : ["-w25", "-m6000000"],
        directory,
      );
      if (!output.includes("errors: 0") || output.includes("max search depth too small")) {
        throw new Error(`SPIN did not finish: ${output}`);
      }
      return {
        // Its first state is the one before initialisation, which is a step of its own.
        distinct: number(output, /([\d.e+]+) states, stored/) - 1,
        transitions: number(output, /([\d.e+]+) transitions/) - 2,
        seconds: number(output, /elapsed time ([\d.]+)/),
        bytes,
        process: seconds,
      };
    };
  },
};

/** Rumur, one thread, without symmetry. */
export const rumur: Contestant = {
  name: "Rumur, 1 thread",
  settings:
    "--threads 1 --symmetry-reduction off --deadlock-detection off --pack-state off; gcc -O3 -march=native -flto",
  missing: async () =>
    (await exists("rumur", "--version")) && (await exists("gcc", "--version"))
      ? undefined
      : "Rumur or gcc is not installed; on Debian: apt-get install rumur gcc",
  async prepare({ cpus, vectors, devices }) {
    const directory = await mkdtemp(join(tmpdir(), "irqproof-rumur-"));
    const constants = `const C: ${cpus}; V: ${vectors}; D: ${devices};\n`;
    await writeFile(join(directory, "model.m"), constants + (await readFile(here("peers/migration.m"), "utf8")));
    const options = "--threads 1 --symmetry-reduction off --deadlock-detection off --pack-state off".split(" ");
    await must("rumur", [...options, "--output", "model.c", "model.m"], directory);
    const flags = "-O3 -march=native -flto -std=c11 -mcx16".split(" ");
    await must("gcc", [...flags, "model.c", "-o", "model", "-lpthread", "-latomic"], directory);
    return async () => {
      const { output, status, seconds, bytes } = await run("./model", [], directory);
      if (status !== 0) throw new Error(`Rumur failed: ${output}`);
      const distinct = number(output, /(\d+) states, \d+ rules fired in/);
      // Its own clock counts whole seconds.
      return { distinct, transitions: number(output, /(\d+) rules fired in/), seconds, bytes, process: seconds };
    };
  },
};

/** TLC is asked for only to say how to get it: no model of ours is written in TLA+ yet. */
export const tlc: Contestant = {
  name: "TLC",
  settings: "",
  missing: async () => "TLC is not compared yet: the model is not written in TLA+",
  prepare: async () => {
    throw new Error("TLC is not compared yet");
  },
};

async function must(command: string, given: readonly string[], directory: string): Promise<void> {
  const { status, output } = await run(command, given, directory);
  if (status !== 0) throw new Error(`${command} failed: ${output}`);
}

function number(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${pattern} in: ${text}`);
  return Number(found);
}
