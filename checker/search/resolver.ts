import type { ActionEntry, ProgramEntry } from "../compiled/entry.ts";
import type { Program } from "../compiled/program.ts";
import type { ActionInstance, Judgement } from "../language/index.ts";
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

const NONE: Resolution = { kind: "none" };
const HIT: Resolution = { kind: "hit" };

/** Answers by the model's own functions: where one was not read, or is at fault. */
export class Resolver<S> {
  readonly program: Program<S>;
  readonly semantics: Semantics<S>;
  readonly #direct: Direct<S>;
  readonly #unpack: Layout<S>["decode"];
  readonly #layoutWords: Uint32Array;
  /** By place in a batch, whatever batch it was. */
  readonly #recents = new Map<number, Recent<S>>();

  constructor(program: Program<S>) {
    const { model } = program;
    this.program = program;
    this.semantics = semanticsOf(model);
    this.#direct = new Direct(model, this.semantics);
    this.#unpack = unpackerOf(model.layout, { frozen: true });
    this.#layoutWords = new Uint32Array(model.layout.words);
  }

  /** @throws ModelError when the reference semantics refuses what the entry does. */
  resolve(entry: ProgramEntry<S>, words: Uint32Array, at: number): Resolution {
    const { state } = this.#recent(words, at);
    switch (entry.kind) {
      case "action":
        if (!this.#direct.enabled(entry.instance, state)) return NONE;
        return { kind: "update", words: this.#after(words, at, entry.instance).words };
      case "state": {
        const { id, property } = entry;
        return this.#holds(id, () => property.holds(state)) === (property.kind === "sometimes") ? HIT : NONE;
      }
      case "excuse":
        return entry.property.unless(state) ? HIT : NONE;
      case "step": {
        const { id, property, instance } = entry;
        if (!this.#direct.enabled(instance, state)) return NONE;
        const { state: after } = this.#after(words, at, instance);
        return this.#holds(id, () => property.holds(state, instance, after)) ? NONE : HIT;
      }
    }
  }

  /** The step properties, among those that are sought, that the step which `resolve` has just taken violates. */
  violated({ instance }: ActionEntry<S>, isSought: (id: string) => boolean, words: Uint32Array, at: number): string[] {
    const { state } = this.#recent(words, at);
    const { state: after } = this.#after(words, at, instance);
    return [...this.program.stepProperties].flatMap(([id, property]) =>
      isSought(id) && !this.#holds(id, () => property.holds(state, instance, after)) ? [id] : [],
    );
  }

  #holds(id: string, ask: () => Judgement): boolean {
    return this.#direct.violation(id, ask) === undefined;
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
      const layoutWords = new Uint32Array(this.#layoutWords.length);
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

  /** The initial states, in the form of the compiled engine. */
  initial(): Uint32Array[] {
    const { model, packing } = this.program;
    return model.initial.map((state) => {
      model.layout.encode(state, this.#layoutWords, 0);
      const words = new Uint32Array(2 * packing.words);
      this.program.fromLayout(this.#layoutWords, words, 0);
      return words;
    });
  }
}
