import { ModelError } from "../errors.ts";
import type { Bool } from "../terms/index.ts";
import type { SystemProperty, TransitionSystem } from "../system/system.ts";
import type { Bad } from "./states/task.ts";

/** Lemmas to keep, and bad states to exclude by them. */
export function goalsOf(system: TransitionSystem<unknown>, names: readonly string[]): { lemmas: Bad[]; bad: Bad[] } {
  const { terms, actions, properties, fault } = system;
  const lemmas: Bad[] = [];
  const bad: Bad[] = fault.conditions.map((condition) => ({ id: fault.id, condition }));
  for (const property of properties) {
    const { id } = property;
    const isLemma = names.includes(id);
    if (isLemma && property.kind !== "always") {
      throw new ModelError(`${id} cannot be a lemma: a lemma must be an always property, and this is ${property.kind}`);
    }
    for (const condition of violationsOf(property)) {
      if (condition !== false) (isLemma ? lemmas : bad).push({ id, condition });
    }
  }
  return { lemmas, bad };

  function violationsOf(property: SystemProperty): Iterable<Bool> {
    switch (property.kind) {
      case "always":
        return [property.sought];
      case "step":
        return property.sought.values();
      case "noDeadlock": {
        const stuck = property.progress.map((index) => terms.not(actions[index]?.guard as Bool));
        return [terms.and(...stuck, terms.not(property.excuse))];
      }
      default:
        throw new ModelError(
          `${property.id} cannot be proved by induction: it is ${property.kind}, and only always, step and noDeadlock properties can`,
        );
    }
  }
}
