import { InternalError } from "../../errors.ts";
import type { SystemAction } from "../../system/system.ts";
import { INITIAL_LEMMA_CONFLICTS, type Answer, type Questions, type Step } from "../formula/queries.ts";
import type { Fact, Task } from "../states/task.ts";

/**
 * Asks everything once more, and keeps the facts by which it is answered.
 *
 * @param before the formula of an action by which all has been answered
 */
export function neededOf(
  { system, parts, lemmas, bad }: Task,
  questions: Questions,
  before: (action: SystemAction<unknown>) => Step,
): Fact[] {
  const needed = new Set<Fact>();
  const expect = (answer: Answer): void => {
    if (answer !== undefined) throw new InternalError("a confirmed invariant is not one");
  };
  const steps = system.actions.map((action) => ({ action, step: questions.step(action) }));
  const note = ({ added }: Step): void => {
    for (const fact of added) needed.add(fact);
  };
  for (const one of bad) questions.bad(one, needed, expect);
  for (const { action, step } of steps) {
    for (const lemma of lemmas) {
      const answer = questions.leavesLemma(step, lemma, 4 * INITIAL_LEMMA_CONFLICTS);
      if (answer === "undecided") {
        // By all facts it was answered before.
        expect(questions.leavesLemma(before(action), lemma, Infinity));
        note(before(action));
      } else expect(answer);
    }
    for (const part of parts) {
      if (part !== undefined && part.unused.length > 0) expect(questions.leavesRest(step, part.number));
    }
    note(step);
  }
  for (const { cube } of needed) {
    for (const { step } of steps) {
      expect(questions.leadsInto(step, cube));
      note(step);
    }
  }
  return [...needed].sort((a, b) => a.number - b.number);
}
