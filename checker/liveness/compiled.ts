import type { ProgramEntry } from "../compiled/entry.ts";
import { Program } from "../compiled/program.ts";
import type { Model, SafetyProperty } from "../language/index.ts";
import type { State } from "../semantics/semantics.ts";
import { Audit } from "../search/expansion/audit.ts";
import { askedSteps } from "../search/expansion/asked-steps.ts";
import { Expansion } from "../search/expansion/expansion.ts";
import type { EngineOptions } from "../search/exploration.ts";
import { Pace } from "../pace.ts";
import { Fallback } from "../search/expansion/fallback.ts";
import { StateStore } from "../search/states/store.ts";
import { GraphBuilder, type GraphSize, type StateGraph } from "./graph.ts";
import type { StatePredicate } from "./predicates.ts";

/** The graph of a model by compiled code; undefined when it was aborted. */
export async function graphCompiled<S>(
  model: Model<S>,
  predicates: readonly StatePredicate<S>[],
  size: GraphSize,
  options: EngineOptions,
): Promise<StateGraph<S> | undefined> {
  return new CompiledGraph(model, predicates, size, options.readings).build(options);
}

/** A second search that numbers the states as the reference would, batch by batch. */
class CompiledGraph<S> {
  readonly #model: Model<S>;
  readonly #predicates: ReadonlyMap<string, number>;
  readonly #program: Program<S>;
  readonly #fallback: Fallback<S>;
  readonly #store: StateStore;
  readonly #builder: GraphBuilder;
  readonly #size: GraphSize;
  /** 32-bit words of a state. */
  readonly #wide: number;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #expansion: Expansion;
  readonly #audit: Audit<S>;

  constructor(
    model: Model<S>,
    predicates: readonly StatePredicate<S>[],
    size: GraphSize,
    readings: EngineOptions["readings"],
  ) {
    this.#model = model;
    this.#predicates = new Map(predicates.map(({ id }, index) => [id, index]));
    // The engine notes the states in which a `sometimes` property holds.
    const properties = new Map<string, SafetyProperty<S>>(
      predicates.map(({ id, holds }) => [id, { kind: "sometimes", title: "", holds }]),
    );
    this.#program = new Program(model, properties, readings?.of(model));
    this.#fallback = new Fallback(this.#program);
    this.#audit = new Audit(this.#fallback);
    this.#expansion = new Expansion(this.#program.expander());
    this.#wide = 2 * this.#program.packing.words;
    this.#words = new Uint32Array(this.#wide);
    this.#bytes = new Uint8Array(this.#words.buffer);
    this.#store = new StateStore(this.#wide);
    this.#size = size;
    this.#builder = new GraphBuilder(size, model.instances.length, predicates.length);
  }

  async build(options: EngineOptions): Promise<StateGraph<S> | undefined> {
    const pace = new Pace(options);
    const started = performance.now();
    const store = this.#store;
    for (const words of this.#fallback.initial()) store.insert(words);
    for (let from = 0; from < store.size;) {
      from += this.#expand(from, Math.min(this.#expansion.batch, store.size - from));
      if (!pace.isDue()) continue;
      const { transitions } = this.#builder;
      const [states, bytes, seconds] = [store.size, store.bytes, (performance.now() - started) / 1000];
      const frontier = states - from;
      if (await pace.pause(() => ({ states, transitions, depth: 0, frontier, bytes, seconds, storing: true })))
        return undefined;
    }
    const { initial } = this.#model;
    return this.#builder.graph(initial.length, this.#size, (number) => this.#stateOf(number));
  }

  #stateOf(number: number): State<S> {
    this.#read(number);
    return this.#fallback.stateOf(this.#words, 0);
  }

  #read(number: number): void {
    this.#store.read(number, (words, at) => {
      for (let word = 0; word < this.#wide; word++) this.#words[word] = words[at + word] as number;
    });
  }

  /** Expands states from a number on, as many as there is room for; returns how many. */
  #expand(from: number, count: number): number {
    const expansion = this.#expansion;
    const { bytes: size } = this.#program.packing;
    for (let index = 0; index < count; index++) {
      this.#read(from + index);
      expansion.bytes.set(this.#bytes.subarray(0, size), expansion.input + index * size);
    }
    const done = expansion.expand(0, count);
    this.#ask(from);
    this.#note(from);
    const asked = askedSteps(this.#fallback, expansion, (state) => {
      this.#read(from + state);
      return this.#words;
    });
    let [at] = expansion.output;
    for (let state = 0; state < done; state++) {
      const edges: Edge[] = (asked.get(state) ?? []).map((step) => ({ ...step, at: 0 }));
      for (const end = expansion.endOf(state); at < end; at += expansion.stride) {
        edges.push({ instance: expansion.sourceOf(at), words: expansion.words, at: at / 4 });
      }
      edges.sort((one, other) => one.instance - other.instance);
      for (const edge of edges) this.#builder.edge(edge.instance, this.#insert(edge));
      this.#builder.endState();
    }
    if (this.#audit.isDue(done)) {
      this.#read(from);
      this.#audit.state(expansion, this.#words.slice(), () => true);
    }
    return done;
  }

  #insert({ words, at }: Edge): number {
    for (let word = 0; word < this.#wide; word++) this.#words[word] = words[at + word] as number;
    return this.#store.insert(this.#words);
  }

  /** Resolves the predicates that the compiled code leaves to the model's own functions. */
  #ask(from: number): void {
    for (const [state, number] of this.#expansion.pairs(this.#expansion.asked)) {
      const entry = this.#program.entries[number] as ProgramEntry<S>;
      if (entry.kind !== "state") continue;
      this.#read(from + state);
      const { kind } = this.#fallback.resolve(entry, this.#words, 0);
      if (kind === "hit") this.#holds(entry.id, from + state);
      if (kind === "fault") this.#builder.fault(this.#predicates.get(entry.id) as number, from + state);
    }
  }

  #note(from: number): void {
    for (const [state, number] of this.#expansion.pairs(this.#expansion.noted)) {
      const entry = this.#program.entries[number] as ProgramEntry<S>;
      if (entry.kind === "state") this.#holds(entry.id, from + state);
    }
  }

  #holds(id: string, state: number): void {
    this.#builder.predicates[this.#predicates.get(id) as number]?.add(state);
  }
}

/** A transition of a state: the instance, and where the state after it stands. */
interface Edge {
  readonly instance: number;
  readonly words: Uint32Array;
  readonly at: number;
}
