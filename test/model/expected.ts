/** What a catalogue entry is found to do beside what is expected of it. */
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
  /** The direct engine but for large entries, unless stated. */
  readonly engine?: "direct" | "compiled";
  /** The first violation is enough. */
  readonly untilViolation?: boolean;
}

/**
 * What is found of the properties that have a meaning for the entry and that its expectation states, and what is
 * expected of them. One search decides all of them.
 */
export async function compare(
  id: string,
  given: Given,
  { which = all, engine = large.has(id) ? "compiled" : "direct", untilViolation = false }: Search = {},
): Promise<{ readonly found: object; readonly expected: object }> {
  const entry = entryOf(id)!;
  const expectation = entry.expected(given);
  const model = checkable(entry).instantiate(given);
  const stated = [...model.properties].filter(([name, property]) => {
    return expectation[name] !== undefined && which(property, name);
  });
  const properties = stated.map(([name]) => name);
  const { stopped, properties: decided } = await check(model, { properties, whole: true, engine, untilViolation });
  return {
    found: {
      ...given,
      ...(stopped?.kind === "violation" ? {} : { stopped }),
      ...Object.fromEntries(decided.map(({ id: name, verdict }) => [name, verdict])),
    },
    expected: { ...given, ...Object.fromEntries(properties.map((name) => [name, expectation[name]])) },
  };
}
