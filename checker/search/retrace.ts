import type { Program, ProgramEntry } from "../compiled/program.ts";
import { shortestPath, type Edge, type Path, type Target } from "../trace/shortest.ts";
import { InternalError } from "../errors.ts";
import { Expansion } from "./expansion.ts";
import { BlockPool, StateList } from "./frontier.ts";
import { GrowingVisited } from "./growing.ts";
import type { Resolver } from "./resolver.ts";
import { StateStore } from "./store.ts";

/** Where a property was first found violated: states, and for a step property the instances that violate it. */
export interface Suspect {
  readonly level: number;
  /** Packed states in whole words, one after another. */
  readonly states: number[];
  readonly instances: number[];
}

/** Finds the way to a suspect: no path is stored while a search runs. */
export class Retrace<S> {
  readonly #resolver: Resolver<S>;
  readonly #program: Program<S>;
  readonly #expansion: Expansion;
  readonly #bytes: number;
  readonly #levels: StateList[];
  readonly #size: number;
  readonly #words: Uint32Array;

  /**
   * @param bytes that the search had for its states
   * @param levels the states of each level, from index 1, as far as they were kept
   */
  constructor(resolver: Resolver<S>, bytes: number, levels: readonly StateList[] = []) {
    this.#resolver = resolver;
    this.#bytes = bytes;
    this.#program = resolver.program;
    this.#levels = [...levels];
    this.#expansion = new Expansion(this.#program.expander(true));
    for (const [number, entry] of this.#program.entries.entries()) {
      if (entry.kind !== "action") this.#expansion.deactivate(number);
    }
    this.#size = 2 * this.#program.packing.words;
    this.#words = new Uint32Array(this.#size);
  }

