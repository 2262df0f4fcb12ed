import { AT_FIRST, LATER, Program, type ProgramEntry } from "../compiled/program.ts";
import { sometimes, type Model, type SafetyProperty } from "../language/index.ts";
import type { State } from "../reference/semantics.ts";
import { Expansion } from "../search/expansion.ts";
import type { SearchOptions } from "../search/exploration.ts";
import { Pace } from "../search/pace.ts";
import { Resolver } from "../search/resolver.ts";
import { StateStore } from "../search/store.ts";
import { GraphBuilder, type GraphSize, type StateGraph } from "./graph.ts";
import type { StatePredicate } from "./predicates.ts";

/** States of which the first so many, and then ever fewer, are compared with what their author wrote. */
const FIRST_AUDITED = 24;

/** The graph of a model by compiled code; undefined when it was aborted. */
export async function graphCompiled<S>(
  model: Model<S>,
  predicates: readonly StatePredicate<S>[],
  size: GraphSize,
  options: SearchOptions,
): Promise<StateGraph<S> | undefined> {
  return new CompiledGraph(model, predicates, size).build(options);
}

/** A second search that numbers the states as the reference would, batch by batch. */
class CompiledGraph<S> {
  readonly #model: Model<S>;
  readonly #predicates: ReadonlyMap<string, number>;
  readonly #program: Program<S>;
  readonly #resolver: Resolver<S>;
  readonly #store: StateStore;
  readonly #builder: GraphBuilder;
  readonly #size: GraphSize;
  /** 32-bit words of a state. */
  readonly #wide: number;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  #expansion: Expansion;
  #lessons = 0;
  #nextLesson = LATER[0]?.after ?? Infinity;
  #nextAudit = 0;

  constructor(model: Model<S>, predicates: readonly StatePredicate<S>[], size: GraphSize) {
    this.#model = model;
    this.#predicates = new Map(predicates.map(({ id }, index) => [id, index]));
    // The engine notes the states in which a `sometimes` property holds.
    const properties = new Map<string, SafetyProperty<S>>(
      predicates.map(({ id, holds }) => [id, sometimes<S>("", (state) => holds(state))]),
    );
    this.#program = new Program(model, properties);
    this.#program.learn(AT_FIRST);
    this.#resolver = new Resolver(model, properties, this.#program);
    this.#expansion = new Expansion(this.#program.expander(true));
    this.#wide = 2 * this.#program.packing.words;
    this.#words = new Uint32Array(this.#wide);
    this.#bytes = new Uint8Array(this.#words.buffer);
    this.#store = new StateStore(this.#wide);
    this.#size = size;
    this.#builder = new GraphBuilder(size, model.instances.length, predicates.length);
  }

  async build(options: SearchOptions): Promise<StateGraph<S> | undefined> {
    const pace = new Pace(options);
    const started = performance.now();
    const store = this.#store;
    for (const words of this.#resolver.initial()) store.insert(words);
    for (let from = 0; from < store.size;) {
      from += this.#expand(from, Math.min(this.#expansion.batch, store.size - from));
      if (!pace.isDue()) continue;
      const { transitions } = this.#builder;
      const [states, bytes, seconds] = [store.size, store.bytes, (performance.now() - started) / 1000];
      if (await pace.breathe({ states, transitions, depth: 0, frontier: states - from, bytes, seconds, storing: true }))
        return undefined;
    }
    const { initial } = this.#model;
    return this.#builder.graph(initial.length, this.#size, (number) => this.#stateOf(number));
  }

  #stateOf(number: number): State<S> {
    this.#read(number);
    return this.#resolver.stateOf(this.#words, 0);
  }

