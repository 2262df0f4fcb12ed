import { check, type Model } from "irqproof/checker";
import { expect } from "vitest";
import { crosscheck, type ComparedTool, type CrosscheckOptions } from "../../../checker/crosscheck/crosscheck.ts";
import type { Tool } from "../../../checker/crosscheck/tool.ts";
import { systemOf, type SystemOptions } from "../../../checker/system/system.ts";
import { createReading, type Reading } from "../../../checker/reading/index.ts";

/** Whether the tests that take hours run, too. */
export const LONG = process.env["IRQPROOF_LONG"] !== undefined;

/** Whether the tests run that have a step of their own in CI: the whole catalogue. */
export const WHOLE = LONG || process.env["IRQPROOF_CROSSCHECK"] !== undefined;

/** Whether a tool is there; where it is not, says so, since its tests are skipped. */
export async function isThere(tool: Tool): Promise<boolean> {
  const missing = await tool.missing();
  if (missing !== undefined) process.stderr.write(`skipped: ${missing}\n`);
  return missing === undefined;
}

const LIMITS: CrosscheckOptions = { timeLimit: 600, memoryLimit: 4 * 2 ** 30 };

/** Results of a tool for a model, beside this project's own. */
export async function comparedWith(
  tool: Tool,
  model: Model<unknown>,
  options: SystemOptions = {},
  limits: CrosscheckOptions = LIMITS,
  reading: Reading<unknown> = createReading(model),
): Promise<{ readonly ours: { states: number; transitions: number }; readonly theirs: ComparedTool }> {
  const { ours, theirs } = await comparedWithEach([tool], model, options, limits, reading);
  return { ours, theirs: theirs[0]! };
}

/** Results of several tools for a model, which is searched and read once. */
export async function comparedWithEach(
  tools: readonly Tool[],
  model: Model<unknown>,
  options: SystemOptions = {},
  limits: CrosscheckOptions = LIMITS,
  reading: Reading<unknown> = createReading(model),
): Promise<{ readonly ours: { states: number; transitions: number }; readonly theirs: readonly ComparedTool[] }> {
  const { properties } = options;
  const report = await check(model, properties === undefined ? {} : { properties });
  const theirs: ComparedTool[] = [];
  for await (const one of crosscheck(systemOf(reading, options), report, tools, limits)) theirs.push(one);
  expect(theirs).toHaveLength(tools.length);
  return { ours: { states: report.states.distinct, transitions: report.states.transitions }, theirs };
}

/** Differences, in words that a failing test shows; empty where all is equal and something was compared. */
export function differences(theirs: ComparedTool): string[] {
  const { outcome, because, properties } = theirs;
  return [
    ...(outcome === "equal" && because === undefined ? [] : [`${outcome}: ${because}`]),
    ...properties.filter(({ equal }) => equal !== true).map(({ id, ours, theirs: said }) => `${id}: ${ours}, ${said}`),
    ...properties.filter(({ isFalse }) => isFalse).map(({ id }) => `${id}: its counterexample does not replay`),
  ];
}
