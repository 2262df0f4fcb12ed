import { both, either, hasBit, isEmpty, type Mask } from "../terms/mask.ts";
import type { Bool, Domain, Term } from "../terms/index.ts";
import type { Lowering } from "./lowering.ts";
import type { Node } from "./nodes.ts";
import type { Odds } from "./odds.ts";
import { block, br, brTable, type Code } from "../wasm/assembler.ts";

/** A condition, and the code to run where it holds. */
export interface Decision {
  readonly condition: Bool;
  readonly then: Statements;
}

/** Makes a statement of the function that a lowering is for. */
export type Statements = (lowering: Lowering) => Node;

/** Makes a function of statements, and gives calls of it. */
export type Outline = (statements: Statements) => Statements;

/** A decision with the conjuncts of its condition that are not known yet. */
interface Open {
  readonly parts: readonly Term[];
  readonly then: Statements;
}

/** Statements, and how many decisions they take. */
interface Weighed {
  readonly weight: number;
  readonly make: Statements;
}

/** Tests of one cell for as many disjoint sets of values become a jump through a table. */
const MIN_CASES = 3;
/** Value of a test of several cells, relative to a test of one: it takes longer. */
const TEST_WITHOUT_CELL = 0.5;
/** Decisions of one function: larger ones take the compiler of V8 too long. */
const MAX_DECISIONS = 256;

/**
 * Takes decisions, in any order, by a tree of tests: what many conditions have in common is tested first, and once.
 */
export class Decisions {
  readonly #outline: Outline;
  readonly #odds: Odds;

  constructor(outline: Outline, odds: Odds) {
    this.#outline = outline;
    this.#odds = odds;
  }

  statements(decisions: readonly Decision[]): Statements {
    const open: Open[] = [];
    for (const { condition, then } of decisions) {
      if (condition !== false) open.push({ parts: condition === true ? [] : conjuncts(condition), then });
    }
    return this.#tree(open);
  }

