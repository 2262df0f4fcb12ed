import type { Packing } from "../../schema/packing.ts";
import { brIf, call, get, I32, i32, I64, i64, loop, set, type Code, type FunctionBuilder, type ModuleBuilder } from "../../wasm/assembler.ts"; // prettier-ignore
import { loadWord } from "../routine.ts";
import { LANES, PLANE_BYTES, planesOf, type LaneMap } from "./lane-map.ts";

/** Bytes of a step that waits: addresses of the state and of the successor. */
export const WAITING_BYTES = 8;

/**
 * Functions between states and planes. The parameters of each are the base of the planes, the address of the first of
 * up to `LANES` items, and that of the end; an item is a waiting step if nothing else is said.
 */
export class Transposition {
  readonly #module: ModuleBuilder;
  readonly #packing: Packing;
  readonly #map: LaneMap;
  readonly #transpose: FunctionBuilder;
  readonly #made = new Map<string, FunctionBuilder>();

  constructor(module: ModuleBuilder, packing: Packing, map: LaneMap) {
    this.#module = module;
    this.#packing = packing;
    this.#map = map;
    this.#transpose = transposing(module);
  }

  /** Turns 64 planes at an address around. */
  transpose(at: Code): Code {
    return call(this.#transpose.index, at);
  }

  /** Puts a word of states of the input into planes: the addresses are those of the first state and of the end. */
  gatherInput(word: number): FunctionBuilder {
    return this.#gather(`input ${word}`, word, this.#packing.bytes, (at) => get(at));
  }

  /** Transposes a word of the states of waiting steps into planes. The contents of unused lanes are irrelevant. */
  gather(word: number): FunctionBuilder {
    return this.#gather(`gather ${word}`, word, WAITING_BYTES, (at) => i32.load(get(at)));
  }

  /** Puts a word of the successors together from planes. */
  spread(word: number): FunctionBuilder {
    const planes = this.#map.output + planesOf(word);
    return this.#each(`spread ${word}`, WAITING_BYTES, (at, lane, base) => ({
      before: this.transpose(i32.add(get(base), i32.const(planes))),
      each: i64.store(i32.load(get(at), 4), i64.load(get(lane), planes), 8 * word),
    }));
  }

  /** Copies a word of the states to the successors. */
  copy(word: number): FunctionBuilder {
    return this.#each(`copy ${word}`, WAITING_BYTES, (at) => ({
      each: i64.store(i32.load(get(at), 4), loadWord(this.#packing, word, i32.load(get(at))), 8 * word),
    }));
  }

  #gather(name: string, word: number, bytes: number, stateAt: (at: number) => Code): FunctionBuilder {
    const planes = this.#map.input + planesOf(word);
    return this.#each(name, bytes, (at, lane, base) => ({
      each: i64.store(get(lane), loadWord(this.#packing, word, stateAt(at)), planes),
      after: this.transpose(i32.add(get(base), i32.const(planes))),
    }));
  }

  /** A function with a loop over items of some bytes. */
  #each(
    name: string,
    bytes: number,
    parts: (at: number, lane: number, base: number) => { before?: Code; each: Code; after?: Code },
  ): FunctionBuilder {
    let made = this.#made.get(name);
    if (made !== undefined) return made;
    made = this.#module.function(3);
    this.#made.set(name, made);
    const [base, at, end] = [0, 1, 2];
    const lane = made.local(I32);
    const { before = [], each, after = [] } = parts(at, lane, base);
    made.body = [
      before,
      set(lane, get(base)),
      loop(
        each,
        set(lane, i32.add(get(lane), i32.const(PLANE_BYTES))),
        set(at, i32.add(get(at), i32.const(bytes))),
        brIf(0, i32.lt(get(at), get(end))),
      ),
      after,
    ];
    return made;
  }
}

/** A function that turns 64 words of 64 bits at an address around: bit b of word w becomes bit w of word b. */
function transposing(module: ModuleBuilder): FunctionBuilder {
  const made = module.function(1);
  const base = 0;
  const [row, at, changed] = [made.local(I32), made.local(I32), made.local(I64)];
  const code: Code[] = [];
  // Blocks beside the diagonal change places: two of half of the size, then four of a quarter, and so on.
  for (let size = LANES / 2; size >= 1; size /= 2) {
    let mask = (1n << BigInt(size)) - 1n;
    for (let width = 2 * size; width < LANES; width *= 2) mask |= mask << BigInt(width);
    const beside = size * PLANE_BYTES;
    const shift = i64.const(size);
    code.push(
      set(row, i32.const(0)),
      loop(
        set(at, i32.add(get(base), i32.shl(get(row), i32.const(3)))),
        set(changed, i64.and(i64.xor(i64.shr(i64.load(get(at)), shift), i64.load(get(at), beside)), i64.const(mask))),
        i64.store(get(at), i64.xor(i64.load(get(at)), i64.shl(get(changed), shift))),
        i64.store(get(at), i64.xor(i64.load(get(at), beside), get(changed)), beside),
        // The rows of the other block are passed over.
        set(row, i32.and(i32.add(get(row), i32.const(size + 1)), i32.const(~size))),
        brIf(0, i32.lt(get(row), i32.const(LANES))),
      ),
    );
  }
  made.body = code;
  return made;
}
