import { ModelError } from "../../errors.ts";
import type { AnySizeSystem, Cell, Sort } from "../system.ts";

/**
 * Representation of cells by symbols of first-order logic.
 *
 * A cell of an index type is a function to its sort where that keeps the sorts in an order: functions lead from earlier
 * sorts to later ones only. Then instances of quantified formulas make no new elements without end. Cells that would make
 * a circle are relations, true of the index that is the value. For each name of an index type there is a flag.
 *
 * So an encoded state can be one of the system, and every state of the system is encoded. A relation can have no index, or
 * several: the latter is excluded as part of the invariant, and the former stands for the first name of the type.
 */
export type Representation = "boolean" | "names" | "function" | "relation";

export class Representations {
  readonly #byCell: ReadonlyMap<Cell, Representation>;
  readonly #order: readonly string[];

  constructor({ sorts, cells }: Pick<AnySizeSystem, "sorts" | "cells">) {
    const orders = permutations(sorts);
    const circular = (order: readonly Sort[]): Cell[] => cells.filter((cell) => !follows(cell, order));
    const best = orders.reduce((one, other) => (circular(other).length < circular(one).length ? other : one));
    const relations = new Set(circular(best));
    this.#order = best.map(({ name }) => name);
    this.#byCell = new Map(
      cells.map((cell) => {
        const { kind } = cell.type;
        return [cell, kind === "index" ? (relations.has(cell) ? "relation" : "function") : kind];
      }),
    );
  }

  of(cell: Cell): Representation {
    const found = this.#byCell.get(cell);
    if (found === undefined) throw new ModelError(`${cell.name} is not a cell of the system`);
    return found;
  }

  /** Place of a sort in the order: functions lead from lower places to higher ones. */
  placeOf(sort: Sort): number {
    return this.#order.indexOf(sort.name);
  }
}

/** Whether a cell, as a function, leads from earlier sorts to a later one. */
function follows({ parameters, type }: Cell, order: readonly Sort[]): boolean {
  if (type.kind !== "index") return true;
  const place = (sort: Sort): number => order.findIndex(({ name }) => name === sort.name);
  return parameters.every((sort) => place(sort) < place(type.sort));
}

/** Sorts are few: a model has two to four dimensions. */
const MAX_SORTS = 6;

function permutations(sorts: readonly Sort[]): (readonly Sort[])[] {
  if (sorts.length > MAX_SORTS) {
    throw new ModelError(`${sorts.length} dimensions have no size; at most ${MAX_SORTS} are possible`);
  }
  if (sorts.length <= 1) return [sorts];
  return sorts.flatMap((first) => permutations(sorts.filter((sort) => sort !== first)).map((rest) => [first, ...rest]));
}
