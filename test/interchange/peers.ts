import { check, type Model } from "irqproof/checker";
import { crosscheck, type ComparedTool } from "../../checker/interchange/tools/crosscheck.ts";
import type { Tool } from "../../checker/interchange/tools/tool.ts";
import { systemOf, type SystemOptions } from "../../checker/interchange/system.ts";

/** Whether the tests that take hours run, too. */
export const LONG = process.env["IRQPROOF_LONG"] !== undefined;

/** Whether a tool is there; where it is not, says so, since its tests are skipped. */
export async function isThere(tool: Tool): Promise<boolean> {
  const missing = await tool.missing();
  if (missing !== undefined) process.stderr.write(`skipped: ${missing}\n`);
  return missing === undefined;
}

/** What a tool says of a model, beside what this project says. */
export async function comparedWith(
  tool: Tool,
  model: Model<unknown>,
  options: SystemOptions = {},
): Promise<{ readonly ours: { states: number; transitions: number }; readonly theirs: ComparedTool }> {
  const { properties } = options;
  const report = await check(model, properties === undefined ? {} : { properties });
  const limits = { timeLimit: 600, memoryLimit: 4 * 2 ** 30 };
  for await (const theirs of crosscheck(systemOf(model, options), report, [tool], limits)) {
    return { ours: { states: report.states.distinct, transitions: report.states.transitions }, theirs };
  }
  throw new Error("there is no answer");
}

/** What differs, in words that a failing test shows; empty where all is equal and something was compared. */
export function differences(theirs: ComparedTool): string[] {
  const { outcome, because, properties } = theirs;
  return [
    ...(outcome === "equal" && because === undefined ? [] : [`${outcome}: ${because}`]),
    ...properties.filter(({ equal }) => equal !== true).map(({ id, ours, theirs: said }) => `${id}: ${ours}, ${said}`),
    ...properties.filter(({ isFalse }) => isFalse).map(({ id }) => `${id}: its counterexample does not replay`),
  ];
}
