import type { InterruptSystem } from "../../model/index.ts";
import type { Machine } from "../observe/observation.ts";
import { type Event, codeOf, mayFollow } from "./event.ts";
import type { Fit } from "./fit.ts";
import { type StateGraph, sharedGraph } from "./graph.ts";
import { matches } from "./shown.ts";

/** A set of fitting states, closed under what a recording does not show: its members' numbers, in order. */
export type FitSet = Uint32Array;

/** More states, or members of sets, or steps than this are forgotten, so that memory does not grow with the recording. */
const LIMITS = { states: 100_000, members: 4_000_000, steps: 200_000 };

/**
 * All states of a model that fit a recording. Each state's steps are taken once by the reference semantics, and each
 * set's step once for each kind of event: what repeats itself in a recording costs a look into a table.
 */
export class Fits {
  readonly #system: InterruptSystem;
  readonly #logs: Machine["logs"];
  #graph: StateGraph;
  #sets: FitSet[] = [];
  #setNumbers = new Map<string, number>();
  /** By set and event. */
  #steps: Map<number, number>[] = [];
  #stepCount = 0;
  #memberCount = 0;

  constructor(system: InterruptSystem, logs: Machine["logs"]) {
    this.#system = system;
    this.#logs = logs;
    this.#graph = sharedGraph(system, logs);
  }

  get graph(): StateGraph {
    return this.#graph;
  }

  /** The members of a set. */
  members(set: number): readonly Fit[] {
    return Array.from(this.#sets[set]!, (id) => this.#graph.fit(id));
  }

  ids(set: number): FitSet {
    return this.#sets[set]!;
  }

  isEmpty(set: number): boolean {
    return this.#sets[set]!.length === 0;
  }

  /** Number of sets met since they were last forgotten. */
  get sets(): number {
    return this.#sets.length;
  }

  /** The set of the given states and of all that may follow unseen. */
  setOf(fits: readonly Fit[]): number {
    return this.#close(new Set(fits.map((fit) => this.#graph.intern(fit))));
  }

  /**
   * The set after an event; empty when no member allows it.
   *
   * @param set of this object, since it last forgot any
   */
  step(set: number, event: Event): number {
    const steps = this.#steps[set]!;
    const code = codeOf(event);
    const known = steps.get(code);
    if (known !== undefined) return known;
    const after = this.#close(this.#taken(this.#sets[set]!, event));
    steps.set(code, after);
    this.#stepCount++;
    return after;
  }

  /** Forgets all but one set when there are too many, so that memory stays within bounds. Returns that set's new number. */
  trim(set: number): number {
    const isSmall = this.#graph.size < LIMITS.states && this.#memberCount < LIMITS.members;
    if (isSmall && this.#stepCount < LIMITS.steps) return set;
    const kept = this.members(set);
    this.clear();
    return this.setOf(kept);
  }

  /** Forgets everything. */
  clear(): void {
    this.#graph = sharedGraph(this.#system, this.#logs, LIMITS.states);
    this.#sets = [];
    this.#setNumbers = new Map();
    this.#steps = [];
    this.#stepCount = 0;
    this.#memberCount = 0;
  }

  /** The members that an event leads to, before anything unseen. */
  #taken(set: FitSet, event: Event): Set<number> {
    const next = new Set<number>();
    // A request, then whatever leads to the mask, or to the allocation, on the CPU that writes.
    for (const id of this.afterRequest(set, event)) {
      for (const { shown, to } of this.#graph.edges(id)) if (matches(shown, event)) next.add(to);
    }
    for (const id of set) {
      for (const to of this.#graph.stays(id, event)) next.add(to);
      if (event.kind === "mask" && event.outcome !== this.#graph.fit(id).outcome) continue;
      for (const { shown, to } of this.#graph.edges(id)) if (matches(shown, event)) next.add(to);
    }
    return next;
  }

  /** Unseen consequences of a request for another CPU, or for one to go offline: it is known when it is acted on. */
  afterRequest(set: FitSet, event: Event): ReadonlySet<number> {
    const may = mayFollow(event);
    const asked = new Set<number>();
    if (!may.request && !may.offline) return asked;
    for (const id of set) {
      for (const { shown, to } of this.#graph.edges(id)) {
        if ((shown.kind === "request" && may.request) || (shown.kind === "offline" && may.offline)) asked.add(to);
      }
    }
    return this.#closure(asked);
  }

  #closure(from: ReadonlySet<number>): Set<number> {
    const closed = new Set(from);
    // A set is iterated while members are added to it.
    for (const id of closed) {
      for (const to of this.#graph.hidden(id)) closed.add(to);
    }
    return closed;
  }

  #close(from: ReadonlySet<number>): number {
    const ids = Uint32Array.from(this.#closure(from)).sort();
    // The bytes as a string: a key that takes no more room than the set.
    const key = Buffer.from(ids.buffer).toString("latin1");
    const known = this.#setNumbers.get(key);
    if (known !== undefined) return known;
    this.#setNumbers.set(key, this.#sets.length);
    this.#sets.push(ids);
    this.#steps.push(new Map());
    this.#memberCount += ids.length;
    return this.#sets.length - 1;
  }
}
