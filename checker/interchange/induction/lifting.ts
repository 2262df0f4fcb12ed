import { type Diagram } from "../../learning/diagram.ts";
import type { Source } from "../../learning/outcome.ts";
import type { SystemAction } from "../system.ts";
import type { Part } from "./parts.ts";
import { fullMask, maskOf, valuesOf, type Cube, type Mask, type Parts } from "./states.ts";

/** What of a state matters for what follows from it. */
export class Lifting {
  readonly #parts: Parts;
  /** The numbers of the values of the state's cells. */
  readonly #cells: readonly number[];
  readonly #cube = new Map<number, Mask>();

  constructor(parts: Parts, cells: readonly number[]) {
    this.#parts = parts;
    this.#cells = cells;
  }

  get cube(): Cube {
    return this.#cube;
  }

  /** The way through a diagram matters. */
  follow(diagram: Diagram): void {
    this.#follow(
      diagram,
      (cell) => this.#cells[cell] as number,
      (cell, values) => this.#require(cell, values),
    );
  }

  /** That the action is taken and leads into the cube matters. */
  stepInto({ diagram }: SystemAction<unknown>, cube: Cube): void {
    const after = this.#step(diagram);
    for (const [part, mask] of cube) this.#requireAfter(after, part, mask);
  }

  /** That the action is taken, and the way through the diagram after it, matters. */
  stepAndFollow({ diagram }: SystemAction<unknown>, then: Diagram): void {
    const after = this.#step(diagram);
    this.#follow(
      then,
      (cell) => after.cells[cell] as number,
      (cell, values) => this.#requireRaw(after, cell, values),
    );
  }

  #follow(
    diagram: Diagram,
    valueOf: (cell: number) => number,
    require: (cell: number, values: ReadonlySet<number>) => void,
  ): Diagram {
    let node = diagram;
    while (node.kind === "branch") {
      const { cell, children } = node;
      const next = children[valueOf(cell)] as Diagram;
      require(cell, new Set(children.flatMap((child, value) => (child === next ? [value] : []))));
      node = next;
    }
    return node;
  }

  #step(diagram: Diagram): After {
    const valueOf = (cell: number): number => this.#cells[cell] as number;
    const leaf = this.#follow(diagram, valueOf, (cell, values) => this.#require(cell, values));
    const writes = new Map<number, Source>();
    const cells = [...this.#cells];
    if (leaf.kind === "leaf" && leaf.outcome.kind === "update") {
      for (const { cell, source } of leaf.outcome.writes) {
        writes.set(cell, source);
        if (typeof source === "number") cells[cell] = source;
        else {
          const value = valueOf(source.from);
          cells[cell] = source.map === undefined ? value : (source.map[value] as number);
        }
      }
    }
    return { writes, cells, values: valuesOf(this.#parts, cells) };
  }

  #narrow(number: number, mask: Mask): void {
    const part = this.#parts[number] as Part;
    const narrowed = (this.#cube.get(number) ?? fullMask(part)) & mask;
    if (narrowed !== fullMask(part)) this.#cube.set(number, narrowed);
  }

  #require(cell: number, values: ReadonlySet<number>): void {
    const part = this.#parts[cell];
    if (part !== undefined) this.#narrow(cell, maskOf(part, values));
  }

  /** That a cell has one of these values after the step. */
  #requireRaw({ writes }: After, cell: number, values: ReadonlySet<number>): void {
    const source = writes.get(cell);
    if (source === undefined) this.#require(cell, values);
    else if (typeof source !== "number") {
      const { from, map } = source;
      const part = this.#parts[from];
      if (part === undefined) return;
      const all = Array.from({ length: part.values }, (_, value) => value);
      this.#require(
        from,
        new Set(all.filter((value) => values.has(map === undefined ? value : (map[value] as number)))),
      );
    }
  }

  /** That a part has one of these values after the step. */
  #requireAfter(after: After, number: number, mask: Mask): void {
    const part = this.#parts[number] as Part;
    if (!this.#isAffected(after, part)) {
      this.#narrow(number, mask);
      return;
    }
    if (after.values[number] === part.values) {
      const reason = part.unused.find(({ part: other, values }) => values.has(after.values[other] as number));
      if (reason !== undefined) this.#requireAfter(after, reason.part, bitsOf(reason.values));
      return;
    }
    const values = Array.from({ length: part.values }, (_, value) => value);
    this.#requireRaw(after, number, new Set(values.filter((value) => ((mask >> value) & 1) === 1)));
    for (const { part: other, values: reasons } of part.unused) {
      this.#requireAfter(after, other, fullMask(this.#parts[other] as Part) & ~bitsOf(reasons));
    }
  }

  #isAffected(after: After, part: Part): boolean {
    if (after.writes.has(part.number)) return true;
    return part.unused.some(({ part: other }) => this.#isAffected(after, this.#parts[other] as Part));
  }
}

interface After {
  readonly writes: ReadonlyMap<number, Source>;
  readonly cells: readonly number[];
  readonly values: Uint8Array;
}

function bitsOf(values: ReadonlySet<number>): Mask {
  let mask = 0;
  for (const value of values) mask |= 1 << value;
  return mask;
}
