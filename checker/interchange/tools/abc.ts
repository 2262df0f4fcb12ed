import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { outcomeOf } from "../../learning/diagram.ts";
import { appliedTo, type Outcome } from "../../learning/outcome.ts";
import type { Path } from "../../trace/shortest.ts";
import { toAiger } from "../aiger/aiger.ts";
import { UNLEARNED, type BitSystem } from "../aiger/encode.ts";
import type { TransitionSystem } from "../system.ts";
import { checkedInvariant, cubesOf } from "./invariant.ts";
import { answerOf, lastLines, run } from "./process.ts";
import { ToolError, type Invariant, type Tool, type ToolJob, type ToolResult, type ToolVerdict } from "./tool.ts";

/** What distributions call the program. */
const PROGRAMS = ["berkeley-abc", "yosys-abc"];

/**
 * ABC, which proves by property-directed reachability (`pdr`): it enumerates no states, so it neither counts them nor
 * needs them to be few.
 */
export const abc: Tool = {
  name: "abc",
  missing: async () =>
    (await program()) === undefined ? "ABC is not installed; on Debian: apt-get install berkeley-abc" : undefined,
  // It has no version of its own; it says when it was compiled.
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
  const first = await pdr(job, "system", timeLimit);
  const { asserted, late } = first;
  if (!first.ended && !late && asserted.size === 0) throw new ToolError(`it failed: ${lastLines(first.output)}`);
  const { proved } = first;
  const unlearned = bits.bad.findIndex(([id]) => id === UNLEARNED);
  // A step that was not learned is missing in the circuit, so nothing is proved where one can be reached.
  const complete = unlearned < 0 || (proved && !asserted.has(unlearned));
  const because = complete
    ? `it needs more than ${timeLimit} seconds`
    : "it reaches a state in which a function throws or could not be learned, or cannot rule that out";
  const verdicts = new Map<string, ToolVerdict>();
  for (const [number, [id]] of bits.bad.entries()) {
    if (number === unlearned) continue;
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
  const left = timeLimit - (performance.now() - started) / 1000;
  const invariant = await invariantOf(job, bits, excluded, left);
  return invariant === undefined ? result : { ...result, invariant };

  /** What all that is excluded is excluded by. Where something is not, the invariant of the others is made anew. */
  async function invariantOf(
    { program }: ToolJob,
    bits: BitSystem,
    outputs: readonly number[],
    left: number,
  ): Promise<Invariant | undefined> {
    if (outputs.length === 0) return undefined;
    let name = "system";
    if (outputs.length < all.length) {
      name = "proved";
      await writeFile(join(directory, `${name}.aig`), binary(outputs));
      if (left < 1 || !(await pdr(job, name, left)).proved) return undefined;
    }
    const pla = await readFile(join(directory, `${name}.pla`), "utf8").catch(() => undefined);
    if (pla === undefined) return undefined;
    const ids = outputs.filter((output) => output !== unlearned).map((output) => bits.bad[output]?.[0] as string);
    return checkedInvariant(program, bits, cubesOf(pla), ids, job);
  }
}

/** Property-directed reachability on a circuit of the folder, with its invariant beside it. */
async function pdr(job: ToolJob, name: string, timeLimit: number) {
  // It gets to an end by itself before it would be ended.
  const time = Math.max(1, Math.floor(timeLimit * 0.9));
  const { output, late } = await ask(job, `read_aiger ${name}.aig; pdr -a -d -e -I ${name}.pla -T ${time}`);
  const asserted = new Map(
    [...output.matchAll(/Output +(\d+) was asserted in frame +(\d+)/g)].map((match) => [
      Number(match[1]),
      Number(match[2]),
    ]),
  );
  const summary = /Proved = (\d+)\. +Disproved = (\d+)\. +Undecided = (\d+)\./.exec(output);
  return {
    output,
    late,
    asserted,
    ended: summary !== null,
    /** Whether all that is not asserted is proved. */
    proved: summary !== null && Number(summary[3]) === 0,
  };
}

async function ask({ directory, timeLimit, memoryLimit }: ToolJob, commands: string) {
  return run([(await program()) ?? "", "-c", commands], directory, { time: timeLimit, memory: memoryLimit });
}

/** A shortest run to a state in which an output is true; undefined where there is no time to find it. */
async function counterexample(job: ToolJob, bits: BitSystem, output: number, frame: number): Promise<Path | undefined> {
  const file = `output-${output}.cex`;
  await ask(
    job,
    `read_aiger system.aig; cone -a -s -O ${output}; bmc3 -F ${frame + 2} -T ${job.timeLimit}; write_cex -a ${file}`,
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
  const cells = [...(system.initial[initial] ?? [])];
  const instances: number[] = [];
  for (const number of numbers) {
    const action = system.actions[number];
    if (action === undefined) continue;
    const valueOf = (cell: number): number => cells[cell] as number;
    const outcome: Outcome = appliedTo(outcomeOf(action.diagram, valueOf), valueOf);
    if (outcome.kind !== "update") continue;
    instances.push(number);
    for (const { cell, source } of outcome.writes) cells[cell] = source as number;
  }
  return { initial, instances };
}
