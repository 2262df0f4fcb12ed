import {
  after,
  cellsRead,
  childrenOf,
  freeVariables,
  isBoolean,
  not,
  read,
  substitute,
  updatesOf,
  valuesFor,
  variable,
  withChildren,
  BOOLEAN,
} from "../expressions.ts";
import type { Action, AnySizeSystem, Cell, Expression, Update, Variable } from "../system.ts";
import { isEndless, withoutEndless } from "./guards.ts";
import { singleValued, type SingleValued } from "./single-valued.ts";
import { quoted, sortSymbol, Translation } from "./translate.ts";
import { withWitnesses } from "./witnesses.ts";

/** An action in the terms of a solver: what is true before a step, and what a condition on the state after it means. */
export interface EncodedAction {
  readonly action: Action;
  /** Declares the parameters and asserts that the action is enabled. */
  readonly commands: readonly string[];
  /** Symbols of the parameters. */
  readonly names: ReadonlyMap<Variable, string>;
  /** Whether a step can change the value of a condition. */
  changes(condition: Expression): boolean;
  /** The value of a condition after the step, over the state before it. */
  after(condition: Expression): Expression;
}

/** Where an update changes something: values that conditions within it give to all of its parameters. */
function placesIn(value: Expression, parameters: readonly Variable[]): Expression[][] {
  const parts = value.kind === "and" ? value.operands : [value];
  const given = parameters.map((parameter) => {
    for (const part of parts) {
      if (part.kind !== "equal") continue;
      const [one, other] = [part.left, part.right];
      if (one.kind === "variable" && one.variable === parameter) return other;
      if (other.kind === "variable" && other.variable === parameter) return one;
    }
    return undefined;
  });
  const own = parameters.length > 0 && given.every((one) => one !== undefined) ? [given as Expression[]] : [];
  return [...own, ...childrenOf(value).flatMap((child) => placesIn(child, parameters))];
}

function withNewParameters(action: Action): Action {
  const parameters = action.parameters.map((one): Variable => ({ ...one }));
  const values = valuesFor(action.parameters, parameters.map(variable));
  return {
    ...action,
    parameters,
    guard: substitute(action.guard, values),
    updates: action.updates.map(({ cell, parameters: own, value }): Update => {
      const fresh = own.map((one): Variable => ({ ...one }));
      const inner = new Map([...values, ...valuesFor(own, fresh.map(variable))]);
      return { cell, parameters: fresh, value: substitute(value, inner) };
    }),
  };
}

/**
 * The questions about a system. There are symbols for one state only: a condition on the state after a step is an
 * expression over the state before it, by substitution of the updates. Quantified conditions within updates that depend on
 * the parameters of the action alone are given names first, so that they are not repeated.
 */
export class Questions {
  readonly system: AnySizeSystem;
  readonly translation: Translation;
  readonly actions: readonly EncodedAction[];
  /** Conditions that are true of each state, and proved along with the others, because the encoding does not imply them. */
  readonly singleValued: readonly SingleValued[];
  readonly #dropped: { readonly action: Action; readonly condition: Expression }[] = [];
  #constants = 0;

