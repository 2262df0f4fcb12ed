import type { ActionInstance, Model } from "../language/index.ts";
import type { Diagram } from "../learning/diagram.ts";
import { Definitions } from "./definitions.ts";
import { and, FALSE, not, or, type Expression } from "./expression.ts";
import { commandOf, hitsOf, unknownOf, type Command } from "./step.ts";
import { cellsOfStructure, structureOf, type ExportedCell, type Structure } from "./structure.ts";
import type { RunsProperty, SystemProperty, TransitionSystem } from "./system.ts";

/** A state that a checker looks for. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly kind: "always" | "sometimes" | "step" | "noDeadlock";
  /** Which states: those that violate the property, or, of `sometimes`, witnesses. `enabled:N` names a guard. */
  readonly sought: Expression;
}

/** A property of runs, with conditions in place of diagrams. */
export interface RunsCheck extends Omit<RunsProperty, "cases"> {
  readonly cases: readonly {
    readonly name: string | undefined;
    readonly premise: Expression | undefined;
    readonly goal: Expression;
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
  readonly checks: readonly Check[];
  readonly runs: readonly RunsCheck[];
  /** States in which something is not known: a mistake of the model's, or what was not learned. */
  readonly unknown: Expression;
  /** Conditions that others refer to by name. */
  readonly definitions: Definitions;
  readonly reachableOnly: readonly string[];
}

/** How an expression names the guard of an instance. */
export function enabledName(index: number): Expression {
  return { kind: "name", name: `enabled:${index}` };
}

/** The guarded commands of a system. */
export function programOf<S>(system: TransitionSystem<S>): Program<S> {
  const { model, store, initial, actions, properties, reachableOnly } = system;
  const structure = structureOf(model.layout);
  const cells: (ExportedCell | undefined)[] = model.layout.cells.map(() => undefined);
  for (const cell of cellsOfStructure(structure)) cells[cell.cell] = cell;
  const unknown: Expression[] = [];
  const known = (diagram: Diagram): Diagram => {
    unknown.push(unknownOf(diagram, store));
    return diagram;
  };
  const hits = (diagram: Diagram): Expression => hitsOf(known(diagram), store);
  const commands = actions.map(({ instance, diagram }) => ({ instance, ...commandOf(known(diagram), store) }));
  const checks: Check[] = [];
  const runs: RunsCheck[] = [];
  for (const property of properties) {
    if ("cases" in property) {
      runs.push({
        ...property,
        cases: property.cases.map(({ name, premise, goal }) => ({
          name,
          premise: premise === undefined ? undefined : hits(premise),
          goal: hits(goal),
        })),
      });
    } else {
      const { id, title, kind } = property;
      checks.push({ id, title, kind, sought: soughtOf(property, hits) });
    }
  }
  const whole = { commands, checks, runs, unknown: or(unknown) };
  const definitions = new Definitions();
  mapped(whole, (condition) => {
    definitions.announce(condition);
    return condition;
  });
  const shared = mapped(whole, (condition) => definitions.shared(condition));
  return { model, structure, cells, initial, ...shared, definitions, reachableOnly };
}

type Conditions<S> = Pick<Program<S>, "commands" | "checks" | "runs" | "unknown">;

/** The same with other conditions. */
function mapped<S>(
  { commands, checks, runs, unknown }: Conditions<S>,
  change: (condition: Expression) => Expression,
): Conditions<S> {
  return {
    commands: commands.map(({ instance, guard, choices }) => ({
      instance,
      guard: change(guard),
      choices: choices.map(({ cases }) => ({
        cases: cases.map(({ condition, assignments }) => ({ condition: change(condition), assignments })),
      })),
    })),
    checks: checks.map((check) => ({ ...check, sought: change(check.sought) })),
    runs: runs.map((run) => ({
      ...run,
      cases: run.cases.map(({ name, premise, goal }) => ({
        name,
        premise: premise === undefined ? undefined : change(premise),
        goal: change(goal),
      })),
    })),
    unknown: change(unknown),
  };
}

function soughtOf(property: Exclude<SystemProperty, RunsProperty>, hits: (diagram: Diagram) => Expression): Expression {
  switch (property.kind) {
    case "always":
    case "sometimes":
      return hits(property.sought);
    case "step":
      // A step by the instance would violate it: that is asked of the state before.
      return or([...property.sought.values()].map(hits));
    case "noDeadlock": {
      const excused = hits(property.excuse);
      return and([
        ...property.progress.map((index) => not(enabledName(index))),
        excused === FALSE ? not(FALSE) : not(excused),
      ]);
    }
  }
}
