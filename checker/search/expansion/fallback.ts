import type { ActionEntry, ProgramEntry } from "../../compiled/entry.ts";
import type { Program } from "../../compiled/program.ts";
import type { ActionInstance, Judgement } from "../../language/index.ts";
import { Direct } from "../../semantics/direct.ts";
import { Fault } from "../../semantics/fault.ts";
import { isExcused, semanticsOf, type Semantics, type State } from "../../semantics/semantics.ts";
import { unpackerOf } from "../../schema/generated.ts";
import type { Layout } from "../../schema/index.ts";

/**
 * Effect of an entry in a state. The successor's words are good until the next question. "fault": a function of the
 * model fails in this state.
 */
export type Resolution =
  | { readonly kind: "none" | "hit" | "fault" }
  | { readonly kind: "update"; readonly words: Uint32Array };

/** The step properties that a step violates, and those whose predicates fail. */
export interface JudgedStep {
  readonly violated: readonly string[];
  readonly faulty: readonly string[];
}

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
const FAULT: Resolution = { kind: "fault" };

/** Answers by the model's own functions: where one was not read, or is at fault. */
export class Fallback<S> {
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

  /** @throws ModelError when the reference semantics refuses what the entry does, for another reason than a fault */
  resolve(entry: ProgramEntry<S>, words: Uint32Array, at: number): Resolution {
    try {
      return this.#resolve(entry, words, at);
    } catch (error) {
      if (error instanceof Fault) return FAULT;
      throw error;
    }
  }

  #resolve(entry: ProgramEntry<S>, words: Uint32Array, at: number): Resolution {
    const { state } = this.#recent(words, at);
    switch (entry.kind) {
      case "action":
        if (!this.#direct.enabled(entry.instance, state)) return NONE;
        return { kind: "update", words: this.#after(words, at, entry.instance).words };
      case "state": {
        const { id, property } = entry;
        return this.#holds(id, () => property.holds(state)) === (property.kind === "sometimes") ? HIT : NONE;
      }
      case "premise":
        // It has no function of its own, and is never left to one.
        return NONE;
      case "excuse":
        return isExcused(entry.property, state) ? HIT : NONE;
      case "step": {
        const { id, property, instance } = entry;
        const after = this.#taken(instance, words, at);
        if (after === undefined) return NONE;
        return this.#holds(id, () => property.holds(state, instance, after)) ? NONE : HIT;
      }
    }
  }

  /** Verdicts of the sought step properties on the step which `resolve` has just taken. */
  judgedSteps(
    { instance }: ActionEntry<S>,
    isSought: (id: string) => boolean,
    words: Uint32Array,
    at: number,
  ): JudgedStep {
    const { state } = this.#recent(words, at);
    const { state: after } = this.#after(words, at, instance);
    const judged: { violated: string[]; faulty: string[] } = { violated: [], faulty: [] };
    for (const [id, property] of this.program.stepProperties) {
      if (!isSought(id)) continue;
      try {
        if (!this.#holds(id, () => property.holds(state, instance, after))) judged.violated.push(id);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        judged.faulty.push(id);
      }
    }
    return judged;
  }

  /** The state after a step; undefined where there is none, or the action is at fault, which is reported of the action. */
  #taken(instance: ActionInstance<S>, words: Uint32Array, at: number): State<S> | undefined {
    try {
      if (!this.#direct.enabled(instance, this.#recent(words, at).state)) return undefined;
      return this.#after(words, at, instance).state;
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
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