  #read(number: number): void {
    this.#store.read(number, (words, at) => {
      for (let word = 0; word < this.#wide; word++) this.#words[word] = words[at + word] as number;
    });
  }

  #expand(from: number, count: number): number {
    const expansion = this.#expansion;
    const { bytes: size } = this.#program.packing;
    for (let index = 0; index < count; index++) {
      this.#read(from + index);
      expansion.bytes.set(this.#bytes.subarray(0, size), expansion.input + index * size);
    }
    const end = expansion.expand(count);
    const extra = this.#ask(from);
    this.#note(from);
    this.#edges(count, end, extra);
    this.#audit(from);
    if (this.#resolver.effort > this.#nextLesson) this.#learnMore();
    return count;
  }

  /** What the compiled code leaves to others: for each state of the batch its further successors. */
  #ask(from: number): Map<number, { readonly instance: number; readonly words: Uint32Array }[]> {
    const { words, asked } = this.#expansion;
    const extra = new Map<number, { instance: number; words: Uint32Array }[]>();
    for (let [at, end] = asked; at < end; at += 2) {
      const [state, number] = [words[at] as number, words[at + 1] as number];
      const entry = this.#program.entries[number] as ProgramEntry<S>;
      this.#read(from + state);
      const result = this.#resolver.resolve(entry, this.#words, 0);
      if (result.kind === "hit" && entry.kind === "state") this.#holds(entry.id, from + state);
      if (result.kind !== "update") continue;
      const known = extra.get(state);
      const successor = { instance: number, words: result.words.slice(0, this.#wide) };
      if (known === undefined) extra.set(state, [successor]);
      else known.push(successor);
    }
    return extra;
  }

  #note(from: number): void {
    const { words, noted } = this.#expansion;
    for (let [at, end] = noted; at < end; at += 2) {
      const entry = this.#program.entries[words[at + 1] as number] as ProgramEntry<S>;
      if (entry.kind === "state") this.#holds(entry.id, from + (words[at] as number));
    }
  }

  #holds(id: string, state: number): void {
    this.#builder.predicates[this.#predicates.get(id) as number]?.add(state);
  }

  /** Adds the transitions state by state, each state's by instance: the engine makes them instance by instance. */
  #edges(
    count: number,
    end: number,
    extra: ReadonlyMap<number, readonly { readonly instance: number; readonly words: Uint32Array }[]>,
  ): void {
    const { words, output, stride } = this.#expansion;
    const step = stride / 4;
    const starts = new Uint32Array(count + 1);
    for (let at = output / 4; at < end / 4; at += step) {
      const state = words[at + step - 2] as number;
      starts[state + 1] = (starts[state + 1] as number) + 1;
    }
    for (let state = 0; state < count; state++)
      starts[state + 1] = (starts[state + 1] as number) + (starts[state] as number);
    const order = new Uint32Array(starts[count] as number);
    const next = starts.slice();
    for (let at = output / 4; at < end / 4; at += step) {
      const state = words[at + step - 2] as number;
      order[next[state] as number] = at;
      next[state] = (next[state] as number) + 1;
    }
    const scratch = this.#words;
    for (let state = 0; state < count; state++) {
      const others = extra.get(state)?.toSorted((a, b) => a.instance - b.instance) ?? [];
      let other = 0;
      for (let index = starts[state] as number; index < (starts[state + 1] as number); index++) {
        const at = order[index] as number;
        const instance = words[at + step - 1] as number;
        for (; other < others.length && (others[other] as { instance: number }).instance < instance; other++) {
          this.#builder.edge(others[other]!.instance, this.#store.insert(others[other]!.words));
        }
        for (let word = 0; word < this.#wide; word++) scratch[word] = words[at + word] as number;
        this.#builder.edge(instance, this.#store.insert(scratch));
      }
      for (; other < others.length; other++)
        this.#builder.edge(others[other]!.instance, this.#store.insert(others[other]!.words));
      this.#builder.endState();
    }
  }

  #audit(from: number): void {
    if (from < this.#nextAudit) return;
    this.#nextAudit = from < FIRST_AUDITED ? from + 1 : from * 2;
    this.#read(from);
    this.#resolver.audit(this.#words, 0);
  }

  /** Learns more, now that it pays, and puts what has been learned since into the compiled code. */
  #learnMore(): void {
    const budget = LATER[this.#lessons++];
    this.#nextLesson = LATER[this.#lessons]?.after ?? this.#resolver.effort * 2;
    if (budget !== undefined) this.#program.learn(budget);
    else if (this.#resolver.learned === 0) return;
    this.#resolver.learned = 0;
    this.#expansion = new Expansion(this.#program.expander(true));
  }
}
