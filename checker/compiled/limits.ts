import type { Reading, Unread } from "../reading/index.ts";
import { Term, type Value } from "../terms/index.ts";

/** Terms of one function beyond which it is called: its code would take the compiler of V8 too long. */
export const MAX_TERMS = 30_000;
/** Terms within terms beyond which a function is called: the code for them is made by recursion. */
const MAX_DEPTH = 500;

/** The same reading, in which functions that are too large to be compiled count as not read. */
export function within<S>(reading: Reading<S>): Reading<S> {
  const sizes = new Sizes();
  const { terms } = reading;
  return {
    model: reading.model,
    terms,
    cells: reading.cells,
    action(instance) {
      const read = reading.action(instance);
      if (read.unread !== undefined) return read;
      const ofGuard = sizes.excess([read.guard, read.fault]);
      if (ofGuard !== undefined) return { ...read, next: new Map(), guard: true, fault: true, unread: ofGuard };
      const unread = sizes.excess([...read.next.values()]);
      if (unread === undefined) return read;
      return { ...read, next: new Map(), fault: terms.or(read.guard, read.fault), unread };
    },
    state: (id, predicate) => bounded(reading.state(id, predicate)),
    step: (id, property, instance, action) => bounded(reading.step(id, property, instance, action)),
    get notes() {
      return reading.notes;
    },
    changed: () => reading.changed(),
  };

  function bounded<Read extends ReturnType<Reading<S>["state"]>>(
    read: Read,
  ): Read | { readonly holds: true; readonly fault: true; readonly unread: Unread } {
    const roots = [read.holds, read.fault, ...(read.premises ?? [])];
    const unread = read.unread === undefined ? sizes.excess(roots) : undefined;
    return unread === undefined ? read : { holds: true, fault: true, unread };
  }
}

/** Whether terms are small enough to be compiled. */
export function isSmall(roots: readonly Value[]): boolean {
  return new Sizes().excess(roots) === undefined;
}

class Sizes {
  readonly #depths = new Map<Term, number>();

  /** Why terms are too large, if they are. */
  excess(roots: readonly Value[]): Unread | undefined {
    let deepest = 0;
    for (const root of roots) if (root instanceof Term) deepest = Math.max(deepest, this.#depthOf(root));
    if (deepest > MAX_DEPTH)
      return {
        why: `its terms are nested ${deepest} levels deep: at most ${MAX_DEPTH} are possible`,
        where: undefined,
      };
    const count = countOf(roots);
    return count > MAX_TERMS ? { why: `it has more than ${MAX_TERMS} terms`, where: undefined } : undefined;
  }

  #depthOf(root: Term): number {
    const open = [root];
    for (let term = open.at(-1); term !== undefined; term = open.at(-1)) {
      let depth: number | undefined = 0;
      for (const operand of term.operands) {
        if (!(operand instanceof Term)) continue;
        const known = this.#depths.get(operand);
        if (known === undefined) {
          open.push(operand);
          depth = undefined;
        } else if (depth !== undefined) depth = Math.max(depth, known);
      }
      if (depth === undefined) continue;
      this.#depths.set(term, depth + 1);
      open.pop();
    }
    return this.#depths.get(root) as number;
  }
}

/** Terms below the roots, or one more than the most that are allowed. */
function countOf(roots: readonly Value[]): number {
  const seen = new Set<Value>();
  const open = roots.filter((root) => root instanceof Term);
  for (let term = open.pop() as Term | undefined; term !== undefined; term = open.pop() as Term | undefined) {
    if (seen.has(term)) continue;
    seen.add(term);
    if (seen.size > MAX_TERMS) break;
    for (const operand of term.operands) if (operand instanceof Term && !seen.has(operand)) open.push(operand);
  }
  return seen.size;
}
