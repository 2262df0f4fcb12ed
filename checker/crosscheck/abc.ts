import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Path } from "../trace/shortest.ts";
import { toAiger } from "../export/aiger/aiger.ts";
import type { BitSystem } from "../export/aiger/encode.ts";
import { Interpreter } from "../system/interpreter.ts";
import type { TransitionSystem } from "../system/system.ts";
import { checkedInvariant, cubesOf } from "./invariant.ts";
import { answerOf, lastLines, run } from "./process.ts";
import {
  FAULT_OPEN,
  ToolError,
  type Invariant,
  type Tool,
  type ToolJob,
  type ToolResult,
  type ToolVerdict,
} from "./tool.ts";

/** Names of the program in distributions. */
const PROGRAMS = ["berkeley-abc", "yosys-abc"];

/**
 * ABC, which proves by property-directed reachability (`pdr`): it enumerates no states, so it neither counts them nor
 * needs them to be few.
 */
export const abc: Tool = {
  name: "abc",
  missing: async () =>
    (await program()) === undefined ? "ABC is not installed; on Debian: apt-get install berkeley-abc" : undefined,
  // It has no version of its own; it prints when it was compiled.
  async version() {
    const said = await answerOf((await program()) ?? "", "-c", "version");
    return /compiled (?:on )?(\w+ +\d+ \d+)/.exec(said ?? "")?.[1]?.replace(/ +/g, " ") ?? "unknown";
  },
  run: prove,
};

async function program(): Promise<string | undefined> {
  for (const name of PROGRAMS) {
    if ((await answerOf(name, "-c", "version")) !== undefined) return name;
  }
  return undefined;
}

async function prove(job: ToolJob): Promise<ToolResult> {
  const { system, directory, timeLimit } = job;
  const { bits, binary } = toAiger(system);
  const started = performance.now();
  const all = [...bits.bad.keys()];
  await writeFile(join(directory, "system.aig"), binary());
  const elapsed = (): number => (performance.now() - started) / 1000;
  // Shallow violations are found at once in this way, and would keep property-directed reachability busy.
  const most = Math.max(1, Math.floor(Math.min(MAX_BOUNDED_SECONDS, timeLimit / 4)));
  const bounded = await ask(job, `read_aiger system.aig; bmc3 -a -T ${most}`, timeLimit);
  const asserted = assertedIn(bounded.output);
  const open = all.filter((output) => !asserted.has(output));
  await writeFile(join(directory, "open.aig"), binary(open));
  const simplified = await proofOf("open", SIMPLIFIED, (timeLimit - elapsed()) / 2);
  // Simplifying a large circuit may take longer than proving it; and an output that vanishes cannot be asked for.
  const first = simplified.proved ? simplified : await proofOf("open", "", timeLimit - elapsed());
  if (!first.ended && !first.late && asserted.size === 0) throw new ToolError(`it failed: ${lastLines(first.output)}`);
  for (const [output, frame] of first.asserted) asserted.set(open[output] as number, frame);
  const { proved } = first;
  const fault = bits.bad.findIndex(([id]) => id === system.fault.id);
  // Terms mean nothing where there is a fault, so nothing is proved where one can be reached.
  const complete = fault < 0 || (proved && !asserted.has(fault));
  const because = complete ? `it needs more than ${timeLimit} seconds` : FAULT_OPEN;
  const verdicts = new Map<string, ToolVerdict>();
  for (const [number, [id]] of bits.bad.entries()) {
    if (number === fault) continue;
    const sometimes = system.properties.some((property) => property.id === id && property.kind === "sometimes");
    const frame = asserted.get(number);
    if (frame !== undefined) {
      const path = await counterexample(job, bits, number, frame);
      verdicts.set(id, { verdict: sometimes ? "holds" : "violated", ...(path === undefined ? {} : { path }) });
    } else if (proved && complete) verdicts.set(id, { verdict: sometimes ? "violated" : "holds" });
    else verdicts.set(id, { verdict: "inconclusive", because });
  }
  const result = { states: undefined, transitions: undefined, verdicts };
  if (!proved || !complete) return { ...result, problem: because };
  const excluded = all.filter((output) => !asserted.has(output));
  const invariant = await invariantOf(bits, excluded, timeLimit - elapsed());
  return invariant === undefined ? result : { ...result, invariant };

  async function proofOf(name: string, before: string, time: number): ReturnType<typeof pdr> {
    return open.length > 0 ? pdr(job, name, open.length, before, time) : NOTHING_OPEN;
  }

  /**
   * The invariant behind all exclusions. The proof was found on a simplified circuit, and its invariant is one of
   * that; so the circuit as it is must be proved again, which may take far longer, and is not waited for.
   */
  async function invariantOf(
    bits: BitSystem,
    outputs: readonly number[],
    left: number,
  ): Promise<Invariant | undefined> {
    if (outputs.length === 0) return undefined;
    await writeFile(join(directory, "proved.aig"), binary(outputs));
    const again = await pdr(job, "proved", outputs.length, "", Math.min(left, SECOND_PROOF_SECONDS));
    const pla = await readFile(join(directory, "proved.pla"), "utf8").catch(() => undefined);
    if (!again.proved || again.asserted.size > 0 || pla === undefined) {
      const { clauses } = first;
      const because = "it is one of the circuit as ABC has simplified it";
      return clauses === undefined ? undefined : { clauses, checked: undefined, because };
    }
    const ids = outputs.filter((output) => output !== fault).map((output) => bits.bad[output]?.[0] as string);
    return checkedInvariant(job.program, bits, cubesOf(pla), ids, job);
  }
}

