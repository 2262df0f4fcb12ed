/** Verdicts of catalogue entries, compared with those that they state. */
import { isSafety, type Property } from "irqproof/checker";
import { type SystemState } from "irqproof/model";
import { checkable, entryOf } from "irqproof/catalogue";
import { lossIds } from "irqproof/properties";
import { check } from "./checking.ts";

/** Entries of more states than the direct engine walks in a second or two: code is made of them at once. */
const large = new Set([
  "imsic-merged-crossing",
  "x86-avic",
  "x86-pinned-thread-unvalidated",
  "x86-posted",
  "x86-guest",
]);

export type Given = Readonly<Record<string, unknown>>;
type Which = (property: Property<SystemState>, id: string) => boolean;

export const all: Which = () => true;
/** Infinite runs take longer than all the rest. */
export const safety: Which = (property) => isSafety(property);
export const loss: Which = (_, id) => (lossIds as readonly string[]).includes(id);
export const primary: Which = (_, id) => id === "no-interrupt-lost";

export interface Search {
  readonly which?: Which;
  readonly engine?: "automatic" | "direct" | "compiled";
  /** The first violation is enough. */
  readonly untilViolation?: boolean;
}

/** The direct engine but for large entries: most are small at their defaults. */
export function engineFor(id: string): "direct" | "compiled" {
  return large.has(id) ? "compiled" : "direct";
}

/** The stated verdicts of an entry that differ from those of a check. One search decides all of them. */
export async function unexpected(
  id: string,
  given: Given,
  { which = all, engine = "automatic", untilViolation = false }: Search = {},
): Promise<string[]> {
  const entry = entryOf(id)!;
  const expected = entry.expected(given);
  const model = checkable(entry).instantiate(given);
  const stated = [...model.properties].flatMap(([name, property]) =>
    expected[name] !== undefined && which(property, name) ? [name] : [],
  );
  if (stated.length === 0 && which === all) throw new Error(`${id} states no verdict`);
  const report = await check(model, { properties: stated, whole: true, engine, untilViolation });
  const { stopped } = report;
  const found: readonly (readonly [string, string])[] = [
    ...(stopped === undefined || stopped.kind === "violation" ? [] : [["stopped", stopped.kind] as const]),
    ...report.properties.flatMap(({ id: name, verdict }) =>
      verdict === expected[name] ? [] : [[name, verdict] as const],
    ),
  ];
  return found.map(([name, verdict]) => `${name}: ${verdict}, with ${JSON.stringify(given)}`);
}
