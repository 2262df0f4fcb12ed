import { ModelError } from "../errors.ts";
import {
  isSafety,
  overlay,
  type ActionInstance,
  type FairnessInForce,
  type LivenessProperty,
  type Model,
  type Property,
  type SafetyProperty,
} from "../language/index.ts";
import { visitNodes, type Diagram, type DiagramStore } from "../learning/diagram.ts";
import { Functions } from "../learning/functions.ts";
import type { Learned } from "../learning/learn.ts";
import { reader } from "../schema/layout.ts";
import { learnReachable } from "./reachable.ts";

/** An action instance as a decision diagram: "none" where it is not enabled, else what it writes. */
export interface SystemAction<S> {
  readonly instance: ActionInstance<S>;
  readonly diagram: Diagram;
}

/** A property of states: "hit" in the states that are sought, violations or, of `sometimes`, witnesses. */
export interface SoughtProperty {
  readonly kind: "always" | "sometimes";
  readonly id: string;
  readonly title: string;
  readonly sought: Diagram;
}

/** A property of steps: for some instances, "hit" in the states in which a step by the instance violates it. */
export interface StepsProperty {
  readonly kind: "step";
  readonly id: string;
  readonly title: string;
  readonly sought: ReadonlyMap<number, Diagram>;
}

/** Violated where no instance that counts is enabled, unless "hit". */
export interface DeadlockProperty {
  readonly kind: "noDeadlock";
  readonly id: string;
  readonly title: string;
  /** Indices of the instances that count as progress. */
  readonly progress: readonly number[];
  readonly excuse: Diagram;
}

/** A property of runs; every diagram is "hit" where the predicate holds. */
export interface RunsProperty {
  readonly kind: "leadsTo" | "eventually" | "alwaysPossible";
  readonly id: string;
  readonly title: string;
  /** Of `eventually` and `alwaysPossible`, one case without a premise. */
  readonly cases: readonly {
    readonly name: string | undefined;
    readonly premise: Diagram | undefined;
    readonly goal: Diagram;
  }[];
  readonly fairness: readonly FairnessInForce[];
}

export type SystemProperty = SoughtProperty | StepsProperty | DeadlockProperty | RunsProperty;

/**
 * A model as other languages get it: exact decision diagrams over the cells of its layout. A diagram may end in "ask"
 * where a function throws, leaves its types, does what cannot be learned, or, with `reachableOnly`, in states that are
 * not reachable: an exported system must report it when it gets there.
 */
export interface TransitionSystem<S> {
  readonly model: Model<S>;
  readonly store: DiagramStore;
  /** The numbers of the values of all cells, for each initial state. */
  readonly initial: readonly (readonly number[])[];
  readonly actions: readonly SystemAction<S>[];
  readonly properties: readonly SystemProperty[];
  /** Functions that are known only as far as the reachable states ask. */
  readonly reachableOnly: readonly string[];
}

/** Paths that one function may need to be learned as a whole, before the reachable states are looked at. */
const FEW_PATHS = 2_000;
/** The same where the reachable states are more than a few. */
const MOST_PATHS = 1_000_000;
/** Reachable states that are looked at, to learn what they ask, before more paths are tried. */
const FEW_STATES = 100_000;
/** Reachable states that are looked at in the end. */
const MOST_STATES = 1_000_000;
/** A test of a cell with more values makes a diagram too wide to be learned. */
const MOST_VALUES = 4_096;

/** What an export is told. */
export interface SystemOptions {
  /** The properties that are wanted; without it, all. */
  readonly properties?: readonly string[];
  /** Paths that one function may need to be learned as a whole. Default 1,000,000. */
  readonly maxPaths?: number;
  /** How many of them are tried before the reachable states are looked at. Default 2,000. */
  readonly fewPaths?: number;
  /** Reachable states that are enumerated at most, to learn the functions that need more paths. Default 1,000,000. */
  readonly maxStates?: number;
}

/**
 * Learns every function of a model: as a whole, or, where that takes too many paths, as far as the reachable states
 * ask, which are enumerated for it. Of a function that takes many paths, but not too many, it depends on what is less
 * work: whether there are many reachable states.
 *
 * @throws ModelError when a function can be learned neither way, or depends on something outside the state.
 */
