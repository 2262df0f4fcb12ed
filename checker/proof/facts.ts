import { show } from "../schema/index.ts";
import type { Fact } from "./states/task.ts";
import type { Invariant } from "./induction.ts";
import { sentenceOf, sentenceText, type Sentence } from "./sentences/index.ts";
import { fullMask, type Mask, type Parts } from "./states/states.ts";

/** An inductive invariant as text: combinations that never occur. */
export function factTexts({ parts, facts }: Pick<Invariant, "parts" | "facts">): string[] {
  const never = neverSeen(facts);
  const texts = facts.map(({ cube, cubes }) => {
    const single = cube.size === 1;
    const literals = [...cube].map(([part, mask]) =>
      literalText(parts, part, mask, single ? 0 : (never.get(part) ?? 0)),
    );
    const more = cubes.length - 1;
    return {
      single,
      text: `${literals.join(" and ")}${more > 0 ? ` (and ${more} symmetric ${more === 1 ? "copy" : "copies"})` : ""}`,
    };
  });
  // A fact about a value that never occurs is of little use.
  return [...texts.filter(({ single }) => !single), ...texts.filter(({ single }) => single)].map(({ text }) => text);
}

/** The facts up to symmetry: one sentence for a fact and all its copies. */
export function factSentences({ parts, facts }: Pick<Invariant, "parts" | "facts">): Sentence[] {
  const never = neverSeen(facts);
  const sentences = facts.map(({ cube }) => sentenceOf(parts, cube, never));
  // A fact about a value that never occurs is of little use.
  const isSingle = ({ literals }: Sentence): boolean => literals.length === 1;
  return [...sentences.filter((one) => !isSingle(one)), ...sentences.filter(isSingle)];
}

/** The same as text: "for every device d: ...", in the terms of the model. */
export function factSentenceTexts(invariant: Pick<Invariant, "parts" | "facts">): string[] {
  return factSentences(invariant).map(sentenceText);
}

/** The values of each part that no state has, by facts of their own. */
function neverSeen(facts: readonly Fact[]): Map<number, Mask> {
  const never = new Map<number, Mask>();
  for (const { cubes } of facts) {
    for (const cube of cubes) {
      if (cube.size > 1) continue;
      for (const [part, mask] of cube) never.set(part, (never.get(part) ?? 0) | mask);
    }
  }
  return never;
}

/** Condition: a part has one of these values; values that it never has are left out. */
function literalText(parts: Parts, number: number, mask: Mask, never: Mask): string {
  const part = parts[number];
  if (part === undefined) return "";
  const { path, shape } = part.cell;
  const possible = fullMask(part) & ~never;
  const bits = (set: Mask): number[] =>
    Array.from({ length: part.values + 1 }, (_, value) => value).filter((value) => ((set >> value) & 1) === 1);
  const named = (set: Mask): string =>
    bits(set)
      .map((value) => (value === part.values ? "unused" : textOf(shape.valueAt(value))))
      .join(" or ");
  const inside = mask & possible;
  const outside = possible & ~mask;
  return bits(outside).length < bits(inside).length && outside !== 0
    ? `${path} is not ${named(outside)}`
    : `${path} is ${named(inside)}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : show(value);
}
