import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Path } from "../trace/shortest.ts";
import { toPromela, type PromelaText } from "../export/promela.ts";
import { answerOf, lastLines, must, run } from "./process.ts";
import { FAULT_REACHED, ToolError, type Tool, type ToolJob, type ToolResult, type ToolVerdict } from "./tool.ts";

/** Options for compiling the generated verifiers: exact, without reduction. */
const DEFINES = ["-DNOREDUCE", "-DNOBOUNDCHECK", "-w"];
const SAFETY = ["-DBFS", "-DSAFETY"];

/**
 * SPIN: the safety properties in one breadth-first search, each violation with a trail; each property of runs in a
 * search of its own for an acceptance cycle.
 */
export const spin: Tool = {
  name: "spin",
  missing: async () =>
    (await answerOf("spin", "-V")) === undefined || (await answerOf("gcc", "--version")) === undefined
      ? "SPIN or gcc is not installed; on Debian: apt-get install spin gcc"
      : undefined,
  version: async () => /Version ([\d.]+)/.exec((await answerOf("spin", "-V")) ?? "")?.[1] ?? "unknown",
  run: search,
};

/** Largest depth of a search, in steps. */
const MAX_DEPTH = 10_000_000;

/** Searches of fewer states end sooner with a quick compiler, larger ones with a quick verifier. */
const LARGE_SEARCH_STATES = 200_000;

/** tcc takes a hundredth of the time of gcc, where it is there. */
async function compilerFor(states: number): Promise<readonly string[]> {
  if (states > LARGE_SEARCH_STATES) return ["gcc", "-O2"];
  return (await answerOf("tcc", "-v")) === undefined ? ["gcc", "-O0"] : ["tcc"];
}

async function search(job: ToolJob): Promise<ToolResult> {
  const { program, directory, states, timeLimit: time, memoryLimit } = job;
  const promela = toPromela(program);
  const { text, checks } = promela;
  await writeFile(join(directory, "model.pml"), text);
  await must(["spin", "-DEACH", "-a", "model.pml"], directory, { time });
  const memory = `-DMEMLIM=${Math.max(1, Math.floor(memoryLimit / 2 ** 20))}`;
  const compiler = [...(await compilerFor(states)), ...DEFINES, ...promela.defines, memory];
  await must([...compiler, ...SAFETY, "-o", "pan", "pan.c"], directory, { time });
  const table = `-w${Math.min(30, Math.max(12, Math.ceil(Math.log2(states + 1)) + 1))}`;
  // Breadth-first, a great depth takes no room; past it SPIN would leave out what is deeper, and end as if nothing were.
  const { output, late } = await run(["./pan", "-E", "-e", "-c0", table, `-m${MAX_DEPTH}`], directory, { time });
  const counted = /^\s*([\d.e+]+) states, stored/m.exec(output)?.[1];
  const problem = late ? `it needs more than ${time} seconds` : bound(output);
  if (problem === undefined && counted === undefined) throw new ToolError(`its verifier failed: ${lastLines(output)}`);
  // In the order in which they were found, which numbers their trails.
  const found = [...output.matchAll(/^sought (\d+)$/gm)].map((match) => checks[Number(match[1])] as string);
  const verdicts = new Map<string, ToolVerdict>();
  for (const { id, kind } of program.checks) {
    if (kind === "fault") continue;
    const sought = found.includes(id);
    const isGood = sought === (kind === "sometimes");
    const verdict = !sought && problem !== undefined ? "inconclusive" : isGood ? "holds" : "violated";
    const path = sought ? await trail(`model.pml${found.indexOf(id) + 1}.trail`, directory, time) : undefined;
    verdicts.set(id, { verdict, ...(path === undefined ? {} : { path }) });
  }
  for (const [id, verdict] of await ofRuns(job, promela, compiler)) verdicts.set(id, verdict);
  const all = /^\s*([\d.e+]+) transitions/m.exec(output)?.[1];
  const complete = problem === undefined;
  // One more is the state before an initial one is chosen.
  const stored = complete ? exact(counted, 1) : undefined;
  // The choices of an initial state are transitions too, the first state itself, and looks for violations.
  const others = program.initial.length + 1 + promela.searches * (stored ?? 0);
  return {
    states: stored,
    transitions: stored === undefined ? undefined : exact(all, others),
    verdicts,
    omitted: promela.omitted,
    ...(program.checks.some(({ id, kind }) => kind === "fault" && found.includes(id))
      ? { problem: FAULT_REACHED }
      : problem === undefined
        ? {}
        : { problem }),
  };
}

