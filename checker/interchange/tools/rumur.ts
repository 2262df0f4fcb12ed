import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Path } from "../../trace/shortest.ts";
import { toMurphi } from "../murphi.ts";
import type { Program } from "../program.ts";
import { UNLEARNED } from "../promela.ts";
import { answerOf, lastLines, must, run } from "./process.ts";
import { ToolError, type Tool, type ToolJob, type ToolResult, type ToolVerdict } from "./tool.ts";

const OPTIONS = "--threads 1 --deadlock-detection off --symmetry-reduction off --output-format machine-readable".split(
  " ",
);

/**
 * Rumur: one search that counts the states that are looked for, and another that ends with a trace to one; a third for
 * what always stays possible, which Rumur decides only where nothing else is wrong.
 */
export const rumur: Tool = {
  name: "rumur",
  missing: async () =>
    (await answerOf("rumur", "--version")) === undefined || (await answerOf("gcc", "--version")) === undefined
      ? "Rumur or gcc is not installed; on Debian: apt-get install rumur gcc"
      : undefined,
  version: async () => /v?([\d.]+)/.exec((await answerOf("rumur", "--version")) ?? "")?.[1] ?? "unknown",
  run: search,
};

/** Small searches end sooner with a quick compiler, large ones with a quick verifier. */
const LARGE = 100_000;

async function search(job: ToolJob): Promise<ToolResult> {
  const { program, timeLimit } = job;
  const { output, late } = await built(job, program, "covers");
  const summary = /<summary states="(\d+)" rules_fired="(\d+)"/.exec(output);
  if (summary === null) {
    if (!late && !/out of memory|Cannot allocate/i.test(output)) {
      throw new ToolError(`its verifier failed: ${lastLines(output)}`);
    }
    const problem = late ? `it needs more than ${timeLimit} seconds` : "its memory is too small";
    const verdicts = program.checks.map(({ id }) => [id, { verdict: "inconclusive", because: problem }] as const);
    return { states: undefined, transitions: undefined, verdicts: new Map(verdicts), problem };
  }
  const counts = new Map(
    [...output.matchAll(/<cover_result message="([^"]*)" count="(\d+)"/g)].map((match) => [match[1], Number(match[2])]),
  );
  const found = program.checks.filter(({ id }) => (counts.get(id) ?? 0) > 0);
  const trace =
    found.length === 0 || job.traces === false ? undefined : await shortest(job, { ...program, checks: found });
  const verdicts = new Map<string, ToolVerdict>();
  for (const check of program.checks) {
    const isGood = found.includes(check) === (check.kind === "sometimes");
    const path = trace?.id === check.id ? trace.path : undefined;
    verdicts.set(check.id, { verdict: isGood ? "holds" : "violated", ...(path === undefined ? {} : { path }) });
  }
  for (const [id, verdict] of await ofWhatIsPossible(job)) verdicts.set(id, verdict);
  return {
    states: Number(summary[1]),
    transitions: Number(summary[2]),
    verdicts,
    omitted: new Map(
      program.runs.flatMap(({ id, kind }) =>
        kind === "alwaysPossible" ? [] : [[id, "Murphi has no words for what a fair run does"]],
      ),
    ),
    ...((counts.get(UNLEARNED) ?? 0) > 0
      ? { problem: "it reached a state in which a function throws or could not be learned" }
      : {}),
  };
}

async function built(
  { directory, states, timeLimit: time, memoryLimit }: ToolJob,
  program: Program<unknown>,
  checks: "covers" | "invariants" | "liveness",
): Promise<{ readonly output: string; readonly late: boolean }> {
  await writeFile(join(directory, `${checks}.m`), toMurphi(program, { checks }).text);
  await must(["rumur", ...OPTIONS, "--output", `${checks}.c`, `${checks}.m`], directory, { time });
  const optimise = states > LARGE ? "-O2" : "-O0";
  const flags = ["-std=c11", optimise, "-mcx16", "-w", "-o", checks, `${checks}.c`, "-lpthread", "-latomic"];
  await must(["gcc", ...flags], directory, { time });
  return run([`./${checks}`], directory, { time, memory: memoryLimit });
}

/** The trace to the first of the states that are looked for. */
async function shortest(
  job: ToolJob,
  program: Program<unknown>,
): Promise<{ readonly id: string; readonly path: Path } | undefined> {
  const { output } = await built(job, program, "invariants");
  const id = /<message>invariant &quot;(.*?)&quot; failed/.exec(output)?.[1];
  const path = pathIn(output);
  return id === undefined || path === undefined ? undefined : { id, path };
}

async function ofWhatIsPossible(job: ToolJob): Promise<ReadonlyMap<string, ToolVerdict>> {
  const verdicts = new Map<string, ToolVerdict>();
  const wanted = job.program.runs.filter(({ kind }) => kind === "alwaysPossible");
  if (wanted.length === 0) return verdicts;
  const { output, late } = await built(job, job.program, "liveness");
  const failures = output.split("<error ").slice(1);
  const isComplete = output.includes("<summary ");
  for (const { id } of wanted) {
    const failure = failures.find((text) => /<message>liveness property &quot;(.*?)&quot;/.exec(text)?.[1] === id);
    const path = failure === undefined ? undefined : pathIn(failure);
    if (failure !== undefined) verdicts.set(id, { verdict: "violated", ...(path === undefined ? {} : { path }) });
    else if (isComplete) verdicts.set(id, { verdict: "holds" });
    else {
      const because = late ? `it needs more than ${job.timeLimit} seconds` : "its memory is too small";
      verdicts.set(id, { verdict: "inconclusive", because });
    }
  }
  return verdicts;
}

function pathIn(output: string): Path | undefined {
  const initial = /<transition>Startstate &quot;initial (\d+)&quot;/.exec(output)?.[1];
  const instances = [...output.matchAll(/<transition>Rule &quot;(\d+):/g)].map((match) => Number(match[1]));
  return initial === undefined ? undefined : { initial: Number(initial), instances };
}
