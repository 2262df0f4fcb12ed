import { spawnSync } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ModelError } from "../checker/errors.ts";
import { benchFile, scratchFolder } from "./contestants/contestant.ts";

/** The commands that start this project, each with its first words. */
export interface Program {
  /** `irqproof`. */
  readonly command: readonly string[];
  /** One search, timed from inside: `search-process.ts`. */
  readonly search: readonly string[];
}

const JITI = benchFile("../node_modules/jiti/lib/jiti-cli.mjs");
const NO_BUILD = "there is no build of this project; run npm run build first";

let copy: Program | undefined;

/**
 * A copy of the build as it is now, so that a later build does not change a benchmark that takes hours.
 *
 * @throws ModelError without a build
 */
export function builtProgram(): Program {
  if (copy !== undefined) return copy;
  const folder = scratchFolder("the build");
  const command = [process.execPath, join(folder, "bin", "irqproof.js")] as const;
  const search = join(folder, "bench", "search-process.ts");
  try {
    for (const part of ["bin", "package.json", "dist", "bench/search-process.ts"]) {
      cpSync(benchFile(`../${part}`), join(folder, part), { recursive: true });
    }
    symlinkSync(benchFile("../node_modules"), join(folder, "node_modules"), "junction");
  } catch {
    throw new ModelError(NO_BUILD);
  }
  // An unfinished build does not start.
  if (spawnSync(command[0], [command[1], "--version"]).status !== 0) throw new ModelError(NO_BUILD);
  return (copy = { command, search: [process.execPath, JITI, search, join(folder, "dist"), "js"] });
}

/** The sources as they are, for the benchmark's own tests: no build is needed. */
export function sourceProgram(): Program {
  return {
    command: [process.execPath, JITI, benchFile("from-source.ts")],
    search: [process.execPath, JITI, benchFile("search-process.ts"), benchFile(".."), "ts"],
  };
}
