import { readyToWatch, type ActionInstance, type Model, type SafetyProperty } from "../language/index.ts";
import { Functions } from "../learning/functions.ts";
import type { Learned } from "../learning/learn.ts";
import { appliedTo, numberFrom, outcomeKey, type Outcome } from "../learning/outcome.ts";
import { expanderOf, type Expander } from "./expander.ts";
import { getField, packingOf, setField, type Field, type Packing } from "./packing.ts";

/** What may be learned: so many paths of one function, and so many runs for all of them. */
export interface LearningBudget {
  readonly function: number;
  readonly model: number;
}

/**
 * Before a search: the least that pays. A search by the compiled engine has thousands of states, and each would ask
 * every function that is not learned.
 */
export const AT_FIRST: LearningBudget = { function: 4_096, model: 8_000 };
/** Without a search that waits: less than a second for the largest entries of the catalogue. */
export const IN_EARNEST: LearningBudget = { function: 4_096, model: 20_000 };
/** Paths of a function that are tried first. */
const SMALLEST = 64;
/**
 * As a search turns out to be longer and longer, after so much effort with questions to functions. A run that learns costs
 * as much as fifty units of it: so a lesson takes no longer than all the questions before it. The last takes seconds.
 */
export const LATER: readonly (LearningBudget & { readonly after: number })[] = [
  { after: 400_000, function: 8_192, model: 8_192 },
  { after: 1_000_000, function: 8_192, model: 10_000 },
  { after: 8_000_000, function: 20_000, model: 40_000 },
  { after: 20_000_000, function: 50_000, model: 80_000 },
];

/** A function of the model as the fast engine runs it. */
export type ProgramEntry<S> = { readonly learned: Learned; readonly live: number } & (
  | { readonly kind: "action"; readonly instance: ActionInstance<S> }
  | { readonly kind: "state"; readonly id: string }
  | { readonly kind: "step"; readonly id: string; readonly instance: ActionInstance<S> }
  | { readonly kind: "excuse"; readonly id: string }
);

const HOPELESS = { outcome: { kind: "ask" }, isNew: false } as const;

/** The functions of a model with what has been learned of them, and states as the fast engine packs them. */
export class Program<S> {
  readonly packing: Packing;
  readonly entries: readonly ProgramEntry<S>[];
  /** The deadlock properties; number b owns bit b of a state's live byte. */
  readonly deadlocks: readonly string[];
  readonly #model: Model<S>;
  readonly #functions: Functions<S>;
  readonly #layoutWords: Uint32Array;

