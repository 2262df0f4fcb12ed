import type { ActionInstance, Model } from "../language/index.ts";
import type { Bool } from "../terms/index.ts";
import { changeOf } from "./changes.ts";
import { commandOf, type Command } from "./command.ts";
import { and, FALSE, not, or, type Condition } from "./expression.ts";
import { cellsOfStructure, structureOf, type ExportedCell, type Structure } from "./structure.ts";
import type { RunsProperty, SystemProperty, TransitionSystem } from "./system.ts";
import { Translation } from "./translation.ts";

/** Target states of a checker. */
export interface Check {
  readonly id: string;
  readonly title: string;
  /** "fault": states in which a function throws or leaves its type. They are no property, but nothing is proved beyond. */
  readonly kind: "always" | "sometimes" | "step" | "noDeadlock" | "fault";
  /** Those that violate the property, or, of `sometimes`, witnesses. */
  readonly sought: Condition;
}

/** A property of runs, with conditions in place of terms. */
export interface RunsCheck extends Omit<RunsProperty, "cases"> {
  readonly cases: readonly {
    readonly name: string | undefined;
    readonly premise: Condition | undefined;
    readonly goal: Condition;
  }[];
}

/** A system as guarded commands: what the languages of other checkers have in common. */
export interface Program<S> {
  readonly model: Model<S>;
  readonly structure: Structure & { readonly kind: "record" };
  /** By the number of the layout's cell; undefined for a cell of one value. */
  readonly cells: readonly (ExportedCell | undefined)[];
  readonly initial: readonly (readonly number[])[];
  readonly commands: readonly (Command & { readonly instance: ActionInstance<S> })[];
  /** The properties of states and steps; at the end the fault, if there can be one. */
  readonly checks: readonly Check[];
  readonly runs: readonly RunsCheck[];
  /** Condition under which a step of an enabled instance changes the state. Fairness asks for it. */
  changes(instance: number): Condition;
}

/** The guarded commands of a system. */
export function programOf<S>(system: TransitionSystem<S>): Program<S> {
  const { model, terms, initial, actions, properties, fault } = system;
  const structure = structureOf(model.layout);
  const cells: (ExportedCell | undefined)[] = model.layout.cells.map(() => undefined);
  for (const cell of cellsOfStructure(structure)) cells[cell.cell] = cell;
  const translation = new Translation(
    terms,
    cells.map((cell) => cell?.coding),
  );
  const condition = (bool: Bool): Condition => translation.condition(bool);
  const commands = actions.map((action) => ({
    instance: action.instance,
    ...commandOf(action, system.cells, translation),
  }));
  const checks: Check[] = [];
  const runs: RunsCheck[] = [];
  for (const property of properties) {
    if ("cases" in property) {
      runs.push({
        ...property,
        cases: property.cases.map(({ name, premise, goal }) => ({
          name,
          premise: premise === undefined ? undefined : condition(premise),
          goal: condition(goal),
        })),
      });
    } else {
      const { id, title, kind } = property;
      checks.push({ id, title, kind, sought: soughtOf(property) });
    }
  }
  const sought = or(fault.conditions.map(condition));
  if (sought !== FALSE) checks.push({ id: fault.id, title: fault.title, kind: "fault", sought });
  return {
    model,
    structure,
    cells,
    initial,
    commands,
    checks,
    runs,
    changes: (instance) => condition(changeOf(system, actions[instance] as (typeof actions)[number])),
  };

  function soughtOf(property: Exclude<SystemProperty, RunsProperty>): Condition {
    switch (property.kind) {
      case "always":
      case "sometimes":
        return condition(property.sought);
      case "step":
        return or([...property.sought.values()].map(condition));
      case "noDeadlock":
        return and([
          ...property.progress.map((instance): Condition => ({ kind: "not", operand: { kind: "enabled", instance } })),
          not(condition(property.excuse)),
        ]);
    }
  }
}
