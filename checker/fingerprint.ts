import { ModelError } from "./errors.ts";
import { readyToWatch, type ActionInstance, type Model, type Property } from "./language/index.ts";
import type { State } from "./semantics/semantics.ts";
import { sha256 } from "./platform.ts";
import { reader } from "./schema/layout.ts";
import type { Shape } from "./schema/type.ts";
import type { ExploredSpace, ExploredSpaces } from "./search/states/explored-space.ts";
import { ExploredSteps } from "./search/states/explored-steps.ts";

/** Transitions that are taken breadth-first. */
const SAMPLED_TRANSITIONS = 512;

/** Walks that follow, and the largest number of steps of each. */
const SAMPLED_WALKS = 16;
const WALK_STEPS = 64;

/** Larger domains are described by size, first and last value. */
const MAX_LISTED_VALUES = 256;

/**
 * A short hash of a model: twelve hexadecimal digits, the first of a SHA-256. The same model with the same parameters
 * has the same on every machine, by every engine, whether the search comes to its end or not; a model that differs
 * most likely has another one.
 *
 * Hashed are, as a line of JSON each: the name, the parameters, the state's type, the initial states, the actions
 * with their parameters and fairness, the properties' ids, kinds and titles; then a sample of what happens, by the
 * reference semantics: the first 512 transitions in breadth-first order, then 16 walks of up to 64 steps. The walks
 * begin at the initial states in turn; each step is that of the enabled instance that was taken the fewest times so
 * far where the same instances were enabled, the first among equals; so what is rare gets its turn. Of each state the
 * enabled instances and what the properties say are hashed, of each step the number of the state that it leads to in
 * the order of the sample; what was met before is not hashed again.
 *
 * A change that the sample does not meet leaves the hash as it is. Where it matters, it changes the number of states
 * or of transitions, which a verdict shows beside the hash.
 *
 * @param explored of an earlier check of the model: its steps are looked up, not taken again
 *
 * @example
 * ```ts
 * import { fingerprint, model, range, record } from "irqproof/checker";
 *
 * const clock = (hours: number) => model({
 *   name: "clock",
 *   state: record({ hour: range(0, 23) }),
 *   initial: { hour: 0 },
 *   actions: { tick: { then: (draft) => { draft.hour = (draft.hour + 1) % hours; } } },
 * });
 * console.assert(/^[0-9a-f]{12}$/.test(fingerprint(clock(12))));
 * console.assert(fingerprint(clock(12)) === fingerprint(clock(12)));
 * console.assert(fingerprint(clock(12)) !== fingerprint(clock(24)));
 * ```
 */
