import type { Expander } from "../compiled/expander.ts";
import type { ProgramEntry } from "../compiled/entry.ts";
import type { Canonical } from "../symmetry/index.ts";
import type { Program } from "../compiled/program.ts";
import { shortestPath, type Edge, type Layers, type Path, type Target } from "../trace/shortest.ts";
import { InternalError } from "../errors.ts";
import { askedSteps, type AskedStep } from "./expansion/asked-steps.ts";
import { Expansion } from "./expansion/expansion.ts";
import { BlockPool, Levels, StateList, type Piece } from "./states/frontier.ts";
import { GrowingSet } from "../visited/growing-set.ts";
import type { Fallback } from "./expansion/fallback.ts";
import { StateStore } from "./states/store.ts";

/** Findings of one kind: all states of the first level that has one, and for a step the instances. */
export interface Found {
  readonly level: number;
  /** Packed states in whole words, one after another. */
  readonly states: number[];
  readonly instances: number[];
}

/** Finds the way to a finding: no path is stored while a search runs. */
export class Backtrace<S> {
  readonly #fallback: Fallback<S>;
  readonly #program: Program<S>;
  readonly #expansion: Expansion;
  readonly #bytes: number;
  readonly #levels: Levels | undefined;
  readonly #size: number;
  readonly #words: Uint32Array;

  /**
   * @param bytes that the search had for its states
   * @param levels as far as they were kept
   */
  constructor(
    fallback: Fallback<S>,
    { expander, canonical }: { readonly expander: Expander; readonly canonical?: Canonical | undefined },
    bytes: number,
    levels?: Levels,
  ) {
    this.#fallback = fallback;
    this.#bytes = bytes;
    this.#program = fallback.program;
    this.#levels = levels;
    this.#expansion = new Expansion(expander, canonical);
    this.#size = 2 * this.#program.packing.words;
    this.#words = new Uint32Array(this.#size);
  }

  /** Among the shortest paths to the states of each finding, the one that every engine chooses. */
  paths(findings: readonly Found[]): Path[] {
    const deepest = Math.max(...findings.map(({ level }) => level));
    const levels = this.#reached(deepest - 1);
    const store = new StateStore(this.#size);
    /** The level of each stored state: one on the way to a finding, or an initial one. */
    const levelOf: number[] = [];
    const keep = (words: Uint32Array, at: number): number => {
      const number = store.insert(words);
      levelOf[number] = at;
      return number;
    };
    const members: number[][] = [];
    members[1] = this.#initial().map((words) => keep(words, 1));
    /** By level: the states whose predecessors are searched in the level before. */
    const goals = new Map<number, Probe>();
    const goalsAt = (level: number): Probe => {
      let probe = goals.get(level);
      if (probe === undefined) goals.set(level, (probe = new Probe(this.#size)));
      return probe;
    };
    const targets = findings.map((found) =>
      this.#targets(found, (words) => {
        goalsAt(found.level).add(words, 0);
        return keep(words, found.level);
      }),
    );
    const edges = new Map<number, Edge[]>();
    for (let current = deepest - 1; current >= 1; current--) {
      const numbers: number[] = [];
      const isGoal = (words: Uint32Array): boolean => levelOf[store.find(words)] === current + 1;
      this.#eachEdgeInto(goalsAt(current + 1), isGoal, levels.at(current), (words, found) => {
        goalsAt(current).add(words, 0);
        const state = this.#fallback.stateOf(words, 0);
        const number = keep(words, current);
        numbers.push(number);
        const made = found.map(({ instance, to }): Edge => {
          return { instance, actor: this.#instance(instance).actor(state), to: store.find(to) };
        });
        edges.set(number, made);
      });
      if (current > 1) members[current] = numbers;
      goals.delete(current + 1);
    }
    const layers: Layers = { numbers: (at) => members[at] ?? [], successors: (number) => edges.get(number) ?? [] };
    return findings.map(({ level }, index) => shortestPath(layers, targets[index] as Target[], level));
  }

  /** The states of a finding by the numbers that `keep` gives them, each with its last step if it is one of a step. */
  #targets({ states, instances }: Found, keep: (words: Uint32Array) => number): Target[] {
    const targets: Target[] = [];
    for (let index = 0; index * this.#size < states.length; index++) {
      this.#words.set(states.slice(index * this.#size, (index + 1) * this.#size));
      const number = keep(this.#words);
      const instance = instances[index];
      if (instance === undefined) targets.push({ number });
      else {
        const actor = this.#instance(instance).actor(this.#fallback.stateOf(this.#words, 0));
        targets.push({ number, last: { instance, actor } });
      }
    }
    return targets;
  }

  #initial(): Uint32Array[] {
    const initial = this.#fallback.initial();
    for (const words of initial) this.#expansion.canonicaliseWords(words);
    return initial;
  }

  #instance(index: number): (ProgramEntry<S> & { readonly kind: "action" })["instance"] {
    return (this.#program.entries[index] as ProgramEntry<S> & { readonly kind: "action" }).instance;
  }

