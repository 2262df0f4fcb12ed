import { ModelError } from "../../errors.ts";
import type { Diagram } from "../../learning/diagram.ts";
import { UNLEARNED } from "../aiger/encode.ts";
import { and, conditionOf, FALSE, not, type Expression } from "../expression.ts";
import type { SystemProperty, TransitionSystem } from "../system.ts";
import type { Bad } from "./task.ts";

/** What must be kept, and what must be excluded by it. */
export function goalsOf(system: TransitionSystem<unknown>, names: readonly string[]): { lemmas: Bad[]; bad: Bad[] } {
  const { store, actions, properties } = system;
  const lemmas: Bad[] = [];
  const bad: Bad[] = [];
  const notKnown = (diagram: Diagram): void => {
    const condition = conditionOf(diagram, (leaf) => leaf === store.ask);
    if (condition !== FALSE) bad.push({ id: UNLEARNED, condition, diagrams: [diagram] });
  };
  const hits = (diagram: Diagram): Expression =>
    conditionOf(diagram, (leaf) => leaf === store.hit || leaf === store.ask);
  for (const { diagram } of actions) notKnown(diagram);
  for (const property of properties) {
    const { id } = property;
    const isLemma = names.includes(id);
    if (isLemma && property.kind !== "always") {
      throw new ModelError(
        `${id} cannot be a lemma: a lemma is a property of states (always), and this is ${property.kind}`,
      );
    }
    for (const { condition, diagrams } of violationsOf(property)) {
      if (condition !== FALSE) (isLemma ? lemmas : bad).push({ id, condition, diagrams });
    }
  }
  return { lemmas, bad };

  function violationsOf(property: SystemProperty): Omit<Bad, "id">[] {
    switch (property.kind) {
      case "always":
        return [{ condition: hits(property.sought), diagrams: [property.sought] }];
      case "step":
        return [...property.sought.values()].map((diagram) => ({ condition: hits(diagram), diagrams: [diagram] }));
      case "noDeadlock": {
        const progress = property.progress.map((index) => actions[index]?.diagram as Diagram);
        const stuck = progress.map((diagram) => conditionOf(diagram, (leaf) => leaf === store.none));
        const excused = conditionOf(property.excuse, (leaf) => leaf === store.hit);
        return [{ condition: and([...stuck, not(excused)]), diagrams: [...progress, property.excuse] }];
      }
      default:
        throw new ModelError(
          `${property.id} cannot be proved by induction: it is ${property.kind}, and only always, step and noDeadlock can`,
        );
    }
  }
}
