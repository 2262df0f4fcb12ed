import type { ActionInstance, Model } from "../language/index.ts";
import { Pace } from "../pace.ts";
import { defaultMemory } from "../search/exploration.ts";
import { StateStore } from "../search/states/store.ts";
import { directSemanticsOf } from "../semantics/direct-semantics.ts";
import { Fault } from "../semantics/fault.ts";
import type { Semantics, State } from "../semantics/semantics.ts";
import { abortReason, type Stopped } from "../stopped.ts";
import type { Path } from "../trace/shortest.ts";
import { AbstractFault, AbstractSide, TooManyFits, type FittingSet } from "./abstract-side.ts";
import type { CheckedMapping, Image } from "./mapping.ts";
import { Numbers } from "./numbers.ts";

/** Why a refinement was not decided. */
export type RefinementStop = Stopped | { readonly kind: "fitting"; readonly limit: number };

/** Bounds of a search. */
export interface RefinementBounds {
  readonly maxStates: number | undefined;
  readonly maxMemory: number | undefined;
  readonly maxFitting: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: RefinementProgress) => void) | undefined;
}

/** Progress of a search. */
export interface RefinementProgress {
  /** States of the concrete model found. */
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
}

/** The end of a search. The paths are of the concrete model, and shortest ones. */
export type RefinementEnd =
  | { readonly kind: "complete" }
  | { readonly kind: "stopped"; readonly reason: RefinementStop }
  /** The last step, or the initial state, agrees with no step of the abstract model. */
  | { readonly kind: "unmatched"; readonly path: Path }
  /** The action that the last instance of the path belongs to fails. */
  | { readonly kind: "concrete fault"; readonly action: string; readonly path: Path }
  /** The mapping fails in the last state. */
  | { readonly kind: "mapping fault"; readonly path: Path }
  /** An instance of the abstract model fails in a state that fits before the last step. */
  | { readonly kind: "abstract fault"; readonly path: Path; readonly state: unknown; readonly instance: number };

/** Counterparts of an action of the concrete model. */
export interface Counterparts {
  /** Steps of the action from reachable states. */
  steps: number;
  /** Positions of the abstract actions that one of its steps is a step of. */
  readonly actions: Set<number>;
  isStutter: boolean;
}

/** The parent of an initial state. */
const NONE = -1;

/**
 * Breadth-first search over pairs of a state of the concrete model and the set of abstract states that fit a run to it.
 * Where the mapping gives whole states, each state is in one pair.
 */
export class RefinementSearch<C, A> {
  readonly #concrete: Model<C>;
  readonly #mapping: CheckedMapping<C, A>;
  readonly #abstract: AbstractSide<A>;
  readonly #bounds: RefinementBounds;
  readonly #semantics: Semantics<C>;
  readonly #scratch: Uint32Array;
  readonly #states: StateStore;
  /** By number of the state: its image, and the first pair that it is in. */
  readonly #imageOf = new Numbers();
  readonly #firstPair = new Numbers();
  readonly #images: Image[] = [];
  readonly #imageNumbers = new Map<string, number>();
  /** A pair is the number of a state and the id of a set. */
  readonly #pairs = new StateStore(2);
  readonly #pair = new Uint32Array(2);
  /** By number of the pair: the pair before, and the instance taken from there, or the index of the initial state. */
  readonly #parents = new Numbers();
  readonly #taken = new Numbers();
  readonly #counterparts: ReadonlyMap<string, Counterparts>;
  readonly #maxMemory: number;
  readonly #started = performance.now();
  readonly #pace: Pace<RefinementProgress>;
  #transitions = 0;
  #depth = 0;
  #end: RefinementEnd | undefined;

