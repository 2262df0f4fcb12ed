import type { AnyNode } from "acorn";
import { nearest } from "../../definition/suggest.ts";
import { Term } from "../../terms/index.ts";
import type { Thing } from "./values.ts";

/** Something strange in a function that is no mistake by itself. */
export interface Note {
  /** A sentence without a full stop. */
  readonly text: string;
  /** File, line and column, as far as they are known. */
  readonly where: string | undefined;
}

/** Notes made while reading, each place once. */
export class Notes {
  readonly #pathOf: (cell: number) => string;
  readonly #seen = new WeakSet<AnyNode>();
  readonly #notes: Note[] = [];

  /** @param pathOf how a message calls a cell, by its number */
  constructor(pathOf: (cell: number) => string) {
    this.#pathOf = pathOf;
  }

  get all(): readonly Note[] {
    return this.#notes;
  }

  /** Notes that a cell with names for values is compared with a name that is none of them. */
  compared(node: AnyNode, part: Thing, constant: Thing, place: () => string | undefined): void {
    if (typeof constant !== "string" || !(part instanceof Term) || part.operator !== "cell") return;
    const names = part.domain?.values.filter((value) => typeof value === "string") ?? [];
    if (names.length === 0 || names.includes(constant) || this.#seen.has(node)) return;
    this.#seen.add(node);
    const likely = nearest(constant, names);
    const hint = likely === undefined ? "" : `; did you mean ${JSON.stringify(likely)}?`;
    this.#notes.push({
      text: `${this.#pathOf(part.cell)} is compared with ${JSON.stringify(constant)}, which is not one of its values: ${names
        .map((name) => JSON.stringify(name))
        .join(", ")}${hint}`,
      where: place(),
    });
  }
}