  constructor(model: Model<S>, properties: ReadonlyMap<string, SafetyProperty<S>>) {
    this.#model = model;
    this.packing = packingOf(model.layout);
    this.#functions = new Functions(model);
    this.#layoutWords = new Uint32Array(model.layout.words);
    const entries: ProgramEntry<S>[] = [];
    const deadlocks = [...properties].flatMap(([id, property]) =>
      property.kind === "noDeadlock" ? [[id, property] as const] : [],
    );
    this.deadlocks = deadlocks.map(([id]) => id);
    for (const instance of model.instances) {
      const live = deadlocks.reduce(
        (bits, [, { ignoring }], bit) => (ignoring.includes(instance.action) ? bits : bits | (1 << bit)),
        0,
      );
      entries.push({ kind: "action", instance, live, learned: this.#functions.action(instance) });
    }
    for (const [id, property] of properties) {
      if (property.kind === "always" || property.kind === "sometimes") {
        entries.push({ kind: "state", id, live: 0, learned: this.#functions.state(id, property) });
      } else if (property.kind === "noDeadlock") {
        const live = 1 << this.deadlocks.indexOf(id);
        entries.push({ kind: "excuse", id, live, learned: this.#functions.excuse(id, property) });
      } else {
        for (const instance of model.instances) {
          entries.push({ kind: "step", id, instance, live: 0, learned: this.#functions.step(id, property, instance) });
        }
      }
    }
    this.entries = entries;
  }

  /** Learns functions whose paths the budget allows, small ones first; the others stay as they are. */
  learn(budget: LearningBudget): void {
    readyToWatch(() => this.#learn(budget));
  }

  #learn(budget: LearningBudget): void {
    let left = budget.model;
    // Where only a few are left, what they need is found out at once.
    const unknown = this.entries.filter(({ learned }) => !learned.complete && learned.tried < budget.function).length;
    const first = unknown * budget.function <= left ? budget.function : SMALLEST;
    for (let most = first; ; most *= 8) {
      const limit = Math.min(most, budget.function);
      // Where one instance of an action needs more, the others will need more, too.
      const failed = new Set<string>();
      for (const entry of this.entries) {
        const { learned } = entry;
        if (learned.complete || learned.tried >= limit) continue;
        const group = `${entry.kind === "action" ? "" : entry.id} ${"instance" in entry ? entry.instance.action : ""}`;
        if (failed.has(group)) continue;
        if (left < limit) return;
        const before = this.#functions.recorder.runs;
        if (!learned.completeWithin(limit)) failed.add(group);
        left -= this.#functions.recorder.runs - before;
      }
      if (limit === budget.function) return;
    }
  }

  /** Actions and properties, each once, of which the compiled code does not know every path. */
  direct(): string[] {
    const names = this.entries.flatMap((entry) => {
      if (entry.learned.complete) return [];
      return entry.kind === "action" ? entry.instance.action : entry.id;
    });
    return [...new Set(names)];
  }

  expander(tracing: boolean): Expander {
    return expanderOf(
      this.packing,
      this.#model.layout.cells.map(({ shape }) => shape.cardinality),
      this.#functions.store,
      this.entries.map(({ learned, live, kind }) => ({
        diagram: learned.diagram(),
        live,
        notes: kind === "state" || kind === "step",
      })),
      tracing,
    );
  }

  /**
   * What an entry does in a state, by what is known, or else by one run.
   *
   * @returns "ask" when the reference semantics must be asked
   */
  outcome(
    entry: ProgramEntry<S>,
    words: Uint32Array,
    at: number,
  ): { readonly outcome: Outcome; readonly isNew: boolean } {
    if (entry.learned.hopeless) return HOPELESS;
    const { fields } = this.packing;
    const known = entry.learned.known((cell) => getField(words, at, fields[cell] as Field));
    if (known !== undefined) return { outcome: known, isNew: false };
    this.#read(words, at);
    return { outcome: entry.learned.extend(), isNew: true };
  }

  /** Whether an entry, run on a state as its author wrote it, does what was learned of it. */
  agrees(entry: ProgramEntry<S>, words: Uint32Array, at: number): boolean {
    const { outcome } = this.outcome(entry, words, at);
    if (outcome.kind === "ask") return true;
    this.#read(words, at);
    const { fields } = this.packing;
    const valueOf = (cell: number): number => getField(words, at, fields[cell] as Field);
    return outcomeKey(appliedTo(outcome, valueOf)) === outcomeKey(appliedTo(entry.learned.run(), valueOf));
  }

  #read(words: Uint32Array, at: number): void {
    const { values } = this.#functions.recorder;
    for (const [cell, field] of this.packing.fields.entries()) values[cell] = getField(words, at, field);
  }

  /** Writes the state after an update to `to[toAt ..]`. */
  update(
    outcome: Outcome & { readonly kind: "update" },
    words: Uint32Array,
    at: number,
    to: Uint32Array,
    toAt: number,
  ): void {
    const { fields, words: count } = this.packing;
    to.set(words.subarray(at, at + 2 * count), toAt);
    for (const { cell, source } of outcome.writes) {
      const value = numberFrom(source, (from) => getField(words, at, fields[from] as Field));
      setField(to, toAt, fields[cell] as Field, value);
    }
  }

  /** A state of the reference semantics, packed by the layout, as the fast engine packs it. */
  fromLayout(layoutWords: Uint32Array, to: Uint32Array, toAt: number): void {
    to.fill(0, toAt, toAt + 2 * this.packing.words);
    for (const [cell, { word, shift, width }] of this.#model.layout.cells.entries()) {
      if (width === 0) continue;
      const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
      setField(to, toAt, this.packing.fields[cell] as Field, (((layoutWords[word] as number) >>> shift) & mask) >>> 0);
    }
  }

  /** The same the other way round. The result is good until the next call. */
  toLayout(words: Uint32Array, at: number): Uint32Array {
    const to = this.#layoutWords.fill(0);
    for (const [cell, { word, shift }] of this.#model.layout.cells.entries()) {
      to[word] = (to[word] as number) | (getField(words, at, this.packing.fields[cell] as Field) << shift);
    }
    return to;
  }
}

/** Why the fast engine cannot decide these properties; undefined when it can. */
export function whyNotCompiled<S>(properties: ReadonlyMap<string, SafetyProperty<S>>): string | undefined {
  const deadlocks = [...properties.values()].filter(({ kind }) => kind === "noDeadlock").length;
  return deadlocks > 8 ? `it decides at most 8 deadlock properties at once, not ${deadlocks}` : undefined;
}
