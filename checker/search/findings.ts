import type { ProgramEntry } from "../compiled/entry.ts";
import type { ActionInstance, SafetyProperty } from "../language/index.ts";
import type { Path } from "../trace/shortest.ts";
import {
  enough,
  faultsIn,
  type EngineOptions,
  type Exploration,
  type Finding,
  type StopReason,
} from "./exploration.ts";
import type { JudgedStep } from "./expansion/fallback.ts";
import type { LastStep } from "./orbits/real-runs.ts";
import type { Backtrace, Found } from "./backtrace.ts";

/** Findings for each property, and the failing functions: all states of the first level that has one. */
export class Findings<S> {
  readonly #properties: ReadonlyMap<string, SafetyProperty<S>>;
  /** The deadlock properties, by their bit of a live byte. */
  readonly #deadlocks: readonly string[];
  readonly #found = new Map<string, Found>();
  /** Properties with a predicate that fails. */
  readonly #faulty = new Map<string, Found>();
  /** Actions with a guard or recipe that fails. */
  readonly #faultyActions = new Map<string, Found>();
  /** Premises that hold somewhere, with the level of the first state. */
  readonly #met = new Map<string, number>();

  constructor(properties: ReadonlyMap<string, SafetyProperty<S>>, deadlocks: readonly string[]) {
    this.#properties = properties;
    this.#deadlocks = deadlocks;
  }

  /** Notes a state or step as a finding of a property. */
  hit(entry: ProgramEntry<S>, level: number, words: Uint32Array, at: number, size: number): void {
    if (entry.kind === "premise" && !this.#met.has(entry.id)) this.#met.set(entry.id, level);
    if (entry.kind === "state") note(this.#found, entry.id, level, words, at, size);
    if (entry.kind === "step") note(this.#found, entry.id, level, words, at, size, entry.instance.index);
  }

  /** Notes that a function of an entry fails in a state, or for a step from it. */
  fault(entry: ProgramEntry<S>, level: number, words: Uint32Array, at: number, size: number): void {
    if (entry.kind === "action") {
      const { action, index } = entry.instance;
      note(this.#faultyActions, action, level, words, at, size, index);
    } else {
      const instance = entry.kind === "step" ? entry.instance.index : undefined;
      note(this.#faulty, entry.id, level, words, at, size, instance);
    }
  }

  /** Notes the verdicts of step properties on a step from a state. */
  steps(
    { violated, faulty }: JudgedStep,
    { index }: ActionInstance<S>,
    level: number,
    words: Uint32Array,
    at: number,
    size: number,
  ): void {
    for (const id of violated) note(this.#found, id, level, words, at, size, index);
    for (const id of faulty) note(this.#faulty, id, level, words, at, size, index);
  }

  /** Notes a state in which nothing can happen, by the bits of its live byte that are missing. */
  stuck(missing: number, level: number, words: Uint32Array, at: number, size: number): void {
    for (const [bit, id] of this.#deadlocks.entries()) {
      if ((missing & (1 << bit)) !== 0) note(this.#found, id, level, words, at, size);
    }
  }

  /** Properties and premises first met at a level: they are decided after it. */
  at(level: number): string[] {
    const found = [...this.#found, ...this.#faulty].flatMap(([id, one]) => (one.level === level ? [id] : []));
    return [...found, ...[...this.#met].flatMap(([id, at]) => (at === level ? [id] : []))];
  }

  /** The ids of properties with a premise, among those of some entries, that held in no state so far. */
  unmet(entries: readonly ProgramEntry<S>[]): string[] {
    return entries.flatMap((entry) => (entry.kind === "premise" && !this.#met.has(entry.id) ? [entry.premise.id] : []));
  }

  /** The last level at which anything was found. */
  get deepest(): number {
    return Math.max(0, ...this.#all().map(({ level }) => level));
  }

  /**
   * Why the search need not go beyond the levels that it has expanded; undefined when it must.
   *
   * @param isEnd whether they are all that there are
   */
  enough(options: EngineOptions, isEnd: boolean): StopReason | undefined {
    // The states behind a failing step are not known.
    if (this.#faultyActions.size > 0) return { kind: "error" };
    const isDecided = (id: string): boolean => this.#found.has(id) || this.#faulty.has(id);
    return isEnd ? undefined : enough(this.#properties, (id) => this.#found.has(id), isDecided, options);
  }

  #lastStep(found: Found): LastStep | undefined {
    if ([...this.#faultyActions.values()].includes(found)) return { kind: "fault" };
    if (found.instances.length === 0) return undefined;
    const [property] = [...this.#found, ...this.#faulty].find(([, one]) => one === found) as [string, Found];
    return { kind: "step", property };
  }

  #all(): Found[] {
    return [this.#found, this.#faulty, this.#faultyActions].flatMap((found) => [...found.values()]);
  }

  /**
   * @param retrace called if anything was found
   * @param runOf makes runs of paths through canonical states, in a search of one state for each orbit
   */
  located(
    retrace: () => Backtrace<S>,
    runOf: (path: Path, last?: LastStep) => Path = (path) => path,
  ): Pick<Exploration, "findings" | "faults"> {
    const all = this.#all();
    const paths = all.length === 0 ? [] : retrace().paths(all);
    const pathOf = new Map<Found, Path>(
      all.map((found, index) => [found, runOf(paths[index] as Path, this.#lastStep(found))]),
    );
    const finding = (found: Found): Finding => ({ level: found.level, path: pathOf.get(found) as Path });
    return {
      findings: new Map([...this.#found].map(([id, found]) => [id, finding(found)])),
      faults: faultsIn(
        [...this.#properties.keys()],
        new Map([...this.#faulty].map(([id, found]) => [id, finding(found)])),
        new Map([...this.#faultyActions].map(([action, found]) => [action, finding(found)])),
      ),
    };
  }
}

function note(
  all: Map<string, Found>,
  name: string,
  level: number,
  words: Uint32Array,
  at: number,
  size: number,
  instance?: number,
): void {
  let found = all.get(name);
  if (found === undefined) all.set(name, (found = { level, states: [], instances: [] }));
  if (found.level < level) return;
  for (let word = at; word < at + size; word++) found.states.push(words[word] as number);
  if (instance !== undefined) found.instances.push(instance);
}
