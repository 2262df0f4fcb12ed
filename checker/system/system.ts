import { ModelError } from "../errors.ts";
import {
  overlay,
  type ActionInstance,
  type FairnessInForce,
  type LivenessProperty,
  type Model,
  type Property,
} from "../language/index.ts";
import type { ReadPredicate, Unread } from "../reading/read.ts";
import type { Reading } from "../reading/reading.ts";
import { reader } from "../schema/layout.ts";
import type { Bool, Terms, Value } from "../terms/index.ts";

/** An action instance as terms over the state before the step. */
export interface SystemAction<S> {
  readonly instance: ActionInstance<S>;
  readonly guard: Bool;
  /** The values after the step of the cells that it may change. */
  readonly next: ReadonlyMap<number, Value>;
  /** Condition under which the guard or the recipe throws or leaves its type: guard and values have no meaning then. */
  readonly fault: Bool;
}

/** A property of states. */
interface StateProperty {
  readonly kind: "always" | "sometimes";
  readonly id: string;
  readonly title: string;
  /** The target states: violations or, of `sometimes`, witnesses. */
  readonly sought: Bool;
}

/** A property of steps. */
interface StepsProperty {
  readonly kind: "step";
  readonly id: string;
  readonly title: string;
  /** For the instances that can violate it: the states in which a step by the instance does. */
  readonly sought: ReadonlyMap<number, Bool>;
}

/** Violated where no instance that counts is enabled, except in the states of `excuse`. */
interface DeadlockProperty {
  readonly kind: "noDeadlock";
  readonly id: string;
  readonly title: string;
  /** Indices of the instances that count as progress. */
  readonly progress: readonly number[];
  readonly excuse: Bool;
}

/** A property of runs. */
export interface RunsProperty {
  readonly kind: "leadsTo" | "eventually" | "eventuallyAlways" | "alwaysPossible";
  readonly id: string;
  readonly title: string;
  /** Cases of a `leadsTo`; every other kind has one case without a premise. */
  readonly cases: readonly {
    readonly name: string | undefined;
    readonly premise: Bool | undefined;
    readonly goal: Bool;
  }[];
  readonly fairness: readonly FairnessInForce[];
}

export type SystemProperty = StateProperty | StepsProperty | DeadlockProperty | RunsProperty;

/** A model as other languages get it: terms over the cells of its layout. */
export interface TransitionSystem<S> {
  readonly model: Model<S>;
  readonly terms: Terms;
  /** The values of the cells, by their positions in the layout. */
  readonly cells: readonly Value[];
  /** The numbers of the values of all cells, for each initial state. */
  readonly initial: readonly (readonly number[])[];
  readonly actions: readonly SystemAction<S>[];
  readonly properties: readonly SystemProperty[];
  /**
   * The states in which some function throws or leaves its type. The other terms have no meaning there, so an exported
   * system must report it when it gets there.
   */
  readonly fault: Fault;
}

interface Fault {
  /** Name in reports: no property has this id. */
  readonly id: string;
  readonly title: string;
  /** One condition for each function that can fail. */
  readonly conditions: readonly Bool[];
}

/** The properties to be exported; without them, all. */
export interface SystemOptions {
  readonly properties?: readonly string[];
}

/**
 * Reads all functions of a model that an export needs.
 *
 * @throws ModelError when one of them is not read
 */
export function systemOf<S>(reading: Reading<S>, { properties: ids }: SystemOptions = {}): TransitionSystem<S> {
  const { model, terms, cells } = reading;
  const faults = new Set<Bool>();
  const refuse = (what: string, { why, where }: Unread): never => {
    const place = where === undefined ? "" : ` (${where})`;
    throw new ModelError(`model ${model.name} cannot be exported: ${what} cannot be read: ${why}${place}`);
  };
  const known = (id: string, { holds, fault, unread }: ReadPredicate, where: Bool = true): Bool => {
    if (unread !== undefined) return refuse(`property ${id}`, unread);
    faults.add(terms.and(where, fault));
    return holds;
  };
  const actions = model.instances.map((instance): SystemAction<S> => {
    const { guard, next, fault, unread } = reading.action(instance);
    if (unread !== undefined) return refuse(`action ${instance.text}`, unread);
    faults.add(fault);
    return { instance, guard, next, fault };
  });
  const wanted = [...model.properties].filter(([id]) => ids === undefined || ids.includes(id));
  const properties = wanted.map(([id, property]) => exported(id, property));
  faults.delete(false);
  return {
    model,
    terms,
    cells,
    initial: initialNumbers(model),
    actions,
    properties,
    fault: { id: freeId(model), title: "no function throws or leaves its type", conditions: [...faults] },
  };

  function exported(id: string, property: Property<S>): SystemProperty {
    const { title } = property;
    switch (property.kind) {
      case "always":
        return { kind: "always", id, title, sought: terms.not(known(id, reading.state(id, property.holds))) };
      case "sometimes":
        return { kind: "sometimes", id, title, sought: known(id, reading.state(id, property.holds)) };
      case "noDeadlock": {
        const progress = model.instances.filter(({ action }) => !property.ignoring.includes(action));
        return {
          kind: "noDeadlock",
          id,
          title,
          progress: progress.map(({ index }) => index),
          excuse: known(id, reading.state(id, property.unless)),
        };
      }
      case "step": {
        const sought = actions.map(({ instance, guard }) => {
          const holds = known(id, reading.step(id, property, instance), guard);
          return [instance.index, terms.and(guard, terms.not(holds))] as const;
        });
        return { kind: "step", id, title, sought: new Map(sought.filter(([, violated]) => violated !== false)) };
      }
      default:
        return ofRuns(id, property);
    }
  }

  function ofRuns(id: string, property: LivenessProperty<S>): RunsProperty {
    const { kind, title } = property;
    const named =
      kind === "leadsTo"
        ? (property.each ?? [{ name: undefined, premise: property.premise, goal: property.goal }])
        : [{ name: undefined, premise: undefined, goal: property.goal }];
    return {
      kind,
      id,
      title,
      cases: named.map(({ name, premise, goal }) => ({
        name,
        premise: premise === undefined ? undefined : known(id, reading.state(id, premise)),
        goal: known(id, reading.state(id, goal)),
      })),
      fairness: kind === "alwaysPossible" ? [] : overlay(model.actions, model.fairness, property.fairness),
    };
  }
}

function initialNumbers<S>({ layout, initial }: Model<S>): number[][] {
  const words = new Uint32Array(layout.words);
  const readers = layout.cells.map(reader);
  return initial.map((state) => {
    layout.encode(state, words, 0);
    return readers.map((read) => read(words, 0));
  });
}

function freeId({ properties }: { readonly properties: ReadonlyMap<string, unknown> }): string {
  let id = "fault";
  while (properties.has(id)) id += "_";
  return id;
}
