import {
  readyToWatch,
  type ActionInstance,
  type AlwaysProperty,
  type Model,
  type SafetyProperty,
  type SometimesProperty,
  type StepProperty,
} from "../language/index.ts";
import { Pace } from "../pace.ts";
import { Fault } from "../semantics/fault.ts";
import { directSemanticsOf } from "../semantics/direct-semantics.ts";
import { isDeadlock, semanticsOf, type Semantics, type State } from "../semantics/semantics.ts";
import { shortestPath, type Edge, type Layers, type Target } from "../trace/shortest.ts";
import {
  defaultMemory,
  enough,
  faultsIn,
  type EngineOptions,
  type Exploration,
  type Finding,
  type Progress,
  type StopReason,
} from "./exploration.ts";
import { InstanceCounts } from "./instance-counts.ts";
import { StateStore } from "./states/store.ts";
import { ExploredSpace } from "./states/explored-space.ts";

/** State spaces of at most this many states are kept as explored: to repeat anything would take most of the time. */
const KEPT_STATES = 6000;

/** State of a property during the search: targets of the first level that has one. */
interface Found {
  readonly level: number;
  readonly targets: Target[];
}

/**
 * Breadth-first search by the reference semantics: level by level, states in order of discovery, instances in
 * order of declaration, so that every run gives the same numbers and the same traces. `properties` are the safety
 * properties to decide, by id.
 */
export const exploreByReference = exploreBy(semanticsOf);

/** The same search by the model's own functions, called directly. */
export const exploreDirectly = exploreBy(directSemanticsOf);

function exploreBy(meaningOf: <S>(model: Model<S>) => Semantics<S>) {
  return async <S>(
    model: Model<S>,
    properties: ReadonlyMap<string, SafetyProperty<S>>,
    options: EngineOptions,
  ): Promise<Exploration> => new RecipeSearch(model, properties, options, meaningOf(model)).run();
}

class RecipeSearch<S> implements Layers {
  readonly #model: Model<S>;
  readonly #properties: ReadonlyMap<string, SafetyProperty<S>>;
  readonly #ofStates: readonly (readonly [string, AlwaysProperty<S> | SometimesProperty<S>])[];
  readonly #ofSteps: readonly (readonly [string, StepProperty<S>])[];
  readonly #options: EngineOptions;
  readonly #semantics: Semantics<S>;
  readonly #store: StateStore;
  readonly #scratch: Uint32Array;
  /** Undefined once the state space has turned out to be large. */
  #explored: ExploredSpace<S> | undefined;
  /** The number of the first state of each level; level 1 stands at index 1. */
  readonly #levels: number[] = [0, 0];
  readonly #findings = new Map<string, Found>();
  /** Properties with a predicate that fails, and actions with a guard or recipe that does. */
  readonly #faulty = new Map<string, Found>();
  readonly #faultyActions = new Map<string, Found>();
  readonly #counts: InstanceCounts;
  readonly #maxMemory: number;
  readonly #started = performance.now();
  readonly #pace: Pace<Progress>;
  #transitions = 0;
  #stopped: StopReason | undefined;

