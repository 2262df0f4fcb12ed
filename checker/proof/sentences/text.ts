import { show } from "../../schema/index.ts";
import type { Kind } from "../states/parts.ts";
import type { Listing } from "./listing.ts";
import type { Literal, Sentence, Variable } from "./sentence.ts";

/**
 * A fact as a sentence in the terms of the model, such as "for every device d and cpu c: if irq[d].migration.cpu is c, then
 * cpu[c].stack[0].stage is move". Variables of one kind stand for distinct things.
 */
export function sentenceText({ variables, literals }: Sentence): string {
  const names = new Names(variables);
  // What must not be said of all, and what is said to be otherwise, reads better turned round.
  const found = literals.filter(({ listing, every }) => every !== undefined || listing.isNegative);
  const conclusions = found.length > 0 ? found : literals.slice(-1);
  const premises = literals.filter((one) => !conclusions.includes(one));
  const conclusion = conclusions.map((one) => literalText(one, names, true)).join(" or ");
  const claim =
    premises.length === 0
      ? conclusion
      : `if ${premises.map((one) => literalText(one, names, false)).join(" and ")}, then ${conclusion}`;
  return variables.length === 0 ? claim : `for every ${names.quantifier}: ${claim}`;
}

/** The singular of a plural, such as the name of a count: `cpus`, `processes`. */
function singular(noun: string): string {
  if (noun.endsWith("ies")) return `${noun.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh)es$/.test(noun)) return noun.slice(0, -2);
  return /[^s]s$/.test(noun) ? noun.slice(0, -1) : noun;
}

/** Short names: the first letter of the kind, with a number where it is taken. */
class Names {
  readonly quantifier: string;
  readonly #variables: readonly Variable[];
  readonly #names: string[] = [];

  constructor(variables: readonly Variable[]) {
    this.#variables = variables;
    const byKind = new Map<Kind, string[]>();
    for (const { kind } of variables) {
      const name = this.unused(kind);
      this.#names.push(name);
      byKind.set(kind, [...(byKind.get(kind) ?? []), name]);
    }
    const groups = Array.from(byKind, ([kind, own]) =>
      own.length === 1 ? `${singular(kind.name)} ${own[0]}` : `distinct ${kind.name} ${own.join(", ")}`,
    );
    this.quantifier = groups.length < 2 ? groups.join() : `${groups.slice(0, -1).join(", ")} and ${groups.at(-1)}`;
  }

  of(kind: Kind, index: number): string {
    return this.#names[this.#variables.findIndex((one) => one.kind === kind && one.index === index)] as string;
  }

  /** A name that no variable has. */
  unused({ name }: Kind): string {
    const letter = name.charAt(0).toLowerCase();
    let unused = letter;
    for (let number = 2; this.#names.includes(unused); number++) unused = `${letter}${number}`;
    return unused;
  }
}

function literalText({ part, listing, every }: Literal, names: Names, isNegated: boolean): string {
  const own = part.indices.map(({ kind, index }, place) =>
    place === every?.place ? names.unused(kind) : names.of(kind, index),
  );
  let place = 0;
  // The kinds in a family are in the place of the indices.
  const path = part.family.replace(/^\./, "").replaceAll(/\[([^\]]*)\]/g, (whole, name: string) => {
    const isIndex = part.indices[place]?.kind.name === name;
    return isIndex ? `[${own[place++]}]` : whole;
  });
  const claim = `${path} ${listingText(listing, names, isNegated)}`;
  if (every === undefined) return claim;
  const { kind } = part.indices[every.place] as (typeof part.indices)[number];
  const except = every.except.map((index) => names.of(kind, index)).join(", ");
  const thing = `${singular(kind.name)} ${own[every.place]}${except === "" ? "" : ` other than ${except}`}`;
  return isNegated ? `some ${thing} has ${claim}` : `every ${thing} has ${claim}`;
}

function listingText(listing: Listing, names: Names, isNegated: boolean): string {
  const { isNegative, kind, others } = listing;
  // Of two values, "is true" reads better than "is not false".
  const isOther = isNegated && !isNegative && others !== undefined && sizeOf(others) <= sizeOf(listing);
  const { plain, unused } = isOther ? others : listing;
  const things =
    kind === undefined
      ? []
      : listing.isEvery
        ? [`a ${singular(kind.name)}`]
        : listing.elements.map((index) => names.of(kind, index));
  const values = [
    ...things,
    ...plain.map((value) => (typeof value === "string" ? value : show(value))),
    ...(unused ? ["unused"] : []),
  ];
  return `${isNegated === isNegative || isOther ? "is" : "is not"} ${values.join(" or ")}`;
}

function sizeOf({ plain, unused }: Pick<Listing, "plain" | "unused">): number {
  return plain.length + (unused ? 1 : 0);
}
