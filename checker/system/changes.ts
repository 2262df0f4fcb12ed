import { Term, type Bool, type Value } from "../terms/index.ts";
import type { SystemAction, TransitionSystem } from "./system.ts";

/** Condition under which a step by an enabled instance changes the state. */
export function changeOf<S>({ terms, cells }: TransitionSystem<S>, { guard, next }: SystemAction<S>): Bool {
  const changes = Array.from(next, ([cell, value]) => {
    const before = cells[cell];
    const known = new Map<Term, Bool>();
    const differs = (after: Value): Bool => {
      if (after === before) return false;
      if (!(after instanceof Term) || after.operator !== "ite") return terms.not(terms.equal(after, before));
      let made = known.get(after);
      if (made === undefined) {
        const [condition, then, otherwise] = after.operands;
        made = terms.choose(condition as Bool, differs(then), differs(otherwise));
        known.set(after, made);
      }
      return made;
    };
    return differs(value);
  });
  const change = terms.or(...changes);
  return terms.or(terms.not(guard), change) === true ? true : change;
}
