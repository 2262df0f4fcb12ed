import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Path } from "../trace/shortest.ts";
import { toTla, type TlaText } from "../export/tla.ts";
import { answerOf, lastLines, run } from "./process.ts";
import {
  FAULT_REACHED,
  ToolError,
  UNKNOWN_START,
  type Tool,
  type ToolJob,
  type ToolResult,
  type ToolVerdict,
} from "./tool.ts";

const GET = "get tla2tools.jar from the releases of github.com/tlaplus/tlaplus and give --tla2tools PATH or TLA2TOOLS";

/**
 * TLC: it ends at the first violation, so it runs again without what it has found, until a run comes to its end. It does
 * not say which property of runs is violated, so each has a run of its own.
 *
 * @param jar path of tla2tools.jar; undefined if not given
 */
export function tlc(jar: string | undefined): Tool {
  let help: Promise<string> | undefined;
  const helpOf = async (path: string): Promise<string> =>
    (help ??= answerOf("java", "-cp", resolve(path), "tlc2.TLC", "-h").then((said) => said ?? ""));
  return {
    name: "tlc",
    async missing() {
      if (jar === undefined) return `TLC is not known here; ${GET}`;
      if (!existsSync(jar)) return `TLC is not at ${jar}; ${GET}`;
      return (await answerOf("java", "-version")) === undefined
        ? "TLC needs Java 11 or newer; on Debian: apt-get install default-jre-headless"
        : undefined;
    },
    version: async () => /Version ([\w.]+)/i.exec(await helpOf(jar as string))?.[1] ?? "unknown",
    async run(job) {
      // Builds since 1.8.0 write a module for each violation unless an option turns that off; 1.7.4 rejects the option.
      const said = (await helpOf(jar as string)).includes("-noGenerateSpecTE");
      return search(job, { jar: resolve(jar as string), options: said ? ["-noGenerateSpecTE"] : [] });
    },
  };
}

/** Command line of TLC. */
interface Call {
  readonly jar: string;
  readonly options: readonly string[];
}

async function search(job: ToolJob, call: Call): Promise<ToolResult> {
  const { program, directory, timeLimit } = job;
  const tla = toTla(program, "model");
  await writeFile(join(directory, `${tla.module}.tla`), tla.text);
  // It sends statistics of its use unless this file forbids that; a home of its own keeps the user's as it is.
  await mkdir(join(directory, ".tlaplus"), { recursive: true });
  await writeFile(join(directory, ".tlaplus", "esc.txt"), "NO_STATISTICS\n");
  const verdicts = new Map<string, ToolVerdict>();
  const kinds = new Map(program.checks.map(({ id, kind }) => [id, kind]));
  let left = [...tla.invariants.keys()];
  let counts: { readonly states: number; readonly transitions: number } | undefined;
  let problem: string | undefined;
  for (;;) {
    const output = await once(job, call, tla, left, []);
    const violated = /Invariant (\w+) is violated/.exec(output)?.[1];
    const id = violated === undefined ? undefined : tla.invariants.get(violated);
    if (violated === undefined || id === undefined) {
      counts = countsOf(output, program.initial.length);
      if (counts === undefined) problem = problemOf(output, timeLimit);
      break;
    }
    left = left.filter((name) => name !== violated);
    const path = pathOf(output, tla);
    verdicts.set(id, { verdict: kinds.get(id) === "sometimes" ? "holds" : "violated", ...(path && { path }) });
  }
  for (const name of left) {
    const id = tla.invariants.get(name) as string;
    const decided = kinds.get(id) === "sometimes" ? "violated" : "holds";
    verdicts.set(id, problem === undefined ? { verdict: decided } : { verdict: "inconclusive", because: problem });
  }
  const fault = program.checks.find(({ kind }) => kind === "fault");
  if (fault !== undefined) {
    if (verdicts.get(fault.id)?.verdict === "violated") problem = FAULT_REACHED;
    verdicts.delete(fault.id);
  }
  for (const [name, id] of tla.properties) verdicts.set(id, await ofRuns(job, call, tla, name));
  return {
    states: counts?.states,
    transitions: counts?.transitions,
    verdicts,
    omitted: new Map(
      program.runs.flatMap(({ id, kind }) =>
        kind === "alwaysPossible" ? [[id, "temporal logic has no words for what stays possible"]] : [],
      ),
    ),
    ...(problem === undefined ? {} : { problem }),
  };
}

async function ofRuns(job: ToolJob, call: Call, tla: TlaText, name: string): Promise<ToolVerdict> {
  const output = await once(job, call, tla, [], [name]);
  if (/Temporal propert(?:y|ies) .*violated/.test(output)) {
    const path = pathOf(output, tla);
    return { verdict: "violated", ...(path && { path }) };
  }
  if (countsOf(output, 1) !== undefined) return { verdict: "holds" };
  return { verdict: "inconclusive", because: problemOf(output, job.timeLimit) };
}

async function once(
  { directory, timeLimit: time, memoryLimit }: ToolJob,
  { jar, options }: Call,
  tla: TlaText,
  invariants: readonly string[],
  properties: readonly string[],
): Promise<string> {
  await writeFile(join(directory, `${tla.module}.cfg`), tla.configuration({ invariants, properties }));
  const heap = `-Xmx${Math.max(64, Math.floor(memoryLimit / 2 ** 20))}m`;
  const own = [`-Duser.home=${directory}`, `-Djava.io.tmpdir=${directory}`];
  const java = ["java", "-XX:+UseParallelGC", heap, ...own, "-cp", jar, "tlc2.TLC"];
  const { output, late } = await run(
    [...java, "-nowarning", ...options, "-metadir", "states", `${tla.module}.tla`],
    directory,
    { time },
  );
  return late ? "late" : output;
}

function countsOf(
  output: string,
  initial: number,
): { readonly states: number; readonly transitions: number } | undefined {
  const counts = /(\d+) states generated, (\d+) distinct states found, 0 states left/.exec(output);
  if (counts === null || !output.includes("No error has been found")) return undefined;
  // It counts the initial states as generated.
  return { states: Number(counts[2]), transitions: Number(counts[1]) - initial };
}

/** @throws ToolError when the module is refused */
function problemOf(output: string, timeLimit: number): string {
  if (output === "late") return `it needs more than ${timeLimit} seconds`;
  if (/OutOfMemory|GC overhead/.test(output)) return "its memory is too small";
  if (/too (?:large|many)|tableau/i.test(output)) return "its fairness makes too large a formula";
  throw new ToolError(`TLC failed: ${/Error: .*/.exec(output)?.[0] ?? lastLines(output)}`);
}

function pathOf(output: string, tla: TlaText): Path | undefined {
  const instances: number[] = [];
  let loopFrom: number | undefined;
  for (const [, number, action] of output.matchAll(/^State (\d+): (?:<(\w+)[ (]|Stuttering)/gm)) {
    if (Number(number) === 1) continue;
    if (action === undefined) {
      loopFrom = instances.length;
      continue;
    }
    const index = tla.actions.get(action);
    if (index === undefined) return undefined;
    instances.push(index);
  }
  const back = /^(?:State \d+: )?Back to state (\d+): <(\w+)[ (]/m.exec(output);
  if (back !== null) {
    const index = tla.actions.get(back[2] as string);
    if (index === undefined) return undefined;
    instances.push(index);
    loopFrom = Number(back[1]) - 1;
  }
  return { initial: UNKNOWN_START, instances, ...(loopFrom === undefined ? {} : { loopFrom }) };
}
