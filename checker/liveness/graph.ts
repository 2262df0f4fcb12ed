import { InternalError } from "../errors.ts";
import { Fault } from "../semantics/fault.ts";
import type { State } from "../semantics/semantics.ts";

/** The arrays grow by this many states whenever more are found than expected. */
const CHUNK_STATES = 1 << 16;

/** A set of state numbers, a bit for each. */
export class Bits {
  readonly #bytes: Uint8Array;

  constructor(size: number) {
    this.#bytes = new Uint8Array((size >>> 3) + 1);
  }

  has(number: number): boolean {
    return (((this.#bytes[number >>> 3] as number) >>> (number & 7)) & 1) === 1;
  }

  add(number: number): void {
    this.#bytes[number >>> 3] = (this.#bytes[number >>> 3] as number) | (1 << (number & 7));
  }
}

/**
 * The whole reachable state space: states by number, in the order in which a breadth-first search finds them that takes
 * instances in the order of declaration, and every transition that changes the state. What a liveness property is
 * decided on, and the same whichever engine made it.
 */
export interface StateGraph<S> {
  readonly size: number;
  /** The initial states are the first; their numbers are their indices in the model. */
  readonly initial: number;
  /** The transitions of state n are those from `first[n]` to `first[n + 1] - 1`, in the order of instances. */
  readonly first: Uint32Array;
  /** Target of each transition; never the state that it starts from. */
  readonly to: Uint32Array;
  /** By which instance. */
  readonly instance: Uint16Array | Uint32Array;
  /** For each predicate that was asked for, in which states it holds. */
  readonly predicates: readonly Bits[];
  /** For each predicate, in which states it fails; undefined where it never does. */
  readonly faults: readonly (Bits | undefined)[];
  state(number: number): State<S>;
}

/** Size of a graph, as counted by a search. */
export interface GraphSize {
  readonly distinct: number;
  readonly transitions: number;
}

/** Collects a graph, state by state in order. The arrays are made once, at their full size. */
export class GraphBuilder {
  readonly predicates: readonly Bits[];
  readonly #faults: (Bits | undefined)[];
  readonly #states: number;
  /** Transitions, self-loops included. */
  transitions = 0;
  readonly #first: Uint32Array;
  readonly #to: Uint32Array;
  readonly #instance: Uint16Array | Uint32Array;
  #state = 0;
  #edges = 0;

  constructor(size: GraphSize, instances: number, predicates: number) {
    this.#first = new Uint32Array(size.distinct + 1);
    this.#to = new Uint32Array(size.transitions);
    this.#instance = instances > 1 << 16 ? new Uint32Array(size.transitions) : new Uint16Array(size.transitions);
    this.predicates = Array.from({ length: predicates }, () => new Bits(size.distinct));
    this.#faults = Array.from({ length: predicates }, () => undefined);
    this.#states = size.distinct;
  }

  /** A predicate fails in a state. */
  fault(predicate: number, state: number): void {
    (this.#faults[predicate] ??= new Bits(this.#states)).add(state);
  }

  /** Notes whether a predicate holds in a state, or fails. */
  judge(predicate: number, state: number, ask: () => boolean): void {
    try {
      if (ask()) this.predicates[predicate]?.add(state);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.fault(predicate, state);
    }
  }

  /** A transition of the current state to another, or to itself. */
  edge(instance: number, to: number): void {
    this.transitions++;
    if (to !== this.#state) {
      this.#to[this.#edges] = to;
      this.#instance[this.#edges] = instance;
      this.#edges++;
    }
  }

  /** The current state has no more transitions. */
  endState(): void {
    this.#state++;
    this.#first[this.#state] = this.#edges;
  }

  /** @throws InternalError when it is not as large as it was counted. */
  graph<S>(initial: number, counted: GraphSize, state: (number: number) => State<S>): StateGraph<S> {
    if (this.#state !== counted.distinct || this.transitions !== counted.transitions) {
      throw new InternalError(
        `the graph has ${this.#state} states and ${this.transitions} transitions; the search counted ${counted.distinct} and ${counted.transitions}`,
      );
    }
    return {
      size: this.#state,
      initial,
      first: this.#first,
      to: this.#to.subarray(0, this.#edges),
      instance: this.#instance.subarray(0, this.#edges),
      predicates: this.predicates,
      faults: this.#faults,
      state,
    };
  }
}

/** Bytes of the arrays that the algorithms on a graph need for each state, at most. */
const ANALYSIS_BYTES = 64;

/**
 * Bytes that a graph and the work on it take, at most.
 *
 * @param words 32-bit words of a packed state
 */
export function graphBytes(size: GraphSize, words: number, instances: number, predicates: number): number {
  const states = Math.ceil(size.distinct / CHUNK_STATES) * CHUNK_STATES * words * 4;
  // The table of the store, and its predecessor while it grows.
  const table = 2 ** Math.ceil(Math.log2(Math.max(1 << 12, (size.distinct + 1) / 0.6))) * 4 * 1.5;
  const edges = size.transitions * (4 + (instances > 1 << 16 ? 4 : 2));
  return states + table + edges + size.distinct * (4 + predicates / 8 + ANALYSIS_BYTES);
}
