import { areEqual, hashed, Interned } from "./interned.ts";
import { ASK, HIT, NONE, numberFrom, outcomeKey, sourceKey, type Outcome, type Source, type Write } from "./outcome.ts";

/** A decision diagram over cells: equal diagrams of one store are the same object. */
export type Diagram = Leaf | Branch;

export interface Leaf {
  readonly kind: "leaf";
  readonly id: number;
  readonly outcome: Outcome;
  /** Whether it ends in an update somewhere: a predicate's diagram does not. */
  readonly updates: boolean;
}

/** Goes on with the child for the value of a cell. */
export interface Branch {
  readonly kind: "branch";
  readonly id: number;
  readonly cell: number;
  readonly children: readonly Diagram[];
  readonly updates: boolean;
}

interface Composition {
  readonly predicate: Diagram;
  readonly hit: Diagram;
  readonly none: Diagram;
  readonly whole: Diagram;
}

/** Past this many nodes, children are not tried for what they have in common. */
const MOST_COMPARED = 2000;

/** Makes diagrams, each only once, and as small as it can without changing what they say. */
export class DiagramStore {
  readonly #leaves = new Map<string, Leaf>();
  readonly #branches = new Interned<Branch>();
  readonly #composed = new Interned<Composition>();
  #next = 0;
  readonly none = this.leaf(NONE);
  readonly hit = this.leaf(HIT);
  readonly ask = this.leaf(ASK);

  leaf(outcome: Outcome): Leaf {
    const key = outcomeKey(outcome);
    let leaf = this.#leaves.get(key);
    if (leaf === undefined) {
      leaf = { kind: "leaf", id: this.#next++, outcome, updates: outcome.kind === "update" };
      this.#leaves.set(key, leaf);
    }
    return leaf;
  }

  /**
   * Tests a cell; a test that decides nothing is left out, and children that differ only in copying it are merged.
   *
   * @param given the children by the cell's values; undefined for values that no state has here
   */
  branch(cell: number, given: readonly (Diagram | undefined)[]): Diagram {
    const only = onlyOne(given);
    if (only !== "different") return only ?? this.none;
    const reached = this.#mergeUpdates(cell, given);
    // A value that no state has may lead anywhere: best to where most lead.
    const children = reached.includes(undefined) ? filledUp(reached) : (reached as readonly Diagram[]);
    const least = children[0] as Diagram;
    return children.every((child) => child === least) ? least : this.#branch(cell, children);
  }

  #branch(cell: number, children: readonly Diagram[]): Branch {
    let hash = cell;
    for (const { id } of children) hash = hashed(hash, id);
    return this.#branches.get(
      hash,
      (known) => known.cell === cell && areEqual(known.children, children),
      () => {
        const updates = children.some((child) => child.updates);
        return { kind: "branch", id: this.#next++, cell, children, updates };
      },
    );
  }

  /** The predicate's diagram with other diagrams in place of its ends; "ask" stays. */
  compose(predicate: Diagram, hit: Diagram, none: Diagram): Diagram {
    if (hit === this.hit && none === this.none) return predicate;
    // Parts of one conjunction are composed again on every path to it.
    return this.#composed.get(
      [predicate, hit, none].reduce((hash, { id }) => hashed(hash, id), 0),
      (known) => known.predicate === predicate && known.hit === hit && known.none === none,
      () => ({ predicate, hit, none, whole: this.#compose(predicate, hit, none) }),
    ).whole;
  }

  #compose(predicate: Diagram, hit: Diagram, none: Diagram): Diagram {
    const made = new Map<Diagram, Diagram>();
    const walk = (node: Diagram): Diagram => {
      if (node === this.hit) return hit;
      if (node === this.none) return none;
      if (node.kind === "leaf") return node;
      let result = made.get(node);
      if (result === undefined) {
        result = this.branch(
          node.cell,
          node.children.map((child) => walk(child)),
        );
        made.set(node, result);
      }
      return result;
    };
    return walk(predicate);
  }

