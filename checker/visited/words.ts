import type { Packing } from "../schema/packing.ts";
import { get, i32, i64, set, type Code, type FunctionBuilder, I64 } from "../wasm/assembler.ts";

/** Code for states as 64-bit words in locals. */
export interface Words {
  /** One local for each word. */
  readonly locals: readonly number[];
  /** Loads a state that stands at an address in the bytes of the packing. */
  loadPacked(address: Code): Code;
  /** Stores exactly the bytes of the packing. */
  storePacked(address: Code): Code;
  /** Stores whole words: past the bytes of the packing, up to seven more are written. */
  storeWide(address: Code): Code;
  loadWide(address: Code): Code;
  /** The words joined by or: zero only for the state of zero bits. */
  any(): Code;
}

/** Takes locals of a function for a state. */
export function wordsOf(packing: Packing, made: FunctionBuilder): Words {
  const locals = Array.from({ length: packing.words }, () => made.local(I64));
  const last = packing.words - 1;
  const rest = packing.bytes - 8 * last;
  const loadLast = (address: Code): Code => {
    if (rest === 1) return i64.load8(address, 8 * last);
    if (rest === 2) return i64.load16(address, 8 * last);
    if (rest === 4) return i64.load32(address, 8 * last);
    const whole = i64.load(address, 8 * last);
    return rest === 8 ? whole : i64.and(whole, i64.const((1n << BigInt(8 * rest)) - 1n));
  };
  const storeLast = (address: Code, local: Code): Code => {
    const code: Code[] = [];
    let done = 0;
    for (const [size, store] of [
      [8, i64.store],
      [4, i64.store32],
      [2, i64.store16],
      [1, i64.store8],
    ] as const) {
      if (rest - done < size) continue;
      const value = done === 0 ? local : i64.shr(local, i64.const(BigInt(8 * done)));
      code.push(store(address, value, 8 * last + done));
      done += size;
    }
    return code;
  };
  return {
    locals,
    loadPacked: (address) =>
      locals.map((local, word) => set(local, word === last ? loadLast(address) : i64.load(address, 8 * word))),
    storePacked: (address) =>
      locals.map((local, word) =>
        word === last ? storeLast(address, get(local)) : i64.store(address, get(local), 8 * word),
      ),
    storeWide: (address) => locals.map((local, word) => i64.store(address, get(local), 8 * word)),
    loadWide: (address) => locals.map((local, word) => set(local, i64.load(address, 8 * word))),
    any: () => locals.map((local) => get(local)).reduce((all, word) => i64.or(all, word)),
  };
}

/** The address of an element of an array. */
export function element(base: Code, index: Code, size: number): Code {
  return i32.add(base, size === 1 ? index : i32.mul(index, i32.const(size)));
}