export function systemOf<S>(model: Model<S>, options: SystemOptions = {}): TransitionSystem<S> {
  const { properties: ids, maxPaths = MOST_PATHS, fewPaths = FEW_PATHS, maxStates = MOST_STATES } = options;
  const functions = new Functions(model);
  const { store } = functions;
  const incomplete = new Set<Learned>();
  const learning = (what: Learned): Learned => {
    if (!what.completeWithin(Math.min(maxPaths, fewPaths))) incomplete.add(what);
    return what;
  };
  const actions = model.instances.map((instance) => ({ instance, learned: learning(functions.action(instance)) }));
  const properties = [...model.properties].flatMap(([id, property]) =>
    ids === undefined || ids.includes(id) ? [isSafety(property) ? safety(id, property) : liveness(id, property)] : [],
  );
  const initial = initialValues(model);
  const learnFromStates = (most: number): string | undefined =>
    incomplete.size === 0 ? undefined : learnReachable(model, functions.recorder, actions, incomplete, initial, most);
  if (learnFromStates(Math.min(maxStates, FEW_STATES)) !== undefined) {
    for (const what of incomplete) if (what.completeWithin(maxPaths)) incomplete.delete(what);
    const problem = learnFromStates(maxStates);
    if (problem !== undefined) throw new ModelError(problem);
  }
  return {
    model,
    store,
    initial,
    actions: actions.map(({ instance, learned }) => ({ instance, diagram: diagramOf(learned) })),
    properties: properties.map((make) => make()),
    reachableOnly: [...incomplete].map(({ where }) => where),
  };

  function diagramOf(what: Learned): Diagram {
    const diagram = what.diagram();
    requireNarrow(model, what.where, diagram, store);
    return diagram;
  }

  function safety(id: string, property: SafetyProperty<S>): () => SystemProperty {
    const { title } = property;
    switch (property.kind) {
      case "always":
      case "sometimes": {
        const { kind } = property;
        const learned = learning(functions.state(id, property));
        return () => ({ kind, id, title, sought: diagramOf(learned) });
      }
      case "noDeadlock": {
        const learned = learning(functions.excuse(id, property));
        const progress = model.instances.filter(({ action }) => !property.ignoring.includes(action));
        return () => ({
          kind: "noDeadlock",
          id,
          title,
          progress: progress.map(({ index }) => index),
          excuse: diagramOf(learned),
        });
      }
      case "step": {
        const each = model.instances.map((instance) => ({
          index: instance.index,
          learned: learning(functions.step(id, property, instance)),
        }));
        return () => {
          const diagrams = each.map(({ index, learned }) => [index, diagramOf(learned)] as const);
          return { kind: "step", id, title, sought: new Map(diagrams.filter(([, diagram]) => diagram !== store.none)) };
        };
      }
    }
  }

  function liveness(id: string, property: LivenessProperty<S>): () => RunsProperty {
    const { kind, title } = property;
    const predicate = (holds: LivenessProperty<S>["goal"]): Learned =>
      learning(functions.state(id, { kind: "sometimes", title: "", holds }));
    const named =
      property.kind === "leadsTo"
        ? (property.each ?? [{ name: undefined, premise: property.premise, goal: property.goal }])
        : [{ name: undefined, premise: undefined, goal: property.goal }];
    const cases = named.map(({ name, premise, goal }) => ({
      name,
      premise: premise === undefined ? undefined : predicate(premise),
      goal: predicate(goal),
    }));
    return () => ({
      kind,
      id,
      title,
      cases: cases.map(({ name, premise, goal }) => ({
        name,
        premise: premise === undefined ? undefined : diagramOf(premise),
        goal: diagramOf(goal),
      })),
      fairness: kind === "alwaysPossible" ? [] : overlay(model.actions, model.fairness, fairnessOf(property)),
    });
  }
}

function fairnessOf<S>(property: Property<S>): Parameters<typeof overlay>[2] {
  return "fairness" in property ? property.fairness : [];
}

function initialValues<S>({ layout, initial }: Model<S>): number[][] {
  const words = new Uint32Array(layout.words);
  const readers = layout.cells.map(reader);
  return initial.map((state) => {
    layout.encode(state, words, 0);
    return readers.map((read) => read(words, 0));
  });
}

/** A question about a very wide cell ends in "ask" though the function can answer it: that must not be exported. */
function requireNarrow<S>(model: Model<S>, where: string, diagram: Diagram, store: DiagramStore): void {
  const wide = model.layout.cells.find(({ shape }) => shape.cardinality > MOST_VALUES);
  if (wide === undefined) return;
  visitNodes(diagram, (node) => {
    if (node !== store.ask) return;
    throw new ModelError(
      `${where} cannot be exported: it may ask for the value of ${wide.path}, which has ${wide.shape.cardinality} values; at most ${MOST_VALUES} can be told apart`,
    );
  });
}