  constructor(concrete: Model<C>, abstract: Model<A>, mapping: CheckedMapping<C, A>, bounds: RefinementBounds) {
    this.#concrete = concrete;
    this.#mapping = mapping;
    this.#abstract = new AbstractSide(abstract, bounds.maxFitting);
    this.#bounds = bounds;
    this.#pace = new Pace(bounds);
    this.#semantics = directSemanticsOf(concrete);
    this.#scratch = new Uint32Array(concrete.layout.words);
    this.#states = new StateStore(concrete.layout.words);
    this.#counterparts = new Map(
      concrete.actions.map((action) => [action, { steps: 0, actions: new Set<number>(), isStutter: false }]),
    );
    this.#maxMemory = bounds.maxMemory ?? defaultMemory();
  }

  get distinct(): number {
    return this.#states.size;
  }

  get transitions(): number {
    return this.#transitions;
  }

  get depth(): number {
    return this.#depth;
  }

  /** The largest number of abstract states that fitted one run. */
  get mostFitting(): number {
    return this.#abstract.most;
  }

  /** By action of the concrete model. */
  get counterparts(): ReadonlyMap<string, Counterparts> {
    return this.#counterparts;
  }

  async run(): Promise<RefinementEnd> {
    if (this.#bounds.signal?.aborted === true) return { kind: "stopped", reason: abortReason(this.#bounds.signal) };
    this.#begin();
    for (let expanded = 0; this.#end === undefined && expanded < this.#pairs.size;) {
      const end = this.#pairs.size;
      const before = this.#states.size;
      while (expanded < end && this.#end === undefined) {
        this.#expand(expanded++);
        if (this.#pace.isDue() && (await this.#pace.pause(() => this.#progress()))) {
          this.#stop(abortReason(this.#bounds.signal));
        }
      }
      if (this.#states.size > before) this.#depth++;
    }
    return this.#end ?? { kind: "complete" };
  }

  #begin(): void {
    const { initial, layout } = this.#concrete;
    for (const [index, state] of initial.entries()) {
      layout.encode(state, this.#scratch, 0);
      const image = this.#found(() => ({ initial: index, instances: [] }));
      if (image === undefined) return;
      const set = this.#guarded(
        () => this.#abstract.initial(this.#images[image]!),
        () => ({ initial: index, instances: [] }),
      );
      if (this.#end !== undefined) return;
      if (set === undefined) {
        this.#end = { kind: "unmatched", path: { initial: index, instances: [] } };
        return;
      }
      this.#add(set, NONE, index);
    }
    this.#depth = 1;
  }

  #expand(pair: number): void {
    const [number, setId] = this.#pairs.read(
      pair,
      (words, at) => [words[at] as number, words[at + 1] as number] as const,
    );
    const state = this.#states.read(number, (words, at) => this.#semantics.unpack(words, at));
    const set = this.#abstract.setOf(setId);
    const isFirst = this.#firstPair.at(number) === pair;
    for (const instance of this.#concrete.instances) {
      const path = (): Path => this.#pathTo(pair, instance.index);
      if (!this.#step(instance, state, path)) {
        if (this.#end !== undefined) return;
        continue;
      }
      const counterparts = this.#counterparts.get(instance.action)!;
      if (isFirst) {
        this.#transitions++;
        counterparts.steps++;
      }
      const image = this.#found(path);
      if (image === undefined) return;
      const move = this.#guarded(() => this.#abstract.move(set, this.#images[image]!, image), path);
      if (move === undefined) return;
      if (move.to === undefined) {
        this.#end = { kind: "unmatched", path: path() };
        return;
      }
      for (const action of move.actions) counterparts.actions.add(action);
      if (move.isStutter) counterparts.isStutter = true;
      this.#add(move.to, pair, instance.index);
      if (this.#end !== undefined) return;
    }
  }

  /** Takes a step, which puts the state after it into the scratch words. */
  #step(instance: ActionInstance<C>, state: State<C>, path: () => Path): boolean {
    try {
      if (!this.#semantics.enabled(instance, state)) return false;
      this.#semantics.apply(instance, state, this.#scratch, 0);
      return true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#end = { kind: "concrete fault", action: instance.action, path: path() };
      return false;
    }
  }

  /**
   * The number of the image of the state in the scratch words, which is stored if it is new; undefined where the search
   * has come to an end.
   */
  #found(path: () => Path): number | undefined {
    const known = this.#states.find(this.#scratch);
    if (known >= 0) return this.#imageOf.at(known);
    const { maxStates } = this.#bounds;
    if (maxStates !== undefined && this.#states.size >= maxStates)
      return this.#stop({ kind: "states", limit: maxStates });
    if (this.#bytes > this.#maxMemory) return this.#stop({ kind: "memory", limit: this.#maxMemory });
    let image: Image;
    try {
      image = this.#mapping.imageOf(this.#semantics.unpack(this.#scratch, 0));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#end = { kind: "mapping fault", path: path() };
      return undefined;
    }
    let number = this.#imageNumbers.get(image.key);
    if (number === undefined) {
      this.#imageNumbers.set(image.key, (number = this.#images.length));
      this.#images.push(image);
    }
    this.#states.insert(this.#scratch);
    this.#imageOf.push(number);
    return number;
  }

  /** Stores the pair of the state in the scratch words and a set, if it is new. */
  #add(set: FittingSet, parent: number, taken: number): void {
    const number = this.#states.find(this.#scratch);
    this.#pair[0] = number;
    this.#pair[1] = set.id;
    const { maxStates } = this.#bounds;
    const isFull = maxStates !== undefined && this.#pairs.size >= maxStates;
    if ((isFull || this.#bytes > this.#maxMemory) && this.#pairs.find(this.#pair) < 0) {
      this.#stop(isFull ? { kind: "states", limit: maxStates } : { kind: "memory", limit: this.#maxMemory });
      return;
    }
    const pair = this.#pairs.insert(this.#pair);
    if (pair < this.#parents.length) return;
    this.#parents.push(parent);
    this.#taken.push(taken);
    if (number === this.#firstPair.length) this.#firstPair.push(pair);
  }

  /** The result of a question to the abstract model; undefined where the search has come to an end. */
  #guarded<Result>(ask: () => Result, path: () => Path): Result | undefined {
    try {
      return ask();
    } catch (error) {
      if (error instanceof TooManyFits) return this.#stop({ kind: "fitting", limit: this.#bounds.maxFitting });
      if (!(error instanceof AbstractFault)) throw error;
      this.#end = { kind: "abstract fault", path: path(), state: error.state, instance: error.instance };
      return undefined;
    }
  }

  #stop(reason: RefinementStop): undefined {
    this.#end ??= { kind: "stopped", reason };
  }

  /** The path by which a pair was found first, and one instance more. */
  #pathTo(pair: number, last: number): Path {
    const instances = [last];
    let here = pair;
    for (; this.#parents.at(here) !== NONE; here = this.#parents.at(here)) instances.push(this.#taken.at(here));
    return { initial: this.#taken.at(here), instances: instances.toReversed() };
  }

  get #bytes(): number {
    const columns = [this.#imageOf, this.#firstPair, this.#parents, this.#taken];
    return (
      this.#states.bytesToInsert +
      this.#pairs.bytesToInsert +
      this.#abstract.bytes +
      columns.reduce((sum, { bytes }) => sum + bytes, 0)
    );
  }

  #progress(): RefinementProgress {
    const seconds = (performance.now() - this.#started) / 1000;
    return { states: this.distinct, transitions: this.#transitions, depth: this.#depth, seconds };
  }
}
