import { Random } from "../../proof/states/walker.ts";
import type { ActionInstance, FiniteSystem, Sizes, State } from "../evaluate.ts";
import type { AnySizeSystem, Expression } from "../system.ts";
import { BitTable, elementsOf } from "./bit-table.ts";
import { occurrence, type Cube } from "./cube.ts";
import type { Elements, Literal } from "./diagram.ts";
import { embeddingOf } from "./embedding.ts";
import { Walks } from "./walks.ts";

/** Of the states at the smallest size, the part that are observed at each larger one. */
const LARGER_SIZE_SHARE = 1 / 4;
/** States at the smallest size beyond which there are not made more. */
const MAX_SAMPLES = 80_000;
/** Walks from states that a claim nearly excludes, for each of its literals and at each size, and their steps. */
const NEAR_WALKS = 16;
const NEAR_WALK_STEPS = 8;

/** Reachable states at several sizes. A claim that one of them contradicts is false; one that none contradicts may be true. */
export class Observed {
  readonly #system: AnySizeSystem;
  readonly #random = new Random(11);
  readonly #walks: readonly Walks[];
  #samples: number;
  #tables: BitTable[] = [];
  /** States that were found later, by size. */
  readonly #later = new Map<string, BitTable>();
  readonly #instances = new Map<FiniteSystem, readonly ActionInstance[]>();

  /** @param samples states at the smallest size */
  constructor(system: AnySizeSystem, samples: number) {
    this.#system = system;
    this.#walks = sizesToWalk(system).map((sizes) => new Walks(system, sizes, 5));
    this.#samples = samples;
    this.#observe();
  }

  get tables(): readonly BitTable[] {
    return this.#tables;
  }

  /** Observes twice as many states, up to a bound: claims that are false were not contradicted by those that there are. */
  double(): void {
    if (2 * this.#samples > MAX_SAMPLES) return;
    this.#samples *= 2;
    this.#observe();
  }

  #observe(): void {
    const tables = this.#walks.flatMap((walks, place) => {
      walks.extend(place === 0 ? this.#samples : this.#samples * LARGER_SIZE_SHARE);
      return walks.states.length === 0 ? [] : [new BitTable(walks.finite, [...walks.states])];
    });
    this.#tables = [...this.#later.values(), ...tables];
  }

  /** A size at which a closed condition is false in a state. */
  contradicting(condition: Expression): Sizes | undefined {
    return this.#tables.find((table) => table.condition(condition).some((word, at) => word !== table.all[at]))?.finite
      .sizes;
  }

  /** Notes a reachable state, and what is found in walks from it. */
  noteFrom(finite: FiniteSystem, state: State, count: number): void {
    const walks = new Walks(this.#system, finite.sizes, 7 + this.#tables.length, [state]);
    walks.extend(count);
    this.#note(finite, walks.states);
  }

  /**
   * Looks for a state that contradicts a claim, by short walks from states that contradict all of it but one literal. States on
   * the way are noted.
   */
  isContradictedNearby(elements: Elements, literals: readonly Literal[], cube: Cube): boolean {
    const condition = occurrence(cube);
    for (const literal of literals) {
      const rest = literals.filter((other) => other !== literal);
      for (const table of this.#tables) {
        const found = embeddingOf(elements, rest, [table]);
        if (found === undefined) continue;
        const starts = elementsOf(found.bits);
        const contradicts = table.finite.compile(condition);
        for (let walk = 0; walk < NEAR_WALKS; walk++) {
          const path: State[] = [];
          let state: State | undefined = table.states[starts[this.#random.next(starts.length)] as number];
          while (path.length < NEAR_WALK_STEPS && state !== undefined) {
            state = this.#step(table.finite, state);
            if (state === undefined) break;
            path.push(state);
            if (contradicts(state, []) !== true) continue;
            this.#note(table.finite, path);
            return true;
          }
        }
      }
    }
    return false;
  }

  #step(finite: FiniteSystem, state: State): State | undefined {
    let all = this.#instances.get(finite);
    if (all === undefined) {
      all = finite.instances();
      this.#instances.set(finite, all);
    }
    for (const _ of all) {
      const { action, parameters } = all[this.#random.next(all.length)] as (typeof all)[number];
      const next = finite.step(action, parameters, state);
      if (next?.some((value, place) => value !== state[place]) === true) return next;
    }
    return undefined;
  }

  #note(finite: FiniteSystem, states: readonly State[]): void {
    const key = JSON.stringify(finite.sizes);
    const known = this.#later.get(key);
    const table = new BitTable(known?.finite ?? finite, [...(known?.states ?? []), ...states]);
    this.#later.set(key, table);
    // The states found last often contradict the next claim, too.
    this.#tables = [table, ...this.#tables.filter((other) => other !== known)];
  }
}

/** Two of everything first, then three, with two of one sort or of none. */
function sizesToWalk({ sorts }: AnySizeSystem): Sizes[] {
  const all = (count: number, but?: string): Sizes =>
    Object.fromEntries(sorts.map(({ name }) => [name, name === but ? 2 : count]));
  return [all(2), ...(sorts.length > 1 ? sorts.map(({ name }) => all(3, name)) : []), all(3)];
}
