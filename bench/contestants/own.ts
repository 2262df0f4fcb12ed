import { sizeText, type BenchModel, type Size } from "../models.ts";
import { run, type Run } from "../process.ts";
import { builtProgram, type Program } from "../program.ts";
import type { SearchTask, TimedSearch } from "../search-process.ts";
import { safetyOf } from "../subject.ts";
import { benchFile, lastLines, type Contestant } from "./contestant.ts";

/** The part of `irqproof check --json` that is read here. */
interface Report {
  readonly states: { readonly distinct: number; readonly transitions: number };
  readonly seconds: number;
  readonly properties: readonly { readonly id: string; readonly verdict: string }[];
}

const ROOT = benchFile("..");
const ABOUT = {
  missing: async () => undefined,
  version: async () => `Node ${process.versions.node}`,
};

/** The command as a user calls it: from its start to the verdict. */
export function command(program?: Program): Contestant {
  return {
    ...ABOUT,
    id: "command",
    name: "irqproof check",
    settings:
      "irqproof check SUBJECT --json, the engine chosen automatically; exact. The whole process is timed, not the search",
    most: Infinity,
    async run(model, size) {
      const [executable = "", ...first] = (program ?? builtProgram()).command;
      const ended = await run(
        executable,
        [
          ...first,
          "check",
          model.subject,
          ...model.parameters.flatMap(({ name }, index) => [`--${name}`, `${size[index]}`]),
          ...(await propertiesOf(model, size)).flatMap((property) => ["--property", property]),
          "--whole",
          "--json",
        ],
        ROOT,
      );
      // 1 is a violated property, which may be expected.
      if (ended.status > 1) throw failed(size, ended);
      const { states, seconds, properties } = JSON.parse(ended.stdout) as Report;
      mustViolate(
        model,
        size,
        properties.filter(({ verdict }) => verdict === "violated").map(({ id }) => id),
      );
      return { ...wholeProcess(ended), ...states, seconds };
    },
  };
}

/** One engine of this project: its search, timed from inside the process. */
export function own(engine: "compiled" | "reference", workers: number, program?: Program): Contestant {
  const several = workers > 1;
  const options = { engine, ...(several ? { workers } : {}) };
  return {
    ...ABOUT,
    id: several ? `${engine}-${workers}` : engine,
    name: `irqproof, ${engine}${several ? `, ${workers} workers` : ""}`,
    settings: `check(model, ${JSON.stringify(options)}) of irqproof/checker; exact. The search is timed from inside the process, apart from reading the model's functions and making code of them`,
    most: engine === "reference" ? 200_000 : Infinity,
    async run(model, size) {
      const [executable = "", ...first] = (program ?? builtProgram()).search;
      const task: SearchTask = {
        subject: model.subject,
        parameters: parametersOf(model, size),
        options: { ...options, properties: await propertiesOf(model, size), whole: true },
      };
      const ended = await run(executable, [...first, JSON.stringify(task)], ROOT);
      if (ended.status !== 0) throw failed(size, ended);
      const { states, violated, search, reading, compiling, seconds } = JSON.parse(ended.stdout) as TimedSearch;
      mustViolate(model, size, violated);
      return {
        ...wholeProcess(ended),
        distinct: states.distinct,
        transitions: states.transitions,
        search,
        ...(reading === undefined ? {} : { reading }),
        ...(compiling === undefined ? {} : { compiling }),
        seconds,
      };
    },
  };
}

function parametersOf({ parameters }: BenchModel, size: Size): Record<string, number> {
  return Object.fromEntries(parameters.map(({ name }, index) => [name, size[index] as number]));
}

async function propertiesOf(model: BenchModel, size: Size): Promise<readonly string[]> {
  return model.properties === "safety" ? safetyOf(model.subject, parametersOf(model, size)) : model.properties;
}

function wholeProcess({ seconds, cpu, others, bytes }: Run) {
  return { transitionsWithin: 0, generation: 0, compilation: 0, process: seconds, cpu, others, bytes };
}

function failed(size: Size, { status, output }: Run): Error {
  return new Error(`at ${sizeText(size)} it ended with status ${status}: ${lastLines(output)}`);
}

function mustViolate(model: BenchModel, size: Size, violated: readonly string[]): void {
  const [found, expected] = [violated, model.violated?.(size) ?? []].map((ids) => ids.join(", ") || "nothing");
  if (found !== expected) throw new Error(`at ${sizeText(size)} it finds violated: ${found}; expected: ${expected}`);
}
