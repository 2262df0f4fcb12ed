import type { SystemAction } from "../../system/system.ts";
import type { Belief } from "./candidate-facts.ts";
import type { Questions, Step } from "../formula/queries.ts";
import type { Cube } from "../states/states.ts";
import type { Fact, Task } from "../states/task.ts";

/**
 * Takes guesses for facts as far as no step leads out of all of them together: a guess that a step leads out of is given
 * up, and those that it said better than others take its place (Flanagan and Leino, Houdini, FME 2001).
 */
export function inherit(
  { system, samples, guesses }: Task,
  belief: Belief,
  questions: Questions,
  stepOf: (action: SystemAction<unknown>) => Step,
): void {
  const from = new Map<Fact, Cube[]>();
  const admit = (group: Cube[]): void => {
    for (;;) {
      const cube = group.shift();
      if (cube === undefined || belief.implies(cube)) return;
      const fact = samples.first(cube) === undefined ? belief.admit(cube) : undefined;
      if (fact === undefined) continue;
      from.set(fact, group);
      return;
    }
  };
  for (const group of guesses) admit([...group]);
  for (let open = guesses.length > 0; open;) {
    open = false;
    for (const action of system.actions) {
      for (const fact of belief.facts) {
        const step = stepOf(action);
        if (step.checked.has(fact)) continue;
        open = true;
        const state = questions.leadsInto(step, fact.cube);
        if (state === undefined || state === "undecided") step.checked.add(fact);
        else {
          belief.giveUp(new Set([fact]));
          admit(from.get(fact) ?? []);
        }
      }
    }
  }
}
