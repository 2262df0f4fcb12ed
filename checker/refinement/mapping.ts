import { messageOf, ModelError } from "../errors.ts";
import { noted } from "../language/current-call.ts";
import type { Model } from "../language/index.ts";
import { Fault } from "../semantics/fault.ts";
import { Repetition } from "../semantics/repetition.ts";
import { misreadIn, watched } from "../semantics/watched.ts";
import type { State } from "../semantics/semantics.ts";
import { show, type DeepReadonly, type Method } from "../schema/index.ts";
import { checkedPart, type PartOf } from "./part.ts";

/**
 * Image of a state of the concrete model: the state of the abstract one, or a part of it. A field of a record that is
 * left out may have any value.
 */
export type Mapping<Concrete, Abstract> = Method<[state: DeepReadonly<Concrete>], PartOf<Abstract>>;

/** The part of the abstract state that a concrete state shows. */
export interface Image {
  /** Equal for equal images. */
  readonly key: string;
  readonly value: unknown;
  /** Whether only one abstract state has this part. */
  readonly isWhole: boolean;
}

/** Immediate repetitions of a first answer, as for guards. */
const INITIAL_REPETITIONS = 8;

/** A mapping with a check of all that it returns. */
export class CheckedMapping<C, A> {
  readonly #concrete: Model<C>;
  readonly #abstract: Model<A>;
  readonly #isRead: boolean;
  readonly #map: (state: DeepReadonly<C>) => unknown;
  readonly #repetition = new Repetition<string, string>(INITIAL_REPETITIONS);

  /** @param isRead whether its source was read, so that it reads no name that a state does not have */
  constructor(concrete: Model<C>, abstract: Model<A>, mapping: Mapping<C, A>, isRead: boolean) {
    this.#concrete = concrete;
    this.#abstract = abstract;
    this.#isRead = isRead;
    this.#map = noted(`the mapping of model ${concrete.name}`, mapping as (state: DeepReadonly<C>) => unknown);
  }

  /**
   * @throws Fault where the mapping throws, or returns what no abstract state has
   * @throws ModelError where it is seen to answer differently for the same state
   */
  imageOf(state: State<C>): Image {
    const image = this.#image(state);
    if (!this.#repetition.repeats("mapping", image.key, () => this.#image(state).key, false)) {
      throw new ModelError(
        `${this.#where} depends on something outside the state: it may use only the state of model ${this.#concrete.name}`,
      );
    }
    return image;
  }

  get #where(): string {
    return `the mapping from model ${this.#concrete.name} to model ${this.#abstract.name}`;
  }

  #image(state: State<C>): Image {
    let value: unknown;
    const misread = this.#isRead
      ? undefined
      : misreadIn(() => this.#map(watched(structuredClone(state) as DeepReadonly<C>)));
    if (misread !== undefined) throw new Fault(`${this.#where} ${misread.message}`, "predicate", misread);
    try {
      value = this.#map(state);
    } catch (error) {
      throw new Fault(`${this.#where} threw: ${messageOf(error)}`, "predicate", error);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Promise) {
      const slip =
        value === undefined
          ? "; is a return missing?"
          : value instanceof Promise
            ? "; it must not be asynchronous"
            : "";
      throw new Fault(
        `${this.#where} returned ${show(value)}, not a state of ${this.#abstract.name}${slip}`,
        "predicate",
      );
    }
    if (Object.keys(value).length === 0) {
      throw new Fault(
        `${this.#where} returned {}, which every state has; give at least one part of the state`,
        "predicate",
      );
    }
    try {
      return checkedPart(this.#abstract.layout.type, value);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      throw new Fault(`${this.#where} leaves the type of ${this.#abstract.name}: ${error.message}`, "predicate");
    }
  }
}
