import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Path } from "../trace/shortest.ts";
import { toMurphi } from "../export/murphi.ts";
import type { Check, Program } from "../system/guarded-commands.ts";
import { answerOf, lastLines, must, run } from "./process.ts";
import { FAULT_REACHED, ToolError, type Tool, type ToolJob, type ToolResult, type ToolVerdict } from "./tool.ts";

const OPTIONS = "--threads 1 --deadlock-detection off --symmetry-reduction off --output-format machine-readable".split(
  " ",
);

/**
 * Rumur: one search that counts the target states, and another that ends with a trace to one; a third for
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

/** Searches of fewer states end sooner with a quick compiler, larger ones with a quick verifier. */
const LARGE_SEARCH_STATES = 100_000;

async function search(job: ToolJob): Promise<ToolResult> {
  const { program, timeLimit } = job;
  const { output, late } = await built(job, program, "covers");
  const summary = /<summary states="(\d+)" rules_fired="(\d+)"/.exec(output);
  if (summary === null) {
    if (!late && !/out of memory|Cannot allocate/i.test(output)) {
      throw new ToolError(`its verifier failed: ${lastLines(output)}`);
    }
    const problem = late ? `it needs more than ${timeLimit} seconds` : "its memory is too small";
    const properties = program.checks.filter(({ kind }) => kind !== "fault");
    const verdicts = properties.map(({ id }) => [id, { verdict: "inconclusive", because: problem }] as const);
    return { states: undefined, transitions: undefined, verdicts: new Map(verdicts), problem };
  }
  const covered = output.matchAll(/<cover_result message="(\d+): [^"]*" count="([1-9]\d*)"/g);
  const found = Array.from(covered, ([, index]) => program.checks[Number(index)] as Check);
  const trace =
    found.length === 0 || job.traces === false ? undefined : await shortest(job, { ...program, checks: found });
  const verdicts = new Map<string, ToolVerdict>();
  for (const check of program.checks) {
    if (check.kind === "fault") continue;
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
        kind === "alwaysPossible" ? [] : [[id, "Murphi cannot express properties of fair runs"]],
      ),
    ),
    ...(found.some(({ kind }) => kind === "fault") ? { problem: FAULT_REACHED } : {}),
  };
}

async function built(
  { directory, states, timeLimit: time, memoryLimit }: ToolJob,
  program: Program<unknown>,
  checks: "covers" | "invariants" | "liveness",
): Promise<{ readonly output: string; readonly late: boolean }> {
  await writeFile(join(directory, `${checks}.m`), toMurphi(program, { checks }).text);
  await must(["rumur", ...OPTIONS, "--output", `${checks}.c`, `${checks}.m`], directory, { time });
  const optimise = states > LARGE_SEARCH_STATES ? "-O2" : "-O0";
  const flags = ["-std=c11", optimise, "-mcx16", "-w", "-o", checks, `${checks}.c`, "-lpthread", "-latomic"];
  await must(["gcc", ...flags], directory, { time });
  return run([`./${checks}`], directory, { time, memory: memoryLimit });
}

/** The trace to the first target state. */
async function shortest(
  job: ToolJob,
  program: Program<unknown>,
): Promise<{ readonly id: string; readonly path: Path } | undefined> {
  const { output } = await built(job, program, "invariants");
  const index = /<message>invariant &quot;(\d+): .*?&quot; failed/.exec(output)?.[1];
  const check = program.checks[Number(index)];
  const path = pathIn(output);
  return check === undefined || path === undefined ? undefined : { id: check.id, path };
}

async function ofWhatIsPossible(job: ToolJob): Promise<ReadonlyMap<string, ToolVerdict>> {
  const verdicts = new Map<string, ToolVerdict>();
  const { runs } = job.program;
  if (!runs.some(({ kind }) => kind === "alwaysPossible")) return verdicts;
  const { output, late } = await built(job, job.program, "liveness");
  const failures = output.split("<error ").slice(1);
  const isComplete = output.includes("<summary ");
  for (const [index, { id, kind }] of runs.entries()) {
    if (kind !== "alwaysPossible") continue;
    const failure = failures.find((text) => text.includes(`<message>liveness property &quot;${index}: `));
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