  #tree(open: readonly Open[]): Statements {
    const weighed: Weighed[] = [];
    const undecided: Open[] = [];
    for (const each of open) {
      if (each.parts.length === 0) weighed.push({ weight: 1, make: each.then });
      else undecided.push(each);
    }
    for (const [cell, groups] of byCell(grouped(undecided, this.#odds))) {
      if (cell !== undefined && groups.length >= MIN_CASES) weighed.push(this.#jump(cell, groups));
      else for (const group of groups) weighed.push(this.#test(group));
    }
    return this.#sequence(weighed);
  }

  /** Statements behind a test, and what all of them have in common besides. */
  #test([test, members]: Group): Weighed {
    const common = commonParts(members);
    const make = this.#tree(
      members.map(({ parts, then }) => ({ parts: parts.filter((part) => !common.has(part)), then })),
    );
    return {
      weight: members.length,
      make: (lowering) => lowering.whenAll([test, ...common], make(lowering)),
    };
  }

  /** A jump to the statements of the case that a cell's value belongs to. */
  #jump(cell: Term, groups: readonly Group[]): Weighed {
    const bodies = groups.map(([, members]) => this.#tree(members));
    const { size } = cell.domain as Domain;
    const targets = Array.from({ length: size }, (_, position) => {
      const index = groups.findIndex(([test]) => hasBit(test.mask, position));
      return index < 0 ? groups.length : index;
    });
    return {
      weight: groups.reduce((sum, [, members]) => sum + members.length, 0),
      make: (lowering) =>
        lowering.nodes.add(
          undefined,
          "branch",
          [lowering.index(cell.cell), ...bodies.map((make) => make(lowering))],
          3,
          ([index, ...codes]) =>
            // The code of a case stands behind the end of a block, and leaves the blocks around it.
            codes.reduce(
              (before, body, number) =>
                block(before, body, number < codes.length - 1 ? br(codes.length - 1 - number) : []),
              block(brTable(index as Code, targets, codes.length)),
            ),
        ),
    };
  }

  /** Statements one after another, in functions of their own where they are many. */
  #sequence(weighed: readonly Weighed[]): Statements {
    const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
    if (total <= MAX_DECISIONS || weighed.length <= 1) return inTurn(weighed.map(({ make }) => make));
    const makes: Statements[] = [];
    let chunk: Statements[] = [];
    let size = 0;
    const close = (): void => {
      if (chunk.length > 0) makes.push(this.#outline(inTurn(chunk)));
      [chunk, size] = [[], 0];
    };
    for (const { weight, make } of weighed) {
      if (size + weight > MAX_DECISIONS) close();
      chunk.push(make);
      size += weight;
    }
    close();
    return inTurn(makes);
  }
}

/** The operands of a conjunction. */
export function conjuncts(term: Term): readonly Term[] {
  return term.operator === "and" ? (term.operands as readonly Term[]) : [term];
}

function inTurn(makes: readonly Statements[]): Statements {
  const [only] = makes;
  if (only !== undefined && makes.length === 1) return only;
  return (lowering) => lowering.sequence(makes.map((make) => make(lowering)));
}

function commonParts([first, ...others]: readonly Open[]): Set<Term> {
  const common = new Set(first?.parts);
  for (const { parts } of others) {
    if (common.size === 0) break;
    const has = new Set(parts);
    for (const part of common) if (!has.has(part)) common.delete(part);
  }
  return common;
}

type Group = readonly [test: Term, members: readonly Open[]];

/** The decisions by the conjunct of each that settles most of them soonest, and without it. */
function grouped(open: readonly Open[], odds: Odds): Group[] {
  const counts = new Map<Term, number>();
  const ofCell = new Map<Term, number>();
  for (const { parts } of open) {
    for (const part of parts) {
      counts.set(part, (counts.get(part) ?? 0) + 1);
      const cell = testedCell(part);
      if (cell !== undefined) ofCell.set(cell, (ofCell.get(cell) ?? 0) + 1);
    }
  }
  const asked = (test: Term): number => ofCell.get(testedCell(test) as Term) ?? 0;
  const gainOf = (test: Term): number =>
    (counts.get(test) as number) * (1 - odds.of(test)) * (testedCell(test) === undefined ? TEST_WITHOUT_CELL : 1);
  const isBetter = (one: Term, other: Term): boolean => {
    const gain = gainOf(one) - gainOf(other);
    if (gain !== 0) return gain > 0;
    const beside = asked(one) - asked(other);
    // Terms are made of earlier ones: the earlier of two is often the smaller.
    return beside === 0 ? one.id < other.id : beside > 0;
  };
  const groups = new Map<Term, Open[]>();
  for (const { parts, then } of open) {
    const best = parts.reduce((best, part) => (isBetter(part, best) ? part : best));
    const left = { parts: parts.filter((part) => part !== best), then };
    const known = groups.get(best);
    if (known === undefined) groups.set(best, [left]);
    else known.push(left);
  }
  return [...groups];
}

/** The cell that a test is of. */
function testedCell(test: Term): Term | undefined {
  const cell = test.operands[0] as Term;
  return test.operator === "in" && cell.operator === "cell" ? cell : undefined;
}

/** Groups by the cell that their tests ask for disjoint sets of values; every other on its own. */
function byCell(groups: readonly Group[]): (readonly [cell: Term | undefined, groups: Group[]])[] {
  const together = new Map<Term, { taken: Mask; readonly groups: Group[] }>();
  const result: (readonly [Term | undefined, Group[]])[] = [];
  for (const group of groups) {
    const [test] = group;
    const cell = testedCell(test);
    const known = cell === undefined ? undefined : together.get(cell);
    if (cell === undefined || (known !== undefined && !isEmpty(both(known.taken, test.mask)))) {
      result.push([undefined, [group]]);
    } else if (known === undefined) {
      const of = [group];
      together.set(cell, { taken: test.mask, groups: of });
      result.push([cell, of]);
    } else {
      known.taken = either(known.taken, test.mask);
      known.groups.push(group);
    }
  }
  return result;
}
