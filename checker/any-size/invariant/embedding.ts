import { intersect, type Bits, type BitTable } from "./bit-table.ts";
import type { ElementId, Elements, Literal } from "./diagram.ts";

/** Where literals are true together: a state of a table, with elements of it. */
export interface Embedding {
  readonly table: BitTable;
  readonly bits: Bits;
  readonly assignment: number[];
}

/** Whether literals can be true together in a state of the tables. */
export function embeddingOf(
  known: Elements,
  literals: readonly Literal[],
  tables: readonly BitTable[],
): Embedding | undefined {
  const order = orderOf(literals);
  const after = new Map<number, Literal[]>();
  const place = new Map(order.map((element, index) => [element, index + 1]));
  for (const literal of literals) {
    const at = Math.max(0, ...literal.elements.map((element) => place.get(element) as number));
    after.set(at, [...(after.get(at) ?? []), literal]);
  }
  for (const table of tables) {
    const assignment: number[] = [];
    const buffers = Array.from({ length: order.length + 1 }, () => new Uint32Array(table.words));
    const restricted = (level: number, from: Bits): Bits | undefined => {
      const own = after.get(level);
      if (own === undefined) return from;
      const into = buffers[level] as Bits;
      let current = from;
      for (const literal of own) {
        if (!intersect(current, literal.bits(table, assignment), into)) return undefined;
        current = into;
      }
      return current;
    };
    const search = (level: number, from: Bits): Bits | undefined => {
      const here = restricted(level, from);
      if (here === undefined || level === order.length) return here;
      const element = order[level] as ElementId;
      const count = table.finite.count(known.sortOf(element));
      for (let value = 0; value < count; value++) {
        assignment[element] = value;
        const found = search(level + 1, here);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    const bits = search(0, table.all);
    if (bits !== undefined) return { table, bits, assignment };
  }
  return undefined;
}

/** Elements in an order in which literals are complete early. */
function orderOf(literals: readonly Literal[]): ElementId[] {
  const order: ElementId[] = [];
  const left = new Set(literals.flatMap(({ elements }) => elements));
  const open = new Set(literals);
  while (left.size > 0) {
    let best: ElementId = -1;
    let most = -1;
    for (const element of left) {
      let score = 0;
      for (const { elements } of open) {
        if (!elements.includes(element)) continue;
        score += elements.every((other) => other === element || order.includes(other)) ? 100 : 1;
      }
      if (score > most) [best, most] = [element, score];
    }
    order.push(best);
    left.delete(best);
    for (const literal of open) if (literal.elements.every((element) => order.includes(element))) open.delete(literal);
  }
  return order;
}