  /** Calls `found` with each state of a level that has successors among the goals, and these, in the order of instances. */
  #eachEdgeInto(
    goals: Probe,
    isGoal: (words: Uint32Array) => boolean,
    level: readonly Piece[],
    found: (words: Uint32Array, edges: readonly { readonly instance: number; readonly to: Uint32Array }[]) => void,
  ): void {
    const to = new Uint32Array(this.#size);
    let current = -1;
    let edges: { instance: number; to: Uint32Array }[] = [];
    const close = (): void => {
      if (edges.length > 0) {
        this.#readInput(current);
        found(
          this.#words.slice(),
          edges.sort((a, b) => a.instance - b.instance),
        );
      }
      edges = [];
    };
    this.#eachSuccessor(
      level,
      (state, instance, words, at) => {
        if (!goals.mayHave(words, at)) return;
        for (let word = 0; word < to.length; word++) to[word] = words[at + word] as number;
        if (!isGoal(to)) return;
        if (state !== current) close();
        current = state;
        edges.push({ instance, to: to.slice() });
      },
      close,
    );
  }

  #readInput(state: number): void {
    const { bytes } = this.#program.packing;
    const at = this.#expansion.input + state * bytes;
    this.#words.fill(0);
    new Uint8Array(this.#words.buffer).set(this.#expansion.bytes.subarray(at, at + bytes));
  }

  /**
   * Expands a level. All successors of a state are visited one after another.
   *
   * @param visit called with the state's number in its batch, and where in which words its successor stands
   * @param end called at the end of each batch
   */
  #eachSuccessor(
    level: readonly Piece[],
    visit: (state: number, instance: number, words: Uint32Array, at: number) => void,
    end: () => void,
  ): void {
    const expansion = this.#expansion;
    const expanded = (first: number, next: number): void => {
      const asked = this.#asked();
      let [at] = expansion.output;
      for (let state = first; state < next; state++) {
        for (const to = expansion.endOf(state); at < to; at += expansion.stride) {
          visit(state, expansion.sourceOf(at), expansion.words, at / 4);
        }
        for (const { instance, words } of asked.get(state) ?? []) visit(state, instance, words, 0);
      }
    };
    this.#eachBatch(level, expanded, end);
  }

  #eachBatch(level: readonly Piece[], expanded: (first: number, next: number) => void, end: () => void): void {
    const expansion = this.#expansion;
    for (const piece of level) {
      for (let { from } = piece; from < piece.end;) {
        const count = expansion.load(piece, from, this.#program.packing.bytes);
        from += count;
        for (let first = 0; first < count;) {
          const next = expansion.expand(first, count);
          expansion.canonicalise();
          expanded(first, next);
          first = next;
        }
        end();
      }
    }
  }

  /** The steps that the compiled code has left to the model's own functions, by the state. */
  #asked(): Map<number, AskedStep[]> {
    const steps = askedSteps(this.#fallback, this.#expansion, (state) => {
      this.#readInput(state);
      return this.#words;
    });
    for (const { words } of [...steps.values()].flat()) this.#expansion.canonicaliseWords(words);
    return steps;
  }

  /** The first levels: those that were kept if they are enough, or else searched again. */
  #reached(depth: number): Levels {
    if (this.#levels !== undefined && this.#levels.depth >= depth) return this.#levels;
    const { packing } = this.#program;
    // Everything that the search found room for has room again.
    const limits = { states: Infinity, bytes: this.#bytes * 2 + SPARE_BYTES };
    const visited = new GrowingSet(packing, limits);
    const pool = new BlockPool(visited.budget);
    const levels = new Levels(pool, packing.bytes);
    const next = new StateList(pool, packing.bytes);
    const found = (fresh: Uint8Array): void => next.push(fresh);
    const insert = (words: Uint8Array): void => {
      if (visited.insert(words, found) !== undefined)
        throw new InternalError("the path does not fit in memory, although the search did");
    };
    const insertAll = (): void => {
      insert(this.#expansion.bytes.subarray(...this.#expansion.output));
      for (const steps of this.#asked().values()) for (const { words } of steps) insert(new Uint8Array(words.buffer));
    };
    for (const words of this.#initial()) insert(new Uint8Array(words.buffer));
    for (;;) {
      visited.flush(found);
      visited.expect(4 * next.length);
      const current = levels.keep(next.hand());
      if (levels.depth >= depth) return levels;
      this.#eachBatch(current, insertAll, () => {});
    }
  }
}

const PROBE_BITS = 17;

/** Says of most states that they are not among some, without a look at these. */
class Probe {
  readonly #size: number;
  readonly #bits = new Uint8Array(2 ** (PROBE_BITS - 3));

  /** @param size 32-bit words of a state */
  constructor(size: number) {
    this.#size = size;
  }

  add(words: Uint32Array, at: number): void {
    const bit = this.#bitOf(words, at);
    this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] as number) | (1 << (bit & 7));
  }

  mayHave(words: Uint32Array, at: number): boolean {
    const bit = this.#bitOf(words, at);
    return ((this.#bits[bit >>> 3] as number) & (1 << (bit & 7))) !== 0;
  }

  #bitOf(words: Uint32Array, at: number): number {
    let hash = 0;
    for (let word = at; word < at + this.#size; word++)
      hash = Math.imul(hash ^ (words[word] as number), 0x9e3779b1) ^ (hash >>> 15);
    return hash >>> (32 - PROBE_BITS);
  }
}

/** Bytes beyond what is asked for, so that small searches need no care. */
const SPARE_BYTES = 1 << 26;
