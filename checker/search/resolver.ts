import type { Program, ProgramEntry } from "../compiled/program.ts";
import { ModelError } from "../errors.ts";
import type { ActionInstance, Judgement, Model, SafetyProperty } from "../language/index.ts";
import { Direct } from "../reference/direct.ts";
import { semanticsOf, type Semantics, type State } from "../reference/semantics.ts";
import { unpackerOf } from "../schema/generated.ts";
import type { Layout } from "../schema/index.ts";

/** What an entry does in a state. The successor's words are good until the next question. */
export type Resolution = { readonly kind: "none" | "hit" } | { readonly kind: "update"; readonly words: Uint32Array };

/** A state with what has been found out of it by the model's own functions. */
interface Recent<S> {
  readonly words: Uint32Array;
  /** Packed by the layout. */
  readonly layoutWords: Uint32Array;
  state: State<S>;
  /** States after steps. */
  readonly after: After<S>[];
}

interface After<S> {
  readonly instance: ActionInstance<S>;
  readonly state: State<S>;
  readonly words: Uint32Array;
}

/** What it costs to learn a path, and to call a function without learning it, in walks through a tree. */
const PATH = 50;
const CALL = 20;

const NONE: Resolution = { kind: "none" };
const HIT: Resolution = { kind: "hit" };

/** Answers where the compiled code cannot: by what is known of a function, by learning, by calling it. */
export class Resolver<S> {
  readonly program: Program<S>;
  readonly semantics: Semantics<S>;
  readonly #model: Model<S>;
  readonly #direct: Direct<S>;
  readonly #unpack: Layout<S>["decode"];
  readonly #properties: ReadonlyMap<string, SafetyProperty<S>>;
  readonly #words: Uint32Array;
  readonly #layoutWords: Uint32Array;
  /** By place in a batch, whatever batch it was. */
  readonly #recents = new Map<number, Recent<S>>();
  /** Paths learned since the last expander was made. */
  learned = 0;
  /** What the answers have cost, in walks through a tree. */
  effort = 0;

  constructor(model: Model<S>, properties: ReadonlyMap<string, SafetyProperty<S>>, program: Program<S>) {
    this.#model = model;
    this.#properties = properties;
    this.program = program;
    this.semantics = semanticsOf(model);
    this.#direct = new Direct(model, this.semantics);
    this.#unpack = unpackerOf(model.layout, { frozen: true });
    this.#words = new Uint32Array(2 * program.packing.words);
    this.#layoutWords = new Uint32Array(model.layout.words);
  }

  /** @throws ModelError when the reference semantics refuses what the entry does. */
  resolve(entry: ProgramEntry<S>, words: Uint32Array, at: number): Resolution {
    const { outcome, isNew } = this.program.outcome(entry, words, at);
    this.effort++;
    if (isNew) {
      this.learned++;
      this.effort += PATH;
    }
    if (outcome.kind === "ask") {
      this.effort += CALL;
      return this.#directly(entry, words, at);
    }
    if (outcome.kind !== "update") return outcome.kind === "hit" ? HIT : NONE;
    this.program.update(outcome, words, at, this.#words, 0);
    return { kind: "update", words: this.#words };
  }

  /** The value of a state; several questions to the same state of a batch unpack it once. */
  stateOf(words: Uint32Array, at: number): State<S> {
    return this.#recent(words, at).state;
  }

  #recent(words: Uint32Array, at: number): Recent<S> {
    const length = 2 * this.program.packing.words;
    let recent = this.#recents.get(at);
    if (recent !== undefined) {
      let same = true;
      for (let word = 0; same && word < length; word++) same = recent.words[word] === words[at + word];
      if (same) return recent;
    } else {
      const layoutWords = new Uint32Array(this.#model.layout.words);
      recent = { words: new Uint32Array(length), layoutWords, state: undefined as never, after: [] };
      this.#recents.set(at, recent);
    }
    for (let word = 0; word < length; word++) recent.words[word] = words[at + word] as number;
    recent.layoutWords.set(this.program.toLayout(words, at));
    recent.state = this.#unpack(recent.layoutWords, 0) as State<S>;
    recent.after.length = 0;
    return recent;
  }

  /** The state after an enabled instance's step: its recipe is run once for the action and all properties of steps. */
  #after(words: Uint32Array, at: number, instance: ActionInstance<S>): After<S> {
    const recent = this.#recent(words, at);
    const known = recent.after.find((after) => after.instance === instance);
    if (known !== undefined) return known;
    this.#direct.take(instance, recent.state, recent.layoutWords, 0, this.#layoutWords);
    const state = this.#unpack(this.#layoutWords, 0) as State<S>;
    const after = { instance, state, words: new Uint32Array(2 * this.program.packing.words) };
    this.program.fromLayout(this.#layoutWords, after.words, 0);
    recent.after.push(after);
    return after;
  }

  #directly(entry: ProgramEntry<S>, words: Uint32Array, at: number): Resolution {
    const { state } = this.#recent(words, at);
    const holds = (id: string, ask: () => Judgement): boolean => this.#direct.violation(id, ask) === undefined;
    switch (entry.kind) {
      case "action":
        if (!this.#direct.enabled(entry.instance, state)) return NONE;
        return { kind: "update", words: this.#after(words, at, entry.instance).words };
      case "state": {
        const property = this.#property(entry.id, "always", "sometimes");
        return holds(entry.id, () => property.holds(state)) === (property.kind === "sometimes") ? HIT : NONE;
      }
      case "excuse":
        return this.#property(entry.id, "noDeadlock").unless(state) ? HIT : NONE;
      case "step": {
        const property = this.#property(entry.id, "step");
        if (!this.#direct.enabled(entry.instance, state)) return NONE;
        const { state: after } = this.#after(words, at, entry.instance);
        return holds(entry.id, () => property.holds(state, entry.instance, after)) ? NONE : HIT;
      }
    }
  }

  /** The words of the successor by the reference semantics; undefined where the instance is not enabled. */
  successor(instance: ActionInstance<S>, words: Uint32Array, at: number): Uint32Array | undefined {
    const { state } = this.#recent(words, at);
    if (!this.semantics.enabled(instance, state)) return undefined;
    this.semantics.apply(instance, state, this.#layoutWords, 0);
    const next = new Uint32Array(2 * this.program.packing.words);
    this.program.fromLayout(this.#layoutWords, next, 0);
    return next;
  }

  /**
   * Compares what was learned of every entry with what its author wrote, in one state.
   *
   * @throws ModelError naming the first that differs
   */
  audit(words: Uint32Array, at: number): void {
    for (const entry of this.program.entries) {
      if (this.program.agrees(entry, words, at)) continue;
      throw new ModelError(
        `${entry.learned.where} changes a variable outside itself, in its guard or in a function that it gives to some, every, all or implies: these may only look at the state`,
      );
    }
  }

  /** The index of a state among the initial states, in the form of the fast engine. */
  initial(): Uint32Array[] {
    return this.#model.initial.map((state) => {
      this.#model.layout.encode(state, this.#layoutWords, 0);
      const words = new Uint32Array(2 * this.program.packing.words);
      this.program.fromLayout(this.#layoutWords, words, 0);
      return words;
    });
  }

  #property<Kind extends SafetyProperty<S>["kind"]>(
    id: string,
    ..._kinds: readonly Kind[]
  ): SafetyProperty<S> & { readonly kind: Kind } {
    return this.#properties.get(id) as SafetyProperty<S> & { readonly kind: Kind };
  }
}
