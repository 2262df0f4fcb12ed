import { getField, setField, type Field } from "../../schema/packing.ts";
import { renamedState, Subgroup, type Element, type Symmetry } from "../../symmetry/index.ts";
import { askedSteps } from "../expansion/asked-steps.ts";
import type { Expansion } from "../expansion/expansion.ts";
import type { Fallback } from "../expansion/fallback.ts";

/** Initial states that are looked at one by one. */
const MAX_INITIAL_STATES = 8;
/** Numbers of orbits near an initial state after which the collected permutations are examined. */
const STAGES = [500, 4_000, 16_000, 64_000];
/** Steps of random walks after each stage, and of one walk. */
const WALKED_STEPS = 20_000;
const MAX_WALK = 4_000;
/** Images of states that are made for one initial state. */
const MAX_IMAGES = 2_000_000;

/**
 * Whether every renamed initial state is reachable from an initial state of the model, so that the orbits of reachable
 * states consist of reachable states. Undefined where that was not found out.
 *
 * For one initial state i, let H be the permutations h of the group for which h(i) is reachable from i. A run to h(i),
 * and then the same run renamed by h, lead to h(h(i)); so H is closed under products, and a group. Let r be reachable
 * from i, and let some renamed i be reachable from r, say k(i). If d(r) is reachable from i as well, then so are k(i) and
 * dk(i), which makes k and dk elements of H, and d, too. Such d are collected from a part of the state space that keeps
 * one reachable state of each orbit near i, and from random walks that come back to it.
 */
export function isClosed<S>(fallback: Fallback<S>, expansion: Expansion, symmetry: Symmetry<S>): boolean | undefined {
  const initial = fallback.initial();
  const own = new Set(initial.map((words) => words.join()));
  const images = new Images(fallback, symmetry);
  const generators = symmetry.group.generators();
  let result: boolean | undefined = true;
  for (const words of initial) {
    const open = generators.filter((generator) => !own.has(images.of(words, generator).join()));
    if (open.length === 0) continue;
    if (initial.length > MAX_INITIAL_STATES) return undefined;
    const returns = new Surroundings(fallback, expansion, images, symmetry, words).reach(open);
    if (returns === true) continue;
    // From another initial state there may be a way.
    result = initial.length > 1 ? undefined : returns;
    if (result === undefined) return undefined;
  }
  return result;
}

/** Whether permutations turn initial states into initial states: then breadth-first levels are those of the model. */
export function areInitialStatesRenamed<S>(fallback: Fallback<S>, symmetry: Symmetry<S>): boolean {
  const initial = fallback.initial();
  const own = new Set(initial.map((words) => words.join()));
  const images = new Images(fallback, symmetry);
  return symmetry.group
    .generators()
    .every((generator) => initial.every((words) => own.has(images.of(words, generator).join())));
}

/** States renamed, one by one. */
class Images<S> {
  made = 0;
  readonly #fields: readonly Field[];
  readonly #symmetry: Symmetry<S>;
  readonly #size: number;

  constructor({ program }: Fallback<S>, symmetry: Symmetry<S>) {
    this.#fields = program.packing.fields;
    this.#size = 2 * program.packing.words;
    this.#symmetry = symmetry;
  }

