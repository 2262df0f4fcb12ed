import { Random } from "../../proof/states/walker.ts";
import type { Representations } from "../encoding/representation.ts";
import type { Expression } from "../system.ts";
import { intersect, type BitTable } from "./bit-table.ts";
import { clauseOf, isAboutSizes, isStratified, keyOf, withoutEquations, type Cube } from "./cube.ts";
import { variablesFor, type Diagram, type Literal } from "./diagram.ts";
import { embeddingOf, type Embedding } from "./embedding.ts";
import { HittingSet } from "./hitting-set.ts";

/** Claims about one state, and how much longer than the shortest one they may be. */
const MAX_CLAIMS = 2;
const MAX_EXTRA_COST = 2;
/** Conditions on one state that are looked at, and of those that make no claim. */
const MAX_ROUNDS = 1_000;
const MAX_REJECTED = 4;
/** States that are compared with the diagram, for each condition that some state meets. */
const COMPARED_STATES = 3;

/** A claim that no observed state contradicts, and that a state contradicts. */
export interface LearnedClaim {
  readonly literals: readonly Literal[];
  readonly cube: Cube;
  readonly formula: Expression;
  /** Equal for claims that differ in the names of their variables only. */
  readonly key: string;
  readonly cost: number;
}

/** Short claims that exclude the state of a diagram and no observed state; none if the state looks like an observed one. */
export function generalised(
  diagram: Diagram,
  tables: readonly BitTable[],
  representations: Representations,
): LearnedClaim[] {
  const cubeOf = (literals: readonly Literal[]): Cube => {
    const of = variablesFor(diagram);
    return withoutEquations({ distinct: [], terms: literals.map((literal) => literal.term(of)) }, representations);
  };
  const isClaim = (literals: readonly Literal[]): boolean => {
    const cube = cubeOf(literals);
    return isStratified(cube, representations) && !isAboutSizes(cube);
  };
  return shortestNever(diagram, tables, isClaim).map((shortest): LearnedClaim => {
    const literals = widened(diagram, shortest, tables);
    const cube = cubeOf(literals);
    const cost = literals.reduce((sum, literal) => sum + literal.cost, 0);
    return { literals, cube, formula: clauseOf(cube), key: keyOf(cube), cost };
  });
}

/** The literals that are false at a place where as many others as possible are true, with those that must be. */
function disagreement(diagram: Diagram, found: Embedding, chosen: ReadonlySet<number>, random: Random): number[] {
  const { table, assignment } = found;
  const full = [...assignment];
  for (const [element, sort] of diagram.elements.entries()) {
    if (full[element] !== undefined) continue;
    const taken = new Set(diagram.elements.flatMap((other, id) => (other === sort ? [full[id]] : [])));
    const all = Array.from({ length: table.finite.count(sort) }, (_, value) => value);
    const free = all.filter((value) => !taken.has(value));
    const values = free.length > 0 ? free : all;
    full[element] = values[random.next(values.length)] as number;
  }
  const bits = found.bits.slice();
  const trial = new Uint32Array(bits.length);
  const missed: number[] = [];
  for (const place of shuffled(diagram.literals.length, random)) {
    if (chosen.has(place)) continue;
    const literal = diagram.literals[place] as Literal;
    if (intersect(bits, literal.bits(table, full), trial)) bits.set(trial);
    else missed.push(place);
  }
  return missed;
}

function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let at = count - 1; at > 0; at--) {
    const other = random.next(at + 1);
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order;
}

/** Sets of literals of the diagram that no state of the tables meets together: short ones. */
function shortestNever(
  diagram: Diagram,
  tables: readonly BitTable[],
  accepts: (literals: readonly Literal[]) => boolean,
): Literal[][] {
  const random = new Random(7);
  const sets = new HittingSet(
    diagram.literals.map(({ cost }) => cost),
    random,
  );
  const of = (choice: readonly number[]): Literal[] => choice.map((place) => diagram.literals[place] as Literal);
  const found: number[][] = [];
  let ordered = [...tables];
  let least = Infinity;
  let rejected = 0;
  const isNever = (choice: readonly number[]): boolean | undefined => {
    const at = embeddingOf(diagram, of(choice), ordered);
    if (at === undefined) return true;
    ordered = [at.table, ...ordered.filter((table) => table !== at.table)];
    const own = new Set(choice);
    for (let tries = 0; tries < COMPARED_STATES; tries++) {
      const set = disagreement(diagram, at, own, random);
      if (set.length === 0) return undefined;
      sets.add(set);
    }
    return false;
  };
  for (let round = 0; found.length < MAX_CLAIMS && round < MAX_ROUNDS; round++) {
    const choice = sets.cheap(least + MAX_EXTRA_COST);
    if (choice === undefined) break;
    const is = isNever(choice);
    if (is === undefined) return [];
    if (!is) continue;
    let best = choice;
    for (;;) {
      const cheaper = sets.cheaper(sets.costOf(best));
      if (cheaper === undefined) break;
      if (isNever(cheaper) === true) best = cheaper;
    }
    sets.block(best);
    if (!accepts(of(best))) {
      if (++rejected > MAX_REJECTED) break;
      continue;
    }
    found.push(best);
    least = Math.min(least, sets.costOf(best));
  }
  return found.map(of);
}

/** The literals, each weaker by as many names as possible. */
function widened(diagram: Diagram, literals: readonly Literal[], tables: readonly BitTable[]): Literal[] {
  let current = [...literals];
  for (let place = 0; place < current.length; place++) {
    for (;;) {
      const better = (current[place] as Literal)
        .wider?.()
        .find((wider) => embeddingOf(diagram, current.with(place, wider), tables) === undefined);
      if (better === undefined) break;
      current = current.with(place, better);
    }
  }
  return current;
}
