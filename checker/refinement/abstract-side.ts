import { hasPart } from "../conformance/observation.ts";
import type { ActionInstance, Model } from "../language/index.ts";
import { StateStore } from "../search/states/store.ts";
import { directSemanticsOf } from "../semantics/direct-semantics.ts";
import { Fault } from "../semantics/fault.ts";
import type { Semantics, State } from "../semantics/semantics.ts";
import type { Image } from "./mapping.ts";

/** States of the abstract model, one of which a run of it may be in: each set of them exists once. */
export interface FittingSet {
  readonly id: number;
  /** The numbers of the states, ascending. */
  readonly members: readonly number[];
  /** Steps from here that were asked for, by the number of the image behind the step. */
  readonly moves: Map<number, Move>;
}

/** The steps of the abstract model that agree with one step of the concrete model. */
export interface Move {
  /** Undefined where none agrees. */
  readonly to: FittingSet | undefined;
  /** The actions that lead there and change the state, by their positions in the model. */
  readonly actions: readonly number[];
  /** Whether the state may stay as it is. */
  readonly isStutter: boolean;
}

/** More abstract states fit than the caller allows. */
export class TooManyFits extends Error {}

/** A guard or recipe of the abstract model that fails in a state that fits. */
export class AbstractFault extends Error {
  readonly state: unknown;
  readonly instance: number;

  constructor(state: unknown, instance: number) {
    super("the abstract model has an error");
    this.state = state;
    this.instance = instance;
  }
}

/** The abstract model: its states that occur as images, each with its steps, which are taken once. */
export class AbstractSide<A> {
  readonly #model: Model<A>;
  readonly #semantics: Semantics<A>;
  readonly #store: StateStore;
  readonly #scratch: Uint32Array;
  /** For each state pairs of an instance and the state after it; undefined until they are asked for. */
  readonly #steps: (readonly number[] | undefined)[] = [];
  readonly #sets = new Map<string, FittingSet>();
  readonly #setsById: FittingSet[] = [];
  readonly #actions: readonly number[];
  readonly #max: number;
  #most = 0;

  /** @param max the most states that may fit at any time */
  constructor(model: Model<A>, max: number) {
    this.#model = model;
    this.#semantics = directSemanticsOf(model);
    this.#store = new StateStore(model.layout.words);
    this.#scratch = new Uint32Array(model.layout.words);
    this.#actions = model.instances.map(({ action }) => model.actions.indexOf(action));
    this.#max = max;
  }

  /** The largest number of states that fitted at one time. */
  get most(): number {
    return this.#most;
  }

  /** Bytes held by the states. */
  get bytes(): number {
    return this.#store.bytes;
  }

  /** A set by its `id`. */
  setOf(id: number): FittingSet {
    return this.#setsById[id] as FittingSet;
  }

  /** The initial states that have an image; undefined where there is none. */
  initial(image: Image): FittingSet | undefined {
    const { layout, initial } = this.#model;
    const has = this.#matcher(image);
    return this.#set(
      initial.flatMap((state) => {
        layout.encode(state, this.#scratch, 0);
        const number = this.#store.insert(this.#scratch);
        return has(number) ? [number] : [];
      }),
    );
  }

  /**
   * The states behind at most one step from those of a set that have an image.
   *
   * @param id the number of the image
   * @throws TooManyFits where there are more than the bound
   * @throws AbstractFault where a guard or recipe fails
   */
  move(from: FittingSet, image: Image, id: number): Move {
    let move = from.moves.get(id);
    if (move === undefined) from.moves.set(id, (move = this.#move(from, image)));
    return move;
  }

  #move(from: FittingSet, image: Image): Move {
    const has = this.#matcher(image);
    const to = new Set<number>();
    const actions = new Set<number>();
    let isStutter = false;
    for (const member of from.members) {
      if (has(member)) {
        isStutter = true;
        to.add(member);
      }
      const steps = this.#stepsOf(member);
      for (let at = 0; at < steps.length; at += 2) {
        const after = steps[at + 1] as number;
        if (after === member || !has(after)) continue;
        to.add(after);
        actions.add(this.#actions[steps[at] as number] as number);
      }
    }
    return { to: this.#set([...to]), actions: [...actions].toSorted((one, other) => one - other), isStutter };
  }

  #set(members: readonly number[]): FittingSet | undefined {
    if (members.length === 0) return undefined;
    if (members.length > this.#max) throw new TooManyFits();
    this.#most = Math.max(this.#most, members.length);
    const sorted = members.toSorted((one, other) => one - other);
    const key = sorted.join();
    let set = this.#sets.get(key);
    if (set === undefined) {
      set = { id: this.#setsById.length, members: sorted, moves: new Map() };
      this.#sets.set(key, set);
      this.#setsById.push(set);
    }
    return set;
  }

  /** Whether a state has an image; each state is compared once. */
  #matcher({ value, isWhole }: Image): (number: number) => boolean {
    if (isWhole) {
      this.#model.layout.encode(value, this.#scratch, 0);
      // A state that is not stored yet cannot be met by its number later: store it.
      const only = this.#store.insert(this.#scratch);
      return (number) => number === only;
    }
    const known = new Map<number, boolean>();
    return (number) => {
      let answer = known.get(number);
      if (answer === undefined) known.set(number, (answer = hasPart(this.#stateOf(number), value, "the image")));
      return answer;
    };
  }

  #stepsOf(number: number): readonly number[] {
    return (this.#steps[number] ??= this.#taken(number));
  }

  #taken(number: number): readonly number[] {
    const state = this.#stateOf(number);
    return this.#model.instances.flatMap((instance) => {
      const after = this.#after(state, instance);
      return after === undefined ? [] : [instance.index, after];
    });
  }

  #after(state: State<A>, instance: ActionInstance<A>): number | undefined {
    try {
      if (!this.#semantics.enabled(instance, state)) return undefined;
      this.#semantics.apply(instance, state, this.#scratch, 0);
    } catch (error) {
      if (error instanceof Fault) throw new AbstractFault(state, instance.index);
      throw error;
    }
    return this.#store.insert(this.#scratch);
  }

  #stateOf(number: number): State<A> {
    return this.#store.read(number, (words, at) => this.#semantics.unpack(words, at));
  }
}
