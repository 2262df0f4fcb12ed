import type { ReadAction } from "../reading/read.ts";
import type { Reading } from "../reading/reading.ts";
import type { Bool, Value } from "../terms/index.ts";
import { conjuncts } from "./decisions.ts";
import type { ProgramEntry, StepEntry } from "./entry.ts";

/** The terms by which an instance takes a step, and by which the step is judged. */
export interface Taken {
  readonly next: ReadAction<unknown>["next"];
  /** Where the recipe is at fault, if the guard holds. */
  readonly fault: Bool;
  readonly judgements: readonly JudgedStep[];
}

/** A step property, for the steps of one instance. */
export interface JudgedStep {
  readonly entry: number;
  readonly violated: Bool;
  readonly fault: Bool;
}

/** The terms of the steps, by the entries of the actions. */
export function takenOf<S>(reading: Reading<S>, entries: readonly ProgramEntry<S>[]): Map<number, Taken> {
  const { terms } = reading;
  const judged = stepsByInstance(entries);
  const taken = new Map<number, Taken>();
  for (const [number, entry] of entries.entries()) {
    if (entry.kind !== "action") continue;
    const { next, fault, guard } = entry.read;
    const judgements = (judged.get(number) ?? []).map(([step, { read: property }]): JudgedStep => ({
      entry: step,
      violated: terms.and(terms.not(property.holds), terms.not(property.fault)),
      fault: property.fault,
    }));
    taken.set(number, { next, fault: beyond(fault, guard, reading), judgements });
  }
  return taken;
}

/** The terms of the state after a step, and of its judgements. */
export function termsAfter({ next, judgements }: Taken): Value[] {
  return [...next.values(), ...judgements.flatMap(({ violated, fault }) => [violated, fault])];
}

/** The entries of step properties, by the entry of their instance. */
function stepsByInstance<S>(entries: readonly ProgramEntry<S>[]): Map<number, (readonly [number, StepEntry<S>])[]> {
  const result = new Map<number, (readonly [number, StepEntry<S>])[]>();
  for (const [number, entry] of entries.entries()) {
    if (entry.kind !== "step") continue;
    const { index } = entry.instance;
    const known = result.get(index);
    if (known === undefined) result.set(index, [[number, entry]]);
    else known.push([number, entry]);
  }
  return result;
}

/** A condition where another holds: without the part that the other implies. */
function beyond<S>(condition: Bool, known: Bool, { terms }: Reading<S>): Bool {
  if (typeof condition === "boolean" || typeof known === "boolean") return condition;
  const parts = new Set(conjuncts(known));
  return terms.and(...conjuncts(condition).filter((part) => !parts.has(part)));
}