  constructor(
    model: Model<S>,
    properties: ReadonlyMap<string, SafetyProperty<S>>,
    options: EngineOptions,
    semantics: Semantics<S>,
  ) {
    this.#model = model;
    this.#properties = properties;
    this.#ofStates = [...properties].flatMap(([id, property]) =>
      property.kind === "always" || property.kind === "sometimes" ? [[id, property] as const] : [],
    );
    this.#ofSteps = [...properties].flatMap(([id, property]) =>
      property.kind === "step" ? [[id, property] as const] : [],
    );
    this.#options = options;
    this.#pace = new Pace(options);
    this.#semantics = semantics;
    this.#store = new StateStore(model.layout.words);
    this.#explored = new ExploredSpace(this.#store);
    this.#scratch = new Uint32Array(model.layout.words);
    this.#counts = new InstanceCounts(model.instances.length);
    this.#maxMemory = options.maxMemory ?? defaultMemory();
  }

  async run(): Promise<Exploration> {
    if (this.#options.signal?.aborted === true) this.#stopped = { kind: "aborted" };
    for (const state of this.#model.initial) {
      this.#model.layout.encode(state, this.#scratch, 0);
      if (this.#discover(1) === undefined) break;
    }
    let level = 1;
    let expanded = 0;
    while (this.#stopped === undefined && expanded < this.#store.size) {
      const end = this.#store.size;
      this.#levels[level + 1] = end;
      while (expanded < end && this.#stopped === undefined) {
        expanded = readyToWatch(() => this.#expandFrom(expanded, end, level));
        if (this.#pace.isDue() && (await this.#pace.pause(() => this.#progress(level, expanded))))
          this.#stopped = { kind: "aborted" };
      }
      // The states behind a failing step are not known.
      if (this.#faultyActions.size > 0) this.#stopped ??= { kind: "error" };
      if (this.#store.size === end) break;
      // States of the next level have been judged already; other engines do so when they expand them.
      const isBy = (found: ReadonlyMap<string, Found>, id: string): boolean =>
        (found.get(id)?.level ?? Infinity) <= level;
      const isFound = (id: string): boolean => isBy(this.#findings, id);
      const isDecided = (id: string): boolean => isFound(id) || isBy(this.#faulty, id);
      this.#stopped ??= enough(this.#properties, isFound, isDecided, this.#options);
      if (this.#isGrowing(level))
        this.#stopped ??= { kind: "states", limit: this.#options.maxGrowing?.states as number };
      level++;
    }
    // A step that fails is not among those that are kept.
    if (this.#explored !== undefined && this.#faultyActions.size === 0) {
      this.#options.explored?.keep(this.#model, this.#explored, this.#stopped === undefined);
    }
    const located = (found: ReadonlyMap<string, Found>): Map<string, Finding> =>
      new Map(
        [...found].map(([name, { level: at, targets }]) => [
          name,
          { level: at, path: shortestPath(this, targets, at) },
        ]),
      );
    return {
      stopped: this.#stopped,
      distinct: this.#store.size,
      transitions: this.#transitions,
      depth: this.#store.size > (this.#levels[level] as number) ? level : level - 1,
      findings: located(this.#findings),
      faults: faultsIn([...this.#properties.keys()], located(this.#faulty), located(this.#faultyActions)),
      counts: this.#counts,
      bytes: this.#store.bytes,
      ...(this.#stopped === undefined
        ? { reached: { distinct: this.#store.size, states: () => this.#store.states() } }
        : {}),
      seconds: (performance.now() - this.#started) / 1000,
    };
  }

  /** Whether the state space has outgrown `maxGrowing` and still grows behind a level. */
  #isGrowing(level: number): boolean {
    const { states, growth } = this.#options.maxGrowing ?? { states: Infinity, growth: Infinity };
    const { size } = this.#store;
    const end = this.#levels[level + 1] as number;
    return size > states && size - end >= growth * (end - (this.#levels[level] as number));
  }

  *numbers(level: number): Iterable<number> {
    const end = this.#levels[level + 1] ?? this.#store.size;
    for (let number = this.#levels[level] as number; number < end; number++) yield number;
  }

  *successors(number: number): Iterable<Edge> {
    const state = this.#stateOf(number);
    const explored = this.#explored;
    if (explored !== undefined && number + 1 < explored.first.length) {
      for (let edge = explored.first[number] as number; edge < (explored.first[number + 1] as number); edge++) {
        const instance = this.#model.instances[explored.instance[edge] as number] as ActionInstance<S>;
        yield { instance: instance.index, actor: instance.actor(state), to: explored.to[edge] as number };
      }
      return;
    }
    for (const instance of this.#model.instances) {
      if (this.#step(instance, state) !== "taken") continue;
      const to = this.#store.find(this.#scratch);
      // A search that was stopped has not stored every successor.
      if (to >= 0) yield { instance: instance.index, actor: instance.actor(state), to };
    }
  }

  #stateOf(number: number): State<S> {
    const known = this.#explored?.states[number];
    if (known !== undefined) return known;
    return this.#store.read(number, (words, at) => this.#semantics.unpack(words, at));
  }

  /** The value of the state in the scratch words: what a step made of its draft may have objects of the recipe in it. */
  #unpacked(): State<S> {
    return this.#semantics.unpack(this.#scratch, 0);
  }

  /** Expands states one after another, as far as `end`, until the event loop must run; returns how far it got. */
  #expandFrom(first: number, end: number, level: number): number {
    let number = first;
    do this.#expand(number++, level);
    while (number < end && this.#stopped === undefined && !this.#pace.isDue());
    return number;
  }

  #expand(number: number, level: number): void {
    const state = this.#stateOf(number);
    const enabled: ActionInstance<S>[] = [];
    let faults = 0;
    for (const instance of this.#model.instances) {
      const step = this.#step(instance, state);
      if (step === "none") continue;
      enabled.push(instance);
      if (step === "fault") {
        faults++;
        const last = { instance: instance.index, actor: instance.actor(state) };
        note(this.#faultyActions, instance.action, level, { number, last });
        continue;
      }
      const to = this.#discover(level + 1);
      this.#judgeSteps(number, level, state, instance, to);
      if (to === undefined) return;
      this.#counts.count(instance.index, level);
      this.#explored?.edge(instance, to);
    }
    this.#explored?.endState();
    this.#transitions += enabled.length - faults;
    for (const [id, property] of this.#properties) {
      if (property.kind !== "noDeadlock" || this.#decidedBefore(id, level)) continue;
      // A step that fails is possible.
      this.#judge(id, level, { number }, () => isDeadlock(property, state, enabled));
    }
  }

  /**
   * Stores the state in the scratch words if it is new, and judges it.
   *
   * @returns its number; undefined when a bound was reached instead
   */
  #discover(level: number): number | undefined {
    const { maxStates } = this.#options;
    const full = maxStates !== undefined && this.#store.size >= maxStates;
    const heavy = this.#store.bytesToInsert > this.#maxMemory;
    if ((full || heavy) && this.#store.find(this.#scratch) < 0) {
      this.#stopped = full ? { kind: "states", limit: maxStates } : { kind: "memory", limit: this.#maxMemory };
      return undefined;
    }
    const size = this.#store.size;
    const number = this.#store.insert(this.#scratch);
    if (this.#store.size === size) return number;
    const state = this.#unpacked();
    if (number < KEPT_STATES) this.#explored?.states.push(state);
    else this.#explored = undefined;
    this.#judgeState(number, level, state);
    return number;
  }

  #judgeState(number: number, level: number, state: State<S>): void {
    for (const [id, property] of this.#ofStates) {
      if (this.#decidedBefore(id, level)) continue;
      const ask = (): boolean => this.#semantics.judge(id, () => property.holds(state)).holds;
      const holds = (): boolean => this.#explored?.ofState(property.holds, number, ask) ?? ask();
      this.#judge(id, level, { number }, () => holds() === (property.kind === "sometimes"));
    }
  }

  /** @param to the number of the state in the scratch words, to which the step leads, if it has one */
  #judgeSteps(
    number: number,
    level: number,
    state: State<S>,
    instance: ActionInstance<S>,
    to: number | undefined,
  ): void {
    if (this.#ofSteps.length === 0) return;
    // The state after a step has objects of its own, also where the step changes nothing.
    const next = (to === undefined || to === number ? undefined : this.#explored?.states[to]) ?? this.#unpacked();
    for (const [id, property] of this.#ofSteps) {
      if (this.#decidedBefore(id, level)) continue;
      const ask = (): boolean => this.#semantics.judge(id, () => property.holds(state, instance, next)).holds;
      const last = { instance: instance.index, actor: instance.actor(state) };
      const holds = (): boolean => this.#explored?.ofStep(property.holds, this.#explored.to.length, ask) ?? ask();
      this.#judge(id, level, { number, last }, () => !holds());
    }
  }

  #decidedBefore(id: string, level: number): boolean {
    return [this.#findings.get(id), this.#faulty.get(id)].some((one) => one !== undefined && one.level < level);
  }

  /** Notes a target of a property, or a failure of its predicate. */
  #judge(id: string, level: number, target: Target, isSought: () => boolean): void {
    try {
      if (isSought()) note(this.#findings, id, level, target);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      note(this.#faulty, id, level, target);
    }
  }

  /** Takes a step, which puts the state after it into the scratch words. */
  #step(instance: ActionInstance<S>, state: State<S>): "none" | "taken" | "fault" {
    try {
      if (!this.#semantics.enabled(instance, state)) return "none";
      this.#semantics.apply(instance, state, this.#scratch, 0);
      return "taken";
    } catch (error) {
      if (error instanceof Fault) return "fault";
      throw error;
    }
  }

  #progress(level: number, expanded: number): Progress {
    return {
      states: this.#store.size,
      transitions: this.#transitions,
      depth: level,
      frontier: this.#store.size - expanded,
      bytes: this.#store.bytes,
      seconds: (performance.now() - this.#started) / 1000,
    };
  }
}

function note(found: Map<string, Found>, name: string, level: number, target: Target): void {
  const known = found.get(name);
  if (known === undefined) found.set(name, { level, targets: [target] });
  else known.targets.push(target);
}
