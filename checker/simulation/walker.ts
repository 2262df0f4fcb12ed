import type { ActionInstance, Model, SafetyProperty } from "../language/index.ts";
import { directSemanticsOf } from "../semantics/direct-semantics.ts";
import { isDeadlock, type Semantics, type State } from "../semantics/semantics.ts";
import type { Path } from "../trace/shortest.ts";

/** A state of a walk, with its packed words as a key. */
export interface Position<S> {
  readonly state: State<S>;
  readonly words: Uint32Array;
}

/** Takes single steps of a model, and judges its properties on the way. */
export class Walker<S> {
  readonly model: Model<S>;
  readonly #semantics: Semantics<S>;

  constructor(model: Model<S>) {
    this.model = model;
    this.#semantics = directSemanticsOf(model);
  }

  /** @throws RangeError where there is no such initial state */
  start(initial: number): Position<S> {
    const { layout, initial: states } = this.model;
    const words = new Uint32Array(layout.words);
    const state = states[initial];
    if (state === undefined) throw new RangeError(`there is no initial state ${initial}`);
    layout.encode(state, words, 0);
    return { state: state as State<S>, words };
  }

  enabled({ state }: Position<S>): ActionInstance<S>[] {
    return this.model.instances.filter((instance) => this.#semantics.enabled(instance, state));
  }

  isEnabled({ state }: Position<S>, instance: ActionInstance<S>): boolean {
    return this.#semantics.enabled(instance, state);
  }

  /** The position after a step of an enabled instance. */
  take({ state }: Position<S>, instance: ActionInstance<S>): Position<S> {
    const words = new Uint32Array(this.model.layout.words);
    this.#semantics.apply(instance, state, words, 0);
    return { state: this.#semantics.unpack(words, 0), words };
  }

  /**
   * Whether a property has a target here: a violation, or, of `sometimes`, a witness.
   *
   * @param last the step that led here, and where from
   * @param enabled called where it must be known what can happen
   */
  shows(
    id: string,
    property: SafetyProperty<S>,
    { state }: Position<S>,
    last: { readonly from: Position<S>; readonly instance: ActionInstance<S> } | undefined,
    enabled: () => readonly ActionInstance<S>[],
  ): boolean {
    switch (property.kind) {
      case "always":
        return !this.#semantics.judge(id, () => property.holds(state)).holds;
      case "sometimes":
        return this.#semantics.judge(id, () => property.holds(state)).holds;
      case "step":
        if (last === undefined) return false;
        return !this.#semantics.judge(id, () => property.holds(last.from.state, last.instance, state)).holds;
      case "noDeadlock":
        return isDeadlock(property, state, enabled());
    }
  }

  /**
   * Takes a path as far as its instances are enabled one after another.
   *
   * @returns the path up to the first position that is a target of the property; undefined where it does
   * not, or an instance is not enabled
   */
  firstShown(id: string, property: SafetyProperty<S>, { initial, instances }: Path): Path | undefined {
    let position = this.start(initial);
    const shows = (last?: { readonly from: Position<S>; readonly instance: ActionInstance<S> }): boolean =>
      this.shows(id, property, position, last, () => this.enabled(position));
    if (shows()) return { initial, instances: [] };
    for (const [index, number] of instances.entries()) {
      const instance = this.model.instances[number] as ActionInstance<S>;
      if (!this.isEnabled(position, instance)) return undefined;
      const from = position;
      position = this.take(from, instance);
      if (shows({ from, instance })) return { initial, instances: instances.slice(0, index + 1) };
    }
    return undefined;
  }
}