/** Nodes and latches that are always equal are merged: that often makes a proof a matter of seconds. */
const SIMPLIFIED = "scorr; dc2; ";
/** At most this many seconds for the search for violations step by step. */
const MAX_BOUNDED_SECONDS = 10;
/** At most this many seconds for the proof of the circuit as it is, for the sake of its invariant. */
const SECOND_PROOF_SECONDS = 60;

const NOTHING_OPEN: Awaited<ReturnType<typeof pdr>> = {
  output: "",
  late: false,
  asserted: new Map(),
  ended: true,
  clauses: undefined,
  proved: true,
};

/** The outputs that were seen to be true, with the number of steps; of one that is always true, it says "trivially". */
function assertedIn(output: string): Map<number, number> {
  const found = output.matchAll(/Output +(\d+) was (?:trivially )?asserted in frame +(\d+)/g);
  return new Map(Array.from(found, ([, number, frame]) => [Number(number), Number(frame)]));
}

/** Property-directed reachability on a circuit with this many outputs; the invariant is written beside it. */
async function pdr(job: ToolJob, name: string, outputs: number, before: string, timeLimit: number) {
  // It ends by itself before its time limit.
  const time = Math.max(1, Math.floor(timeLimit * 0.9));
  const { output, late } = await ask(
    job,
    `read_aiger ${name}.aig; ${before}pdr -a -d -e -I ${name}.pla -T ${time}`,
    Math.max(1, timeLimit),
  );
  const asserted = assertedIn(output);
  const summary = /All = (\d+)\. +Proved = \d+\. +Disproved = (\d+)\. +Undecided = (\d+)\./.exec(output);
  const [all, disproved, undecided] = (summary?.slice(1) ?? []).map(Number);
  // Outputs not named as violated count as proved, so all violated ones must have been named.
  if (summary !== null && (all !== outputs || disproved !== asserted.size)) {
    throw new ToolError(
      `it decides ${all} properties of ${outputs}, and names ${asserted.size} of ${disproved} that are violated`,
    );
  }
  const clauses = /Invariant F\[\d+\] : (\d+) clauses/.exec(output);
  return {
    output,
    late,
    asserted,
    ended: summary !== null,
    /** Number of clauses of the invariant, if reported. */
    clauses: clauses === null ? undefined : Number(clauses[1]),
    /** Whether all that is not asserted is proved. */
    proved: undecided === 0,
  };
}

async function ask({ directory, memoryLimit }: ToolJob, commands: string, time: number) {
  return run([(await program()) ?? "", "-c", commands], directory, { time, memory: memoryLimit });
}

/** A shortest run to a state in which an output is true; undefined where there is no time to find it. */
async function counterexample(job: ToolJob, bits: BitSystem, output: number, frame: number): Promise<Path | undefined> {
  // Its bounded search fails on a circuit that is wrong from the start.
  if (frame === 0) return { initial: 0, instances: [] };
  const file = `output-${output}.cex`;
  await ask(
    job,
    `read_aiger system.aig; cone -a -s -O ${output}; bmc3 -F ${frame + 2} -T ${job.timeLimit}; write_cex -a ${file}`,
    job.timeLimit,
  );
  const text = await readFile(join(job.directory, file), "utf8").catch(() => undefined);
  const frames = text?.match(new RegExp(`^[01]{${bits.circuit.inputs}}(?=\\s*(#.*)?$)`, "gm"));
  return frames === undefined || frames === null ? undefined : pathOf(job.system, bits, frames);
}

/** The steps that the inputs choose, without those in which nothing happens, and without the last, which comes after. */
function pathOf(system: TransitionSystem<unknown>, { chooses }: BitSystem, frames: readonly string[]): Path {
  const numbers = frames.slice(0, -1).map((bits) => Number.parseInt([...bits].toReversed().join(""), 2));
  const chosen = chooses ? (numbers.shift() ?? 0) : 0;
  const initial = chosen < system.initial.length ? chosen : 0;
  const interpreter = new Interpreter(system);
  let cells = system.initial[initial] as readonly number[];
  const instances: number[] = [];
  for (const number of numbers) {
    const next = interpreter.enter(cells).step(number);
    if (next === undefined) continue;
    instances.push(number);
    cells = next;
  }
  return { initial, instances };
}
