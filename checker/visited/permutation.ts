import type { Packing } from "../schema/packing.ts";
import { get, I64, i64, set, type Code, type FunctionBuilder } from "../wasm/assembler.ts";
import type { Words } from "./words.ts";

/** Fewer bits than this are not permuted: a region takes ten of them, and its buckets 32. */
const MIN_BITS = 42;
const FIRST_MULTIPLIER = 0x9e3779b97f4a7c15n;
const SECOND_MULTIPLIER = 0xd6e8feb86659fd93n;
const FOLD = 0xa0761d6478bd642fn;

/** Bits of the first word of a state that the permutation mixes. */
export function permutedBits({ fields }: Packing): number {
  const used = fields.map(({ word, shift, width }) => (word === 0 ? shift + width : 0));
  return used.reduce((most, bits) => Math.max(most, bits), MIN_BITS);
}

/**
 * Code for a permutation of states that hashes them: it replaces the first word by a number, below 2 to the power of
 * `permutedBits`, of which the upper bits depend on all bits of the state. As it can be undone, the bits implied by the
 * place of a state need not be stored.
 */
export interface Permutation {
  /** Permutes the state in the locals. */
  apply(words: Words): Code;
  undo(words: Words): Code;
}

/** @param made the function that the code is for */
export function permutationOf(packing: Packing, made: FunctionBuilder): Permutation {
  const bits = permutedBits(packing);
  const mask = (1n << BigInt(bits)) - 1n;
  const within = (code: Code): Code => (bits === 64 ? code : i64.and(code, i64.const(mask)));
  // A shift by half of the bits or more undoes itself.
  const half = i64.const(BigInt(Math.ceil(bits / 2)));
  const times = (local: number, factor: bigint): Code => set(local, within(i64.mul(get(local), i64.const(factor))));
  const fold = (local: number): Code => set(local, i64.xor(get(local), i64.shr(get(local), half)));
  const mixed = packing.words > 1 ? made.local(I64) : -1;
  /** Contribution of the other words to the first. */
  const others = ({ locals }: Words): Code => {
    let sum: Code = get(locals[1] as number);
    for (const local of locals.slice(2)) sum = i64.add(i64.mul(sum, i64.const(FOLD)), get(local));
    return [
      set(mixed, i64.mul(sum, i64.const(FOLD))),
      set(mixed, i64.mul(i64.xor(get(mixed), i64.shr(get(mixed), i64.const(32n))), i64.const(SECOND_MULTIPLIER))),
      i64.xor(get(mixed), i64.shr(get(mixed), i64.const(32n))),
    ];
  };
  return {
    apply: (words) => {
      const [first] = words.locals as [number];
      return [
        packing.words > 1 ? set(first, within(i64.add(get(first), others(words)))) : [],
        times(first, FIRST_MULTIPLIER),
        fold(first),
        times(first, SECOND_MULTIPLIER),
      ];
    },
    undo: (words) => {
      const [first] = words.locals as [number];
      return [
        times(first, inverse(SECOND_MULTIPLIER)),
        fold(first),
        times(first, inverse(FIRST_MULTIPLIER)),
        packing.words > 1 ? set(first, within(i64.sub(get(first), others(words)))) : [],
      ];
    },
  };
}

/** Inverse of an odd number, modulo 2 to the power of 64. */
function inverse(odd: bigint): bigint {
  let found = odd;
  // Each round doubles the number of right bits, beginning with three.
  for (let bits = 3; bits < 64; bits *= 2) found = BigInt.asUintN(64, found * (2n - odd * found));
  return found;
}