  /** Among the shortest paths to the suspect's states, the one that every engine chooses. */
  path({ level, states, instances }: Suspect): Path {
    this.#reach(level);
    const store = new StateStore(this.#size);
    /** The level of each stored state: one on the way to the suspect, or an initial one. */
    const levelOf: number[] = [];
    const keep = (words: Uint32Array, at: number): number => {
      const number = store.insert(words);
      levelOf[number] = at;
      return number;
    };
    const edges = new Map<number, Edge[]>();
    const members: number[][] = [];
    members[1] = this.#resolver.initial().map((words) => keep(words, 1));
    const targets: Target[] = [];
    for (let index = 0; index * this.#size < states.length; index++) {
      this.#words.set(states.slice(index * this.#size, (index + 1) * this.#size));
      const number = keep(this.#words, level);
      const instance = instances[index];
      if (instance === undefined) targets.push({ number });
      else {
        const { actor } = this.#instance(instance);
        targets.push({
          number,
          last: { instance, actor: actor(this.#resolver.stateOf(this.#words, 0)) },
        });
      }
    }
    for (let current = level - 1; current >= 1; current--) {
      const numbers: number[] = [];
      const isGoal = (words: Uint32Array): boolean => levelOf[store.find(words)] === current + 1;
      this.#eachEdgeInto(isGoal, current, (words, found) => {
        const state = this.#resolver.stateOf(words, 0);
        const number = keep(words, current);
        numbers.push(number);
        edges.set(
          number,
          found.map(({ instance, to }) => ({
            instance,
            actor: this.#instance(instance).actor(state),
            to: store.find(to),
          })),
        );
      });
      if (current > 1) members[current] = numbers;
    }
    return shortestPath(
      { numbers: (at) => members[at] ?? [], successors: (number) => edges.get(number) ?? [] },
      targets,
      level,
    );
  }

  #instance(index: number): (ProgramEntry<S> & { readonly kind: "action" })["instance"] {
    return (this.#program.entries[index] as ProgramEntry<S> & { readonly kind: "action" }).instance;
  }

  /** Calls `found` with each state of a level that has successors among the goals, and these, in the order of instances. */
  #eachEdgeInto(
    isGoal: (words: Uint32Array) => boolean,
    level: number,
    found: (words: Uint32Array, edges: readonly { readonly instance: number; readonly to: Uint32Array }[]) => void,
  ): void {
    const size = this.#size;
    this.#eachBatch(this.#levels[level] as StateList, (count, successors, sources) => {
      const hits = new Map<number, { instance: number; to: Uint32Array }[]>();
      for (const [index, [state, instance]] of sources.entries()) {
        const to = successors.subarray(index * size, (index + 1) * size);
        if (!isGoal(to)) continue;
        const known = hits.get(state);
        if (known === undefined) hits.set(state, [{ instance, to }]);
        else known.push({ instance, to });
      }
      for (let state = 0; state < count; state++) {
        const edges = hits.get(state);
        if (edges === undefined) continue;
        this.#readInput(state);
        found(
          this.#words.slice(),
          edges.sort((a, b) => a.instance - b.instance),
        );
      }
    });
  }

  #readInput(state: number): void {
    const { bytes } = this.#program.packing;
    const at = this.#expansion.input + state * bytes;
    this.#words.fill(0);
    new Uint8Array(this.#words.buffer).set(this.#expansion.bytes.subarray(at, at + bytes));
  }

  /** Expands a level batch by batch, with successors in whole words and for each its state and instance. */
  #eachBatch(
    states: StateList,
    visit: (count: number, successors: Uint32Array, sources: readonly (readonly [number, number])[]) => void,
  ): void {
    const expansion = this.#expansion;
    const stride = expansion.stride / 4;
    for (let from = 0; from < states.length;) {
      const count = states.copy(from, expansion.batch, expansion.bytes, expansion.input);
      from += count;
      const end = expansion.expand(count);
      const successors: number[] = [];
      const sources: (readonly [number, number])[] = [];
      for (let at = expansion.output / 4; at < end / 4; at += stride) {
        for (let word = 0; word < this.#size; word++) successors.push(expansion.words[at + word] as number);
        sources.push([expansion.words[at + stride - 2] as number, expansion.words[at + stride - 1] as number]);
      }
      const [asked, askedEnd] = expansion.asked;
      for (let at = asked; at < askedEnd; at += 2) {
        const [state, number] = [expansion.words[at] as number, expansion.words[at + 1] as number];
        this.#readInput(state);
        const result = this.#resolver.resolve(this.#program.entries[number] as ProgramEntry<S>, this.#words, 0);
        if (result.kind !== "update") continue;
        successors.push(...result.words);
        sources.push([state, number]);
      }
      visit(count, Uint32Array.from(successors), sources);
    }
  }

  /** Searches again up to a level, keeping the states of all levels. */
  #reach(level: number): void {
    if (this.#levels.length > level || level === 1) return;
    const { packing } = this.#program;
    // What the search found room for has room again.
    const limits = { states: Infinity, bytes: this.#bytes * 2 + SPARE };
    const visited = new GrowingVisited(packing, limits);
    const pool = new BlockPool(visited.budget);
    let next = new StateList(pool, packing.bytes);
    const found = (fresh: Uint8Array): void => next.push(fresh);
    const insert = (words: Uint8Array): void => {
      if (visited.insert(words, found) !== undefined) throw new InternalError("a path does not fit where a search did");
    };
    this.#levels.length = 0;
    for (const words of this.#resolver.initial()) insert(new Uint8Array(words.buffer));
    visited.flush(found);
    for (let current = 1; current < level; current++) {
      next.close(pool);
      this.#levels[current] = next;
      visited.expect(4 * next.length);
      next = new StateList(pool, packing.bytes);
      this.#eachBatch(this.#levels[current] as StateList, (_, successors) => insert(new Uint8Array(successors.buffer)));
      visited.flush(found);
    }
    this.#levels[level] = next;
  }
}

/** Bytes beyond what is asked for, so that small searches need no care. */
const SPARE = 1 << 26;
