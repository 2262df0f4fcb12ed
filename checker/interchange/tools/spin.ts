import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Path } from "../../trace/shortest.ts";
import { toPromela, UNLEARNED } from "../promela.ts";
import { answerOf, lastLines, must, run } from "./process.ts";
import { ToolError, type Tool, type ToolJob, type ToolResult, type ToolVerdict } from "./tool.ts";

/** What the generated verifier is compiled with: exact, breadth-first, without reduction. */
const DEFINES = ["-DBFS", "-DSAFETY", "-DNOREDUCE", "-DNOBOUNDCHECK", "-w"];

/** SPIN: the safety properties in one breadth-first search, each violation with a trail. */
export const spin: Tool = {
  name: "spin",
  missing: async () =>
    (await answerOf("spin", "-V")) === undefined || (await answerOf("gcc", "--version")) === undefined
      ? "SPIN or gcc is not installed; on Debian: apt-get install spin gcc"
      : undefined,
  version: async () => /Version ([\d.]+)/.exec((await answerOf("spin", "-V")) ?? "")?.[1] ?? "unknown",
  run: search,
};

/** Small searches end sooner with a quick compiler, large ones with a quick verifier. */
const LARGE = 200_000;

async function search(job: ToolJob): Promise<ToolResult> {
  const { program, directory, states, timeLimit: time, memoryLimit } = job;
  const { text, checks } = toPromela(program);
  await writeFile(join(directory, "model.pml"), text);
  await must(["spin", "-DEACH", "-a", "model.pml"], directory, { time });
  const memory = `-DMEMLIM=${Math.max(1, Math.floor(memoryLimit / 2 ** 20))}`;
  await must(["gcc", states > LARGE ? "-O2" : "-O0", ...DEFINES, memory, "-o", "pan", "pan.c"], directory, { time });
  const table = `-w${Math.min(30, Math.max(12, Math.ceil(Math.log2(states + 1)) + 1))}`;
  const { output, late } = await run(["./pan", "-E", "-e", "-c0", table], directory, { time });
  const counted = /^\s*([\d.e+]+) states, stored/m.exec(output)?.[1];
  const problem = late
    ? `it needs more than ${time} seconds`
    : /Search not completed|out of memory|reached -DMEMLIM/.test(output)
      ? "its memory is too small"
      : undefined;
  if (problem === undefined && counted === undefined) throw new ToolError(`its verifier failed: ${lastLines(output)}`);
  // In the order in which they were found, which numbers their trails.
  const found = [...output.matchAll(/^sought (\d+)$/gm)].map((match) => checks[Number(match[1])] as string);
  const verdicts = new Map<string, ToolVerdict>();
  for (const { id, kind } of program.checks) {
    const sought = found.includes(id);
    const isGood = sought === (kind === "sometimes");
    const verdict = !sought && problem !== undefined ? "inconclusive" : isGood ? "holds" : "violated";
    const path = sought ? await trail(found.indexOf(id) + 1, directory, time) : undefined;
    verdicts.set(id, { verdict, ...(path === undefined ? {} : { path }) });
  }
  const all = /^\s*([\d.e+]+) transitions/m.exec(output)?.[1];
  const complete = problem === undefined;
  return {
    // One more is the state before an initial one is chosen.
    states: complete ? exact(counted, 1) : undefined,
    // Reports are transitions too, and so are the choices of an initial state and the first state itself.
    transitions: complete ? exact(all, found.length + program.initial.length + 1) : undefined,
    verdicts,
    ...(found.includes(UNLEARNED)
      ? { problem: "it reached a state in which a function throws or could not be learned" }
      : problem === undefined
        ? {}
        : { problem }),
  };
}

/** A count, unless it was rounded. */
function exact(printed: string | undefined, less: number): number | undefined {
  return printed === undefined || /[e.]/.test(printed) ? undefined : Number(printed) - less;
}

async function trail(number: number, directory: string, time: number): Promise<Path | undefined> {
  const { output } = await run(["./pan", "-r", `model.pml${number}.trail`], directory, { time });
  const initial = /^initial (\d+)$/m.exec(output)?.[1];
  if (initial === undefined) return undefined;
  const instances = [...output.matchAll(/^step (\d+)$/gm)].map((match) => Number(match[1]));
  return { initial: Number(initial), instances };
}