  of(words: Uint32Array, element: Element): Uint32Array {
    this.made++;
    const { renamings } = this.#symmetry;
    let cells: ArrayLike<number> = this.#fields.map((field) => getField(words, 0, field));
    for (const [block, permutation] of element.entries()) {
      if (permutation === 0) continue;
      cells = renamedState(this.#symmetry.renamingOfBlock(block, permutation), renamings.places, cells);
    }
    const result = new Uint32Array(this.#size);
    for (const [cell, field] of this.#fields.entries()) setField(result, 0, field, cells[cell] as number);
    return result;
  }

  /** The permutations that make one state of another. */
  *between(from: Uint32Array, to: Uint32Array): Generator<Element> {
    for (const element of this.#symmetry.group.elements()) {
      if (this.of(from, element).every((word, at) => word === to[at])) yield element;
    }
  }
}

/** A reachable state of an orbit that another state was kept of. */
interface Other {
  readonly number: number;
  readonly state: Uint32Array;
}

/** A part of the state space around an initial state. */
class Surroundings<S> {
  readonly #fallback: Fallback<S>;
  readonly #expansion: Expansion;
  readonly #images: Images<S>;
  readonly #symmetry: Symmetry<S>;
  readonly #found: Subgroup;
  /** By orbit: its number; and by number a reachable state of it. */
  readonly #numbers = new Map<string, number>();
  readonly #states: Uint32Array[] = [];
  /** By number: the orbits from which a step leads to it. */
  readonly #before: number[][] = [];
  /** Reachable states of orbits that were known by another state. */
  #others: Other[] = [];
  #expanded = 0;
  #returning = new Uint8Array(0);
  /** Orbits that have had their stabilisers added. */
  readonly #stable = new Set<number>();
  #random = 1;

  constructor(
    fallback: Fallback<S>,
    expansion: Expansion,
    images: Images<S>,
    symmetry: Symmetry<S>,
    initial: Uint32Array,
  ) {
    this.#fallback = fallback;
    this.#expansion = expansion;
    this.#images = images;
    this.#symmetry = symmetry;
    this.#found = new Subgroup(symmetry.group);
    images.made = 0;
    this.#numberOf(initial);
  }

  /** Whether the initial state is renamed by each of some permutations in a reachable state. */
  reach(wanted: readonly Element[]): boolean | undefined {
    for (const stage of STAGES) {
      while (this.#expanded < Math.min(stage, this.#states.length)) this.#expand();
      this.#markReturning();
      this.#collect();
      if (wanted.every((element) => this.#found.has(element))) return true;
      if (this.#expanded === this.#states.length) return this.#isExhausted ? undefined : false;
      this.#walk(wanted);
      if (wanted.every((element) => this.#found.has(element))) return true;
      if (this.#isExhausted) return undefined;
    }
    return undefined;
  }

  get #isExhausted(): boolean {
    return this.#images.made > MAX_IMAGES;
  }

  #expand(): void {
    const from = this.#expanded++;
    for (const state of this.#successors(this.#states[from] as Uint32Array)) {
      const known = this.#states.length;
      const number = this.#numberOf(state);
      this.#before[number]!.push(from);
      if (number < known && !isSame(this.#states[number] as Uint32Array, state)) this.#others.push({ number, state });
    }
  }

  /** Marks the orbits from which a step sequence leads back to that of the initial state. */
  #markReturning(): void {
    this.#returning = new Uint8Array(this.#states.length);
    const open = [0];
    this.#returning[0] = 1;
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      for (const before of this.#before[number]!) {
        if (this.#returning[before] === 1) continue;
        this.#returning[before] = 1;
        open.push(before);
      }
    }
  }

  #collect(): void {
    const left: Other[] = [];
    for (const other of this.#others) {
      if (this.#returning[other.number] === 1) this.#add(other.number, other.state);
      else left.push(other);
    }
    this.#others = left;
    const { order } = this.#symmetry.group;
    for (const [number, state] of this.#states.entries()) {
      if (this.#returning[number] !== 1 || this.#stable.has(number) || this.#found.isWhole || this.#isExhausted)
        continue;
      this.#stable.add(number);
      if (this.#expansion.weightOfWords(state) === order) continue;
      for (const element of this.#images.between(state, state)) this.#found.add(element);
    }
  }

  /** A reachable state of an orbit that returns. */
  #add(number: number, state: Uint32Array): void {
    if (this.#found.isWhole || this.#isExhausted) return;
    for (const element of this.#images.between(this.#states[number] as Uint32Array, state)) {
      this.#found.add(element);
      // The others differ by a permutation that leaves the state as it is, and are added with these.
      return;
    }
  }

  /** Random walks through reachable states, each from the initial state. */
  #walk(wanted: readonly Element[]): void {
    let state = this.#states[0] as Uint32Array;
    let length = 0;
    for (let step = 0; step < WALKED_STEPS && !this.#isExhausted; step++) {
      const successors = this.#successors(state);
      const next = successors[this.#draw(successors.length)];
      if (next === undefined || ++length > MAX_WALK) {
        state = this.#states[0] as Uint32Array;
        length = 0;
        continue;
      }
      state = next;
      const number = this.#numbers.get(this.#keyOf(state));
      if (number === undefined || this.#returning[number] !== 1) continue;
      if (isSame(this.#states[number] as Uint32Array, state)) continue;
      this.#add(number, state);
      if (wanted.every((element) => this.#found.has(element))) return;
    }
  }

  #draw(count: number): number {
    // Xorshift, Marsaglia 2003.
    this.#random ^= this.#random << 13;
    this.#random ^= this.#random >>> 17;
    this.#random ^= this.#random << 5;
    return (this.#random >>> 0) % Math.max(1, count);
  }

  #numberOf(state: Uint32Array): number {
    const key = this.#keyOf(state);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      this.#numbers.set(key, (number = this.#states.length));
      this.#states.push(state);
      this.#before.push([]);
    }
    return number;
  }

  #keyOf(state: Uint32Array): string {
    const canonical = state.slice();
    this.#expansion.canonicaliseWords(canonical);
    return canonical.join();
  }

  /** The states after the steps of a state, as they are. */
  #successors(state: Uint32Array): Uint32Array[] {
    const expansion = this.#expansion;
    const { program } = this.#fallback;
    expansion.bytes.set(new Uint8Array(state.buffer, state.byteOffset, program.packing.bytes), expansion.input);
    expansion.expand(0, 1);
    const size = 2 * program.packing.words;
    const result: Uint32Array[] = [];
    const [from, end] = expansion.output;
    for (let at = from; at < end; at += expansion.stride) {
      result.push(expansion.words.slice(at / 4, at / 4 + size));
    }
    const asked = askedSteps(this.#fallback, expansion, () => state);
    return [...result, ...(asked.get(0) ?? []).map(({ words }) => words)];
  }
}

function isSame(one: Uint32Array, other: Uint32Array): boolean {
  return one.every((word, at) => word === other[at]);
}
