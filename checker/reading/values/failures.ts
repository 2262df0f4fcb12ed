import type { Bool } from "../../terms/index.ts";
import type { Paths } from "./paths.ts";
import { HeapObject, Union, type Thing } from "./values.ts";

const LOOKED = "looked";

/**
 * The judgements that fail in a function that is being read. A predicate that makes one, never looks at it and returns a
 * boolean has lost it: that is a mistake (see `attentive` in the language).
 */
export class Failures {
  readonly #paths: Paths;
  #made: { readonly failure: HeapObject; readonly condition: Bool }[] = [];

  constructor(paths: Paths) {
    this.#paths = paths;
  }

  /** Forgets those of another function. */
  begin(): void {
    this.#made = [];
  }

  make(): HeapObject {
    const failure = new HeapObject("failure");
    failure.slots.set(LOOKED, false);
    failure.isFrozen = true;
    return failure;
  }

  /** Notes that a failure has come to be where a condition holds on this path. */
  note(failure: HeapObject, condition: Bool): void {
    this.#made.push({ failure, condition: this.#paths.terms.and(this.#paths.condition, condition) });
  }

  /** Notes that a judgement is looked at. */
  look(judgement: Thing): void {
    for (const [condition, one] of this.#paths.alternatives(judgement)) {
      if (!isFailure(one)) continue;
      const before = one.slots.get(LOOKED) as Bool;
      this.#paths.put(one, LOOKED, this.#paths.merge(condition, true, before));
    }
  }

  /** Condition under which a thing is a judgement that fails. */
  isOne(judgement: Thing): Bool {
    const { terms } = this.#paths;
    return terms.or(
      ...this.#paths.alternatives(judgement).map(([condition, one]) => (isFailure(one) ? condition : false)),
    );
  }

  /** Condition under which a failure was lost by a function that gives `result`, for a boolean result. */
  lost(result: Thing, isBoolean: Bool): Bool {
    const { terms, facts } = this.#paths;
    const returned = new Map<Thing, Bool>(
      (result instanceof Union ? result.alternatives : [[true, result] as const]).map(([condition, one]) => [
        one,
        condition,
      ]),
    );
    const lost: Bool[] = [];
    for (const { failure, condition } of this.#made) {
      // Most failures are what the function returns.
      if (returned.get(failure) === condition) continue;
      const looked = facts.simplify(failure.slots.get(LOOKED) as Bool);
      const here = facts.simplify(terms.and(condition, terms.not(looked), isBoolean));
      if (here !== false && !facts.refutes(here)) lost.push(here);
    }
    return terms.or(...lost);
  }
}

function isFailure(thing: Thing): thing is HeapObject {
  return thing instanceof HeapObject && thing.kind === "failure";
}
