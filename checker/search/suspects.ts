import type { ProgramEntry } from "../compiled/entry.ts";
import type { ActionInstance, SafetyProperty } from "../language/index.ts";
import type { Path } from "../trace/shortest.ts";
import type { Finding } from "./exploration.ts";
import type { Retrace, Suspect } from "./retrace.ts";

/** What has been found of each property: all states of the first level that has one. */
export class Suspects<S> {
  readonly #properties: ReadonlyMap<string, SafetyProperty<S>>;
  /** The deadlock properties, by their bit of a live byte. */
  readonly #deadlocks: readonly string[];
  readonly #found = new Map<string, { readonly level: number; states: number[]; instances: number[] }>();

  constructor(properties: ReadonlyMap<string, SafetyProperty<S>>, deadlocks: readonly string[]) {
    this.#properties = properties;
    this.#deadlocks = deadlocks;
  }

  /** Notes that a property says of a state or step what it looks for. */
  hit(entry: ProgramEntry<S>, level: number, words: Uint32Array, at: number, size: number): void {
    if (entry.kind === "state") this.#note(entry.id, level, words, at, size);
    if (entry.kind === "step") this.#note(entry.id, level, words, at, size, entry.instance.index);
  }

  /** Notes step properties that a step from a state violates. */
  steps(
    ids: readonly string[],
    { index }: ActionInstance<S>,
    level: number,
    words: Uint32Array,
    at: number,
    size: number,
  ): void {
    for (const id of ids) this.#note(id, level, words, at, size, index);
  }

  /** Notes a state in which nothing can happen, by the bits of its live byte that are missing. */
  stuck(missing: number, level: number, words: Uint32Array, at: number, size: number): void {
    for (const [bit, id] of this.#deadlocks.entries()) {
      if ((missing & (1 << bit)) !== 0) this.#note(id, level, words, at, size);
    }
  }

  #note(id: string, level: number, words: Uint32Array, at: number, size: number, instance?: number): void {
    let found = this.#found.get(id);
    if (found === undefined) this.#found.set(id, (found = { level, states: [], instances: [] }));
    if (found.level < level) return;
    for (let word = at; word < at + size; word++) found.states.push(words[word] as number);
    if (instance !== undefined) found.instances.push(instance);
  }

  /** Properties that were first found at a level: they need not be looked for after it. */
  at(level: number): string[] {
    return [...this.#found].flatMap(([id, found]) => (found.level === level ? [id] : []));
  }

  /** The last level at which anything was found. */
  get deepest(): number {
    return Math.max(0, ...[...this.#found.values()].map(({ level }) => level));
  }

  /** Whether one of the properties is violated. */
  get violated(): boolean {
    return [...this.#found.keys()].some((id) => this.#properties.get(id)?.kind !== "sometimes");
  }

  /** @param retrace called if anything was found */
  findings(retrace: () => Retrace<S>): Map<string, Finding> {
    const found = [...this.#found];
    if (found.length === 0) return new Map();
    const paths = retrace().paths(found.map(([, suspect]): Suspect => suspect));
    return new Map(found.map(([id, { level }], index) => [id, { level, path: paths[index] as Path }]));
  }
}