  constructor(system: AnySizeSystem) {
    this.system = system;
    this.translation = new Translation(system);
    this.singleValued = singleValued(system, this.translation.representations);
    this.actions = system.actions.map((action) => this.#encoded(action));
  }

  /** Conditions of guards that are left out, which adds behaviour: they would make new elements without end. */
  get dropped(): readonly { readonly action: Action; readonly condition: Expression }[] {
    return this.#dropped;
  }

  /** Declares sorts and cells. */
  get preamble(): readonly string[] {
    return [...this.translation.sorts(), ...this.system.cells.flatMap((cell) => this.translation.declare(cell))];
  }

  /** Asserts that a state is initial; in it, each cell has one value. */
  get initial(): readonly string[] {
    return [this.system.initial, ...this.singleValued.map(({ formula }) => formula)].map((one) => this.asserted(one));
  }

  asserted(condition: Expression, names?: ReadonlyMap<Variable, string>): string {
    return `(assert ${this.translation.formula(condition, names)})`;
  }

  /** Asserts that a closed condition is false, for new constants in place of its outer variables. */
  refuted(condition: Expression, names: ReadonlyMap<Variable, string> = new Map()): string[] {
    const commands: string[] = [];
    const own = new Map(names);
    let body = condition;
    while (body.kind === "every") {
      const { variable } = body;
      const symbol = quoted(`${variable.name}!${++this.#constants}`);
      commands.push(`(declare-const ${symbol} ${sortSymbol(variable.sort)})`);
      own.set(variable, symbol);
      body = body.body;
    }
    return [...commands, `(assert (not ${this.translation.formula(body, own)}))`];
  }

  #encoded(given: Action): EncodedAction {
    // New parameters: a condition on the state after the step may bind the same variables.
    const { action: open, dropped } = withoutEndless(given, this.translation.representations);
    this.#dropped.push(...dropped.map((condition) => ({ action: given, condition })));
    const action = withNewParameters(withWitnesses(open, this.translation.representations));
    const names = new Map(action.parameters.map((one, place) => [one, quoted(`${action.name}.${one.name}.${place}`)]));
    const commands = [...names].map(([one, symbol]) => `(declare-const ${symbol} ${sortSymbol(one.sort)})`);
    const named = new Map<Expression, Expression>();
    const withNames = (expression: Expression): Expression =>
      this.#withNames(expression, action, names, named, commands);
    const updates = new Map(
      [...updatesOf(action)].map(([cell, update]): [Cell, Update] => [
        cell,
        { ...update, value: withNames(update.value) },
      ]),
    );
    commands.push(this.asserted(action.guard, names), ...this.#places([...updates.values()], action, names));
    return {
      action: given,
      commands,
      names,
      changes: (condition) => [...cellsRead(condition)].some((cell) => updates.has(cell)),
      after: (condition) => after(condition, updates),
    };
  }

  /**
   * Names for the old values at the places that the action changes. They say nothing, but a solver that instantiates
   * quantifiers by matching terms finds the place in them: where a message arrives, say, a request is pending afterwards.
   */
  #places(updates: readonly Update[], action: Action, names: ReadonlyMap<Variable, string>): string[] {
    const places = updates
      .filter(({ cell }) => cell.type.kind === "boolean")
      .flatMap(({ cell, parameters, value }) => placesIn(value, parameters).map((indices) => read(cell, ...indices)));
    return places
      .filter(
        (place) =>
          [...freeVariables(place)].every((one) => names.has(one)) && !this.translation.quantifies(place, names),
      )
      .flatMap((place, number) => {
        const symbol = quoted(`${action.name} at ${number}`);
        return [`(declare-const ${symbol} Bool)`, `(assert (= ${symbol} ${this.translation.formula(place, names)}))`];
      });
  }

  /** The expression with a name for each largest quantified condition over the parameters of the action alone. */
  #withNames(
    expression: Expression,
    action: Action,
    names: ReadonlyMap<Variable, string>,
    known: Map<Expression, Expression>,
    commands: string[],
  ): Expression {
    const found = known.get(expression);
    if (found !== undefined) return found;
    const isClosed = [...freeVariables(expression)].every((one) => names.has(one));
    if (isClosed && isBoolean(expression) && this.translation.quantifies(expression, names)) {
      const cell: Cell = { name: `${action.name}'${known.size}`, parameters: [], type: BOOLEAN };
      const flag = read(cell);
      commands.push(...this.translation.declare(cell));
      const { representations } = this.translation;
      for (const [result, meaning] of [
        [flag, expression],
        [not(flag), not(expression)],
      ] as const) {
        // One direction of the definition may be left out: then the flag may be true where the condition is not.
        if (isEndless(meaning, representations)) this.#dropped.push({ action, condition: meaning });
        else
          commands.push(
            `(assert (=> ${this.translation.formula(result)} ${this.translation.formula(meaning, names)}))`,
          );
      }
      known.set(expression, flag);
      return flag;
    }
    return withChildren(
      expression,
      childrenOf(expression).map((child) => this.#withNames(child, action, names, known, commands)),
    );
  }
}