  /** `x := 1` where y is 1 and `x := 2` where y is 2 are both `x := y`. */
  #mergeUpdates(cell: number, children: readonly (Diagram | undefined)[]): readonly (Diagram | undefined)[] {
    const values: number[] = [];
    for (const [value, child] of children.entries()) {
      if (child === undefined || child === this.none || child === this.ask) continue;
      // A predicate has nothing to merge.
      if (!child.updates) return children;
      values.push(value);
    }
    if (values.length < 2) return children;
    const merged = this.#merge(
      cell,
      values.map((value) => children[value] as Diagram),
      values,
      { left: MOST_COMPARED },
    );
    if (merged === undefined) return children;
    const result = [...children];
    for (const value of values) result[value] = merged;
    return result;
  }

  #merge(
    cell: number,
    nodes: readonly Diagram[],
    values: readonly number[],
    budget: { left: number },
  ): Diagram | undefined {
    const first = nodes[0] as Diagram;
    if (nodes.every((node) => node === first)) return first;
    if ((budget.left -= nodes.length) < 0) return undefined;
    if (first.kind === "branch") {
      if (!nodes.every((node) => node.kind === "branch" && node.cell === first.cell)) return undefined;
      const children: Diagram[] = [];
      for (const index of first.children.keys()) {
        const child = this.#merge(
          cell,
          nodes.map((node) => (node as Branch).children[index] as Diagram),
          values,
          budget,
        );
        if (child === undefined) return undefined;
        children.push(child);
      }
      return this.branch(first.cell, children);
    }
    if (first.outcome.kind !== "update") return undefined;
    const updates: (readonly Write[])[] = [];
    for (const node of nodes) {
      if (node.kind !== "leaf" || node.outcome.kind !== "update") return undefined;
      if (node.outcome.writes.length !== first.outcome.writes.length) return undefined;
      updates.push(node.outcome.writes);
    }
    const writes: Write[] = [];
    for (const [index, write] of first.outcome.writes.entries()) {
      const same = updates.map((update) => update[index] as Write);
      if (same.some((other) => other.cell !== write.cell)) return undefined;
      const source = mergeSources(
        cell,
        same.map((other) => other.source),
        values,
      );
      if (source === undefined) return undefined;
      writes.push({ cell: write.cell, source });
    }
    return this.leaf({ kind: "update", writes });
  }
}

/** What all values lead to that lead anywhere; undefined when none does. */
function onlyOne(children: readonly (Diagram | undefined)[]): Diagram | undefined | "different" {
  let only: Diagram | undefined;
  for (const child of children) {
    if (child === undefined || child === only) continue;
    if (only !== undefined) return "different";
    only = child;
  }
  return only;
}

/** The children with the most frequent of them in place of those that are undefined. */
function filledUp(children: readonly (Diagram | undefined)[]): readonly Diagram[] {
  const counts = new Map<Diagram, number>();
  for (const child of children) if (child !== undefined) counts.set(child, (counts.get(child) ?? 0) + 1);
  const [most] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best));
  return children.map((child) => child ?? most);
}

function mergeSources(cell: number, sources: readonly Source[], values: readonly number[]): Source | undefined {
  const key = sourceKey(sources[0] as Source);
  if (sources.every((source) => sourceKey(source) === key)) return sources[0];
  const map: number[] = [];
  for (const [index, source] of sources.entries()) {
    const value = values[index] as number;
    if (typeof source !== "number" && source.from !== cell) return undefined;
    map[value] = numberFrom(source, () => value);
  }
  // Values of the cell that lead elsewhere never get here; any number serves them, best one that keeps the distance.
  const [least = 0] = values;
  const distance = (map[least] as number) - least;
  const isShift = values.every((value) => (map[value] as number) - value === distance);
  if (isShift && distance === 0) return { from: cell, map: undefined };
  for (let value = 0; value < map.length; value++) map[value] ??= isShift ? value + distance : 0;
  return { from: cell, map };
}

/** Calls `visit` once for each node. */
export function visitNodes(diagram: Diagram, visit: (node: Diagram) => void): void {
  const seen = new Set<Diagram>();
  const walk = (node: Diagram): void => {
    if (seen.has(node)) return;
    seen.add(node);
    visit(node);
    if (node.kind === "branch") node.children.forEach(walk);
  };
  walk(diagram);
}

/** The outcome for a state, given as the numbers of its cells' values. */
export function outcomeOf(diagram: Diagram, valueOf: (cell: number) => number): Outcome {
  let node = diagram;
  while (node.kind === "branch") node = node.children[valueOf(node.cell)] as Diagram;
  return node.outcome;
}