/** A first search for a cycle looks no deeper than this, for a short counterexample. */
const SHALLOW_DEPTH = 100;

/** One build for all claims. */
async function ofRuns(
  { directory, states, timeLimit: time }: ToolJob,
  { claims }: PromelaText,
  compiler: readonly string[],
): Promise<ReadonlyMap<string, ToolVerdict>> {
  const verdicts = new Map<string, ToolVerdict>();
  if (claims.length === 0) return verdicts;
  await must(["spin", "-DRUNS", "-a", "model.pml"], directory, { time });
  await must([...compiler, "-o", "pan", "pan.c"], directory, { time });
  // A path may meet a state with each kind of last step and each place in the claim; SPIN reports if this is too short.
  const deep = Math.min(MAX_DEPTH, 10_000 + 100 * states);
  for (const { name, id } of claims) {
    if (verdicts.get(id)?.verdict === "violated") continue;
    let verdict: ToolVerdict | undefined;
    for (const depth of [SHALLOW_DEPTH, deep]) {
      const { output, late } = await run(["./pan", "-a", "-E", `-m${depth}`, "-N", name], directory, { time });
      verdict = await ofRun(output, late, name, directory, time);
      if (late || verdict.verdict !== "inconclusive") break;
    }
    const known = verdicts.get(id)?.verdict;
    if (verdict !== undefined && (known === undefined || verdict.verdict !== "holds")) verdicts.set(id, verdict);
  }
  return verdicts;
}

async function ofRun(
  output: string,
  late: boolean,
  claim: string,
  directory: string,
  time: number,
): Promise<ToolVerdict> {
  if (/acceptance cycle/.test(output)) {
    const path = await trail("model.pml.trail", directory, time, claim);
    return { verdict: "violated", ...(path === undefined ? {} : { path }) };
  }
  const inconclusive = (because: string): ToolVerdict => ({ verdict: "inconclusive", because });
  if (late) return inconclusive(`it needs more than ${time} seconds`);
  const because = bound(output);
  if (because !== undefined) return inconclusive(because);
  // The state before the first one has a successor in every model.
  if (/^\s*[01] states, stored/m.test(output)) throw new ToolError("its verifier has searched nothing");
  if (!/errors: 0/.test(output)) throw new ToolError(`its verifier failed: ${lastLines(output)}`);
  return { verdict: "holds" };
}

/** The bound that a search has met: a clause. */
function bound(output: string): string | undefined {
  if (/max search depth too small/.test(output)) return "its search is not allowed to go deeper";
  return /Search not completed|out of memory|reached -DMEMLIM/.test(output) ? "its memory is too small" : undefined;
}

/** A count, unless it was rounded. */
function exact(printed: string | undefined, less: number): number | undefined {
  return printed === undefined || /[e.]/.test(printed) ? undefined : Number(printed) - less;
}

async function trail(file: string, directory: string, time: number, claim?: string): Promise<Path | undefined> {
  const chosen = claim === undefined ? [] : ["-N", claim];
  const { output } = await run(["./pan", "-r", file, ...chosen], directory, { time });
  const initial = /^initial (\d+)$/m.exec(output)?.[1];
  if (initial === undefined) return undefined;
  const lines = [...output.matchAll(/^(?:step (\d+)|.*(START OF CYCLE).*)$/gm)];
  const instances = lines.flatMap(([, step]) => (step === undefined ? [] : [Number(step)]));
  const cycle = lines.findIndex(([, step]) => step === undefined);
  return { initial: Number(initial), instances, ...(cycle < 0 ? {} : { loopFrom: cycle }) };
}
