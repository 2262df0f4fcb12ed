import { spawnSync } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ModelError } from "../../checker/errors.ts";
import { sizeText } from "../models.ts";
import { run } from "../process.ts";
import { benchFile, lastLines, scratchFolder, type Contestant } from "./contestant.ts";

/** What `irqproof check --json` says, as far as it is read here. */
interface Report {
  readonly verdict: string;
  readonly states: { readonly distinct: number; readonly transitions: number };
  readonly seconds: number;
}

const NO_BUILD = "there is no build of this project; run npm run build first";

let copy: readonly string[] | undefined;

/**
 * How `irqproof` is started: a copy of the build as it is now, so that nobody's next build meets a benchmark of hours.
 *
 * @throws ModelError when there is no build
 */
export function buildOf(): readonly string[] {
  if (copy !== undefined) return copy;
  const folder = scratchFolder();
  const program = [process.execPath, join(folder, "bin", "irqproof.js")] as const;
  try {
    for (const part of ["bin", "package.json", "dist"]) {
      cpSync(benchFile(`../${part}`), join(folder, part), { recursive: true });
    }
    symlinkSync(benchFile("../node_modules"), join(folder, "node_modules"), "junction");
  } catch {
    throw new ModelError(NO_BUILD);
  }
  // A build that is being made right now does not start.
  if (spawnSync(program[0], [program[1], "--version"]).status !== 0) throw new ModelError(NO_BUILD);
  return (copy = program);
}

/** An engine of this project, called as a user calls it. */
export function own(engine: "compiled" | "reference", workers: number, start?: readonly string[]): Contestant {
  const several = workers > 1;
  const options = ["--engine", engine, ...(several ? ["--workers", `${workers}`] : []), "--json"];
  return {
    id: several ? `${engine}-${workers}` : engine,
    name: `irqproof, ${engine}${several ? `, ${workers} workers` : ""}`,
    settings: `irqproof check FILE.ts ${options.join(" ")}; exact. Its own clock: learning and compiling the model are part of the search`,
    most: engine === "reference" ? 200_000 : Infinity,
    missing: async () => undefined,
    version: async () => `Node ${process.versions.node}`,
    prepare: async ({ name, parameters, properties }, size) => ({
      seconds: 0,
      async search() {
        const [command, ...first] = start ?? buildOf();
        const given = [
          ...first,
          "check",
          benchFile(`../examples/${name}.ts`),
          ...parameters.flatMap(({ name }, index) => [`--${name}`, `${size[index]}`]),
          ...properties.flatMap((property) => ["--property", property]),
          ...options,
        ];
        const { output, stdout, status, seconds, cpu, others, bytes } = await run(
          command as string,
          given,
          benchFile(".."),
        );
        if (status !== 0) throw new Error(`at ${sizeText(size)} it ended with status ${status}: ${lastLines(output)}`);
        const report = JSON.parse(stdout) as Report;
        return {
          ...report.states,
          transitionsWithin: 0,
          seconds: report.seconds,
          process: seconds,
          cpu,
          others,
          bytes,
        };
      },
    }),
  };
}