export function fingerprint<S>(model: Model<S>, explored?: ExploredSpaces): string {
  const lines: string[] = [];
  const add: Add = (...line) => void lines.push(JSON.stringify(line), "\n");
  add("irqproof", 1);
  add("name", model.name);
  const parameters = Object.entries(model.parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  add("parameters", parameters);
  add("state", described(model.layout.type.shape));
  const words = new Uint32Array(model.layout.words);
  const readers = model.layout.cells.map(reader);
  for (const state of model.initial) {
    model.layout.encode(state, words, 0);
    add(
      "initial",
      readers.map((read) => read(words, 0)),
    );
  }
  for (const { action, parameters: values } of model.instances) add("action", action, values);
  add("fairness", model.fairness);
  for (const [id, property] of model.properties) {
    add("property", id, property.kind, property.title, "fairness" in property ? property.fairness : []);
  }
  sample(model, explored?.of(model), add);
  return sha256(lines.join("")).slice(0, 12);
}

/** A type, without what is derived from it. */
function described(shape: Shape): unknown {
  switch (shape.kind) {
    case "scalar": {
      const { cardinality } = shape;
      const listed =
        cardinality <= MAX_LISTED_VALUES ? Array.from({ length: cardinality }, (_, index) => index) : undefined;
      return (
        listed?.map((index) => shape.valueAt(index)) ?? [cardinality, shape.valueAt(0), shape.valueAt(cardinality - 1)]
      );
    }
    case "record":
      return { record: shape.fields.map(([name, type]) => [name, described(type.shape)]) };
    case "array":
      return { array: shape.length, of: described(shape.element.shape) };
    case "sequence":
      return { sequence: shape.capacity, of: described(shape.element.shape) };
    case "optional":
      return { optional: described(shape.some.shape) };
  }
}

type Add = (...line: readonly unknown[]) => void;

/** A state of the sample. */
interface Sampled<S> {
  /** Its number in the order of the sample. */
  readonly number: number;
  /** Its number among the known steps. */
  readonly known: number;
  readonly enabled: readonly ActionInstance<S>[];
  /** The enabled instances. */
  readonly together: string;
  /** Successors by the instances that have been taken. */
  readonly successors: Map<ActionInstance<S>, Sampled<S>>;
}

function sample<S>(model: Model<S>, explored: ExploredSpace<S> | undefined, add: Add): void {
  const steps = new ExploredSteps(model, explored);
  const properties = [...model.properties];
  const ofSteps = properties.flatMap(([id, property]) => (property.kind === "step" ? [[id, property] as const] : []));
  const readers = model.layout.cells.map(reader);
  const met = new Map<number, Sampled<S>>();
  try {
    readyToWatch(() => {
      breadthFirst();
      walks();
    });
  } catch (error) {
    // A mistake of the model's: a search that reaches it reports it, and one with a bound may not reach it.
    if (!(error instanceof ModelError)) throw error;
    add("mistake");
  }

  function breadthFirst(): void {
    const queue = new Set(model.initial.slice(0, SAMPLED_TRANSITIONS).map((state) => initially(state as State<S>)));
    let transitions = 0;
    // A set is iterated in the order of insertion, over what is added meanwhile too.
    for (const from of queue) {
      for (const instance of from.enabled) {
        if (transitions++ === SAMPLED_TRANSITIONS) return;
        queue.add(after(from, instance));
      }
    }
  }

  function walks(): void {
    /** Number of steps of each of the instances that are enabled together. */
    const taken = new Map<string, number[]>();
    for (let count = 0; count < SAMPLED_WALKS; count++) {
      let at = initially(model.initial[count % model.initial.length] as State<S>);
      for (let step = 0; step < WALK_STEPS && at.enabled.length > 0; step++) {
        let times = taken.get(at.together);
        if (times === undefined) taken.set(at.together, (times = at.enabled.map(() => 0)));
        const rarest = times.indexOf(Math.min(...times));
        times[rarest] = (times[rarest] as number) + 1;
        at = after(at, at.enabled[rarest] as ActionInstance<S>);
      }
    }
  }

  function initially(state: State<S>): Sampled<S> {
    return sampled(steps.initially(state));
  }

  function after(from: Sampled<S>, instance: ActionInstance<S>): Sampled<S> {
    const taken = from.successors.get(instance);
    if (taken !== undefined) return taken;
    const to = steps.after(from.known, instance);
    add("step", instance.index);
    for (const [id, property] of ofSteps) add(id, steps.holdsOfStep(id, property, from.known, instance, to));
    const next = sampled(to);
    from.successors.set(instance, next);
    return next;
  }

  function sampled(known: number): Sampled<S> {
    const before = met.get(known);
    if (before !== undefined) {
      add(before.number);
      return before;
    }
    const enabled = steps.enabled(known);
    const indices = enabled.map(({ index }) => index);
    const found: Sampled<S> = { number: met.size, known, enabled, together: indices.join(), successors: new Map() };
    met.set(known, found);
    // Numbers of values, not packed words: how a state is packed may change.
    add(
      "state",
      steps.read(known, (words, at) => readers.map((read) => read(words, at))),
      indices,
    );
    add(properties.map(([id, property]) => judgements(id, property, known)));
    return found;
  }

  function judgements(id: string, property: Property<S>, known: number): boolean[] {
    switch (property.kind) {
      case "always":
      case "sometimes":
        return [steps.holds(id, property.holds, known)];
      case "leadsTo":
        return [property.premise, property.goal].map((predicate) => steps.holds(id, predicate, known));
      case "eventually":
      case "eventuallyAlways":
      case "alwaysPossible":
        return [steps.holds(id, property.goal, known)];
      case "noDeadlock":
        return [property.unless(steps.state(known))];
      case "step":
        return [];
    }
  }
}
