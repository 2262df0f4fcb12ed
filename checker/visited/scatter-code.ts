import type { Packing } from "../schema/packing.ts";
import { permutationOf } from "./permutation.ts";
import { binStates, type Geometry } from "./regions.ts";
import { get, I32, i32, i64, loop, ModuleBuilder, set, when, brIf } from "../wasm/assembler.ts";
import { element, wordsOf } from "./words.ts";

/** States scattered at once. */
export const WINDOW_STATES = 2048;

export interface ScatterMap {
  /** 32 bits: how many states of the window the last `scatter` has dealt with. */
  readonly done: number;
  /** 32 bits: there are 2 to the power of this many bins. */
  readonly bits: number;
  /** Number of states in each bin: 32 bits each. */
  readonly counts: number;
  /** `WINDOW_STATES` states in whole words. */
  readonly input: number;
  /** Bins of `binStates` permuted states in whole words. */
  readonly bins: number;
}

export interface ScatterExports {
  /**
   * Permutes states `from` to `end - 1` of the window and puts them into bins, each for some neighbouring regions, until
   * one is full.
   *
   * @param shift the bin is the region's number shifted right by this
   * @returns the number of the full bin, or -1
   */
  scatter(from: number, end: number, shift: number): number;
}

export function scatterMap(packing: Packing, { regionBits }: Geometry): ScatterMap {
  const counts = 64;
  const input = counts + 4 * 2 ** regionBits;
  return { done: 0, bits: 4, counts, input, bins: input + WINDOW_STATES * packing.words * 8 };
}

/** End of 2 to the power of `bits` bins. */
export function binsEnd(packing: Packing, geometry: Geometry, bits: number): number {
  return scatterMap(packing, geometry).bins + 2 ** bits * binStates(packing) * packing.words * 8;
}

/** States wait in bins until there are enough to make loading their part of the visited set worthwhile. */
export function scatterModule(packing: Packing, geometry: Geometry): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(geometry.stages > 1);
  const map = scatterMap(packing, geometry);
  const capacity = binStates(packing);
  const wide = packing.words * 8;
  const within = geometry.bits - geometry.regionBits;
  const made = module.function(3, [I32]);
  const [from, end, shift] = [0, 1, 2];
  const words = wordsOf(packing, made);
  const permutation = permutationOf(packing, made);
  const [bin, count] = [made.local(I32), made.local(I32)];
  made.body = [
    loop(
      words.loadWide(element(i32.const(map.input), get(from), wide)),
      permutation.apply(words),
      set(bin, i32.shr(i32.wrap(i64.shr(get(words.locals[0] as number), i64.const(BigInt(within)))), get(shift))),
      set(count, i32.load(element(i32.const(map.counts), get(bin), 4))),
      words.storeWide(element(i32.const(map.bins), i32.add(i32.mul(get(bin), i32.const(capacity)), get(count)), wide)),
      set(count, i32.add(get(count), i32.const(1))),
      i32.store(element(i32.const(map.counts), get(bin), 4), get(count)),
      set(from, i32.add(get(from), i32.const(1))),
      when(i32.eq(get(count), i32.const(capacity)), i32.store(i32.const(map.done), get(from)), get(bin), [0x0f]),
      brIf(0, i32.lt(get(from), get(end))),
    ),
    i32.store(i32.const(map.done), get(from)),
    i32.const(-1),
  ];
  module.export("scatter", made);
  return module.bytes();
}
