import type { Branch, Diagram, DiagramStore } from "../learning/diagram.ts";
import type { Outcome, Write } from "../learning/outcome.ts";
import { conditionOf, type Expression } from "./expression.ts";

/** What a cell becomes: a value's number, or that of another cell's value before the step through a table. */
export type Origin =
  | number
  | {
      readonly from: number;
      /** By the value of the other cell; undefined where it does not have this value. Without a map, the same number. */
      readonly map: readonly (number | undefined)[] | undefined;
    };

export interface Assignment {
  readonly cell: number;
  readonly origin: Origin;
}

/** The first case whose condition holds counts; the condition of a last one may be the constant "true". */
export interface Choice {
  readonly cases: readonly { readonly condition: Expression; readonly assignments: readonly Assignment[] }[];
}

/** An action instance as a guarded command. Conditions and origins speak of the state before the step. */
export interface Command {
  /** Where it is enabled. */
  readonly guard: Expression;
  /** Each changes cells of its own. */
  readonly choices: readonly Choice[];
}

/** The guarded command of an action's diagram; where it is not known (see `unknownOf`), it may do anything. */
export function commandOf(diagram: Diagram, store: DiagramStore): Command {
  return {
    guard: conditionOf(diagram, (leaf) => (leaf === store.ask ? undefined : leaf !== store.none)),
    choices: choicesOf(diagram, store),
  };
}

/** Where a predicate is hit; where it is not known (see `unknownOf`), either answer. */
export function hitsOf(diagram: Diagram, store: DiagramStore): Expression {
  return conditionOf(diagram, (leaf) => (leaf === store.ask ? undefined : leaf === store.hit));
}

/** Where a function is not known. */
export function unknownOf(diagram: Diagram, store: DiagramStore): Expression {
  return conditionOf(diagram, (leaf) => leaf === store.ask);
}

/**
 * Independent parts of a recipe come out as a product in its diagram. Looking at one cell at a time takes the product
 * apart; cells that are decided by the same tests are put together again.
 */
function choicesOf(diagram: Diagram, store: DiagramStore): Choice[] {
  const leaves = new Set<Diagram>();
  visit(diagram, (node) => node.kind === "leaf" && leaves.add(node));
  const written = new Set<number>();
  for (const leaf of leaves) for (const { cell } of writesOf(leaf)) written.add(cell);
  const possible = possibleValues(diagram);
  const perCell = new Map<number, Diagram>();
  const groups = new Map<string, number[]>();
  for (const cell of [...written].sort((a, b) => a - b)) {
    // Where the action is not enabled, or not known, anything will do: the guard has been looked at.
    const made = new Map<Diagram, Diagram | undefined>();
    const walk = (node: Diagram): Diagram | undefined => {
      if (node.kind === "branch") {
        if (made.has(node)) return made.get(node);
        const children = node.children.map(walk);
        const result = children.every((child) => child === undefined) ? undefined : store.branch(node.cell, children);
        made.set(node, result);
        return result;
      }
      if (node.outcome.kind !== "update") return undefined;
      const write = node.outcome.writes.find((one) => one.cell === cell && !staysSame(one));
      return store.leaf({ kind: "update", writes: write === undefined ? [] : [write] });
    };
    const projected = walk(diagram);
    if (projected === undefined) continue;
    if (projected.kind === "leaf" && writesOf(projected).length === 0) continue;
    const key = shapeKey(projected);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
    perCell.set(cell, projected);
  }
  return [...groups.values()].map(choiceOf);

  function choiceOf(cells: readonly number[]): Choice {
    const diagrams = cells.map((cell) => perCell.get(cell) as Diagram);
    const first = diagrams[0] as Diagram;
    const ends = leavesInOrder(first);
    const others = diagrams.map(leavesInOrder);
    const cases = ends.map((leaf, index) => ({
      condition: conditionOf(first, (node) => node === leaf),
      assignments: others.flatMap((own) => assignmentsOf(own[index] as Diagram)),
    }));
    const changing = cases.filter(({ assignments }) => assignments.length > 0);
    // Where every case changes something, the last needs no condition.
    if (changing.length === cases.length) {
      const last = changing.at(-1) as (typeof changing)[number];
      changing[changing.length - 1] = { ...last, condition: { kind: "constant", value: true } };
    }
    return { cases: changing };
  }

  function assignmentsOf(leaf: Diagram): Assignment[] {
    return writesOf(leaf).map(({ cell, source }) => {
      if (typeof source === "number") return { cell, origin: source };
      const { from, map } = source;
      const values = possible(from);
      return { cell, origin: { from, map: map?.map((to, value) => (values.has(value) ? to : undefined)) } };
    });
  }
}

function writesOf(leaf: Diagram): readonly Write[] {
  const outcome: Outcome | undefined = leaf.kind === "leaf" ? leaf.outcome : undefined;
  return outcome?.kind === "update" ? outcome.writes : [];
}

function staysSame({ cell, source }: Write): boolean {
  return typeof source !== "number" && source.from === cell && (source.map ?? []).every((to, value) => to === value);
}

/** Equal for diagrams with equal tests whose ends can be matched one to one. */
function shapeKey(diagram: Diagram): string {
  const ends = new Map(leavesInOrder(diagram).map((leaf, index) => [leaf, index]));
  const numbers = new Map<Diagram, number>();
  const parts: string[] = [];
  const walk = (node: Diagram): string => {
    if (node.kind === "leaf") return `e${ends.get(node)}`;
    let number = numbers.get(node);
    if (number === undefined) {
      const children = node.children.map(walk).join();
      number = parts.push(`${node.cell}(${children})`) - 1;
      numbers.set(node, number);
    }
    return `n${number}`;
  };
  const root = walk(diagram);
  return `${parts.join(" ")} ${root}`;
}

function leavesInOrder(diagram: Diagram): Diagram[] {
  const leaves = new Set<Diagram>();
  visit(diagram, (node) => node.kind === "leaf" && leaves.add(node));
  return [...leaves];
}

function visit(diagram: Diagram, see: (node: Diagram) => void): void {
  const seen = new Set<Diagram>();
  const walk = (node: Diagram): void => {
    if (seen.has(node)) return;
    seen.add(node);
    see(node);
    if (node.kind === "branch") node.children.forEach(walk);
  };
  walk(diagram);
}

/** For a cell, the values it can have where the action is enabled, as far as the diagram itself tells. */
function possibleValues(diagram: Diagram): (cell: number) => ReadonlySet<number> {
  const known = new Map<number, Set<number>>();
  const widths = new Map<number, number>();
  visit(diagram, (node) => node.kind === "branch" && widths.set(node.cell, node.children.length));
  return (cell) => {
    let values = known.get(cell);
    if (values !== undefined) return values;
    values = new Set();
    known.set(cell, values);
    const width = widths.get(cell);
    for (let value = 0; value < (width ?? ALL); value++) {
      if (width === undefined || canUpdate(diagram, cell, value)) values.add(value);
    }
    return values;
  };
}

/** More values than a table of a copy has entries. */
const ALL = 4_097;

function canUpdate(diagram: Diagram, cell: number, value: number): boolean {
  const seen = new Set<Branch>();
  const walk = (node: Diagram): boolean => {
    if (node.kind === "leaf") return node.outcome.kind === "update";
    if (seen.has(node)) return false;
    seen.add(node);
    return node.cell === cell ? walk(node.children[value] as Diagram) : node.children.some(walk);
  };
  return walk(diagram);
}
