import { smtSystemOf } from "../export/smtlib/definitions.ts";
import { kInduction } from "./k-induction.ts";
import { answerOf } from "./process.ts";
import { Session } from "./session.ts";
import { FAULT_OPEN, ToolError, type Tool, type ToolJob, type ToolResult, type ToolVerdict } from "./tool.ts";

type Solver = "z3" | "cvc5";

/** Command line of a solver that reads commands as they come; the solver ends by itself if it is not stopped. */
export function commandOf(name: Solver, seconds: number): readonly string[] {
  const most = Math.ceil(seconds) + 1;
  return name === "z3"
    ? ["z3", "-in", "-smt2", `-T:${most}`]
    : ["cvc5", "--incremental", "--lang", "smt2", "--tlimit", `${most * 1000}`, "-"];
}

/** The first of the solvers that is installed; undefined where none is. */
export async function installedSolver(): Promise<Solver | undefined> {
  for (const name of ["z3", "cvc5"] as const) {
    if ((await answerOf(name, "--version")) !== undefined) return name;
  }
  return undefined;
}

function solver(name: Solver, title: string): Tool {
  return {
    name,
    onlyNamed: true,
    missing: async () =>
      (await answerOf(name, "--version")) === undefined
        ? `${title} is not installed; on Debian: apt-get install ${name}`
        : undefined,
    version: async () => /version ([\d.]+)/.exec((await answerOf(name, "--version")) ?? "")?.[1] ?? "unknown",
    run: (job) => induction(job, commandOf(name, job.timeLimit)),
  };
}

/** Z3 and cvc5, each by k-induction: they enumerate no states, and need not come to a decision. */
export const z3: Tool = solver("z3", "Z3");
export const cvc5: Tool = solver("cvc5", "cvc5");

async function induction(job: ToolJob, command: readonly string[]): Promise<ToolResult> {
  const { program, timeLimit, memoryLimit } = job;
  const smt = smtSystemOf(program);
  const limits = { until: performance.now() + timeLimit * 1000, memory: memoryLimit };
  const sessions = [new Session(command, limits), new Session(command, limits)] as const;
  try {
    const { reached, excluded, depth, k, failure } = await kInduction(smt, program, ...sessions);
    // Terms mean nothing where there is a fault, so nothing is proved where one can be reached.
    const complete = program.checks.every(({ id, kind }) => kind !== "fault" || excluded.has(id));
    if (failure !== undefined && depth < 0) throw new ToolError(failure);
    const why = failure ?? `it needs more than ${timeLimit} seconds`;
    const open = depth < 0 ? why : `nothing within ${depth} steps, and no induction up to k = ${k}; then ${why}`;
    const verdicts = new Map<string, ToolVerdict>();
    for (const { id, kind } of program.checks) {
      if (kind === "fault") continue;
      const path = reached.get(id);
      const sometimes = kind === "sometimes";
      if (path !== undefined) verdicts.set(id, { verdict: sometimes ? "holds" : "violated", path });
      else if (!excluded.has(id)) verdicts.set(id, { verdict: "inconclusive", because: open });
      else if (!complete) verdicts.set(id, { verdict: "inconclusive", because: FAULT_OPEN });
      else verdicts.set(id, { verdict: sometimes ? "violated" : "holds" });
    }
    const undecided = [...verdicts.values()].some(({ verdict }) => verdict === "inconclusive");
    const problem = !undecided ? undefined : complete || !excluded.size ? open : FAULT_OPEN;
    return { states: undefined, transitions: undefined, verdicts, ...(problem === undefined ? {} : { problem }) };
  } finally {
    for (const session of sessions) session.end();
  }
}
