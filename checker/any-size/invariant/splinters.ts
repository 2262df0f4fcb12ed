import type { Cube as FixedCube } from "../../proof/states/states.ts";
import { and, every, or, variable } from "../expressions.ts";
import type { Sort, Variable } from "../system.ts";
import { Elements, type Cube } from "./cube.ts";
import { literalsOf, splitByUse, valueWays, type FactsAt, type FixedLiteral, type Way } from "./readings.ts";

/** Conditions of one claim, at most: each subset of them is a claim that may be tried. */
const MAX_KINDS = 6;

/**
 * Facts that say something else of each element of a sort are splinters of one claim. "A handler is in progress, and CPU 0
 * is not in a handler, and CPU 1 has no frame" is a splinter of "if a handler is in progress, some CPU has a frame, and is in
 * a handler": at every CPU one or the other is missing. The kinds of what is said of single elements are collected over all
 * facts with one literal in common, the anchor, and the claim is that not every element has one of them.
 */
export function splintersOf(instance: FactsAt, facts: readonly FixedCube[]): Splinters[] {
  const found = new Map<string, Splinters>();
  const literals = facts.map((fact) => literalsOf(instance, fact));
  for (const sort of instance.finite.system.sorts) {
    for (const fact of literals) {
      const about = fact.filter(({ cell }) => cell.parameters.length === 1 && cell.parameters[0]?.name === sort.name);
      if (new Set(about.map(({ indices }) => indices[0])).size < 2) continue;
      for (const anchor of fact) {
        const isAnchor = anchor.cell.parameters.length === 1 && anchor.cell.parameters[0]?.name !== sort.name;
        if (!isAnchor || anchor.elements.length > 0 || anchor.unused) continue;
        const key = JSON.stringify([sort.name, anchor.cell.name, anchor.names]);
        let splinters = found.get(key);
        if (splinters === undefined) found.set(key, (splinters = new Splinters(instance, sort, anchor)));
        for (const literal of about) splinters.add(literal, anchor);
      }
    }
  }
  return [...found.values()];
}

/** The kinds of conditions on single elements that occur with one anchor. */
class Splinters {
  readonly #instance: FactsAt;
  readonly #sort: Sort;
  readonly #anchor: FixedLiteral;
  readonly #kinds = new Map<string, { readonly literal: FixedLiteral; readonly anchor: FixedLiteral; count: number }>();

  constructor(instance: FactsAt, sort: Sort, anchor: FixedLiteral) {
    this.#instance = instance;
    this.#sort = sort;
    this.#anchor = anchor;
  }

  add(given: FixedLiteral, anchor: FixedLiteral): void {
    for (const [literal] of splitByUse([given]) as [FixedLiteral][]) {
      const relation = relationOf(this.#instance, literal, anchor);
      if (relation === undefined) continue;
      const key = JSON.stringify([literal.cell.name, literal.names, literal.unused, relation]);
      const known = this.#kinds.get(key);
      if (known === undefined) this.#kinds.set(key, { literal, anchor, count: 1 });
      else known.count++;
    }
  }

  /** The boldest claims that are never contradicted: those with as many kinds as possible. */
  claims(isNever: (cube: Cube) => boolean): Cube[] {
    const kinds = [...this.#kinds.values()].sort((one, other) => other.count - one.count).slice(0, MAX_KINDS);
    const results: { readonly kinds: number; readonly cube: Cube }[] = [];
    const subsets = Array.from({ length: 1 << kinds.length }, (_, bits) => bits).filter((bits) => size(bits) >= 2);
    for (const bits of subsets.sort((one, other) => size(other) - size(one))) {
      if (results.some((known) => (known.kinds & bits) === bits)) continue;
      const cube = this.#claim(kinds.filter((_, place) => (bits >> place) & 1));
      if (isNever(cube)) results.push({ kinds: bits, cube });
    }
    return results.map(({ cube }) => cube);
  }

  #claim(kinds: readonly { readonly literal: FixedLiteral; readonly anchor: FixedLiteral }[]): Cube {
    const elements = new Elements();
    const anchored = this.#anchor.cell.parameters[0] as Sort;
    const holder = elements.of(anchored, 0);
    const one: Variable = { name: this.#sort.name, sort: this.#sort };
    const cases = kinds.map(({ literal, anchor }) => {
      const ways = valueWays(this.#instance, literal, () => [variable(one)]);
      const way = (relationOf(this.#instance, literal, anchor) === "other" ? ways.at(-1) : ways[0]) as Way;
      // The anchor's element is the holder, whatever its number was.
      return and(...way(new Elements(new Map([[`${anchored.name} ${anchor.indices[0]}`, holder]]))));
    });
    const own = (valueWays(this.#instance, this.#anchor, () => [holder])[0] as Way)(elements);
    return { distinct: [], terms: [...own, every([one], or(...cases))] };
  }
}

/** Relation of a literal's elements to the anchor's: none, it alone, all but it; undefined for other elements. */
function relationOf(
  instance: FactsAt,
  { cell, elements }: FixedLiteral,
  anchor: FixedLiteral,
): "none" | "same" | "other" | undefined {
  if (elements.length === 0) return "none";
  const { type } = cell;
  if (type.kind !== "index" || type.sort.name !== anchor.cell.parameters[0]?.name) return undefined;
  const at = anchor.indices[0] as number;
  if (elements.length === 1 && elements[0] === at) return "same";
  const isAllOthers = elements.length === instance.finite.count(type.sort) - 1 && !elements.includes(at);
  return isAllOthers ? "other" : undefined;
}

function size(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
