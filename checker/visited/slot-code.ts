import type { Packing } from "../schema/packing.ts";
import { Header, LANES } from "./regions.ts";
import { get, i32, i64, set, when, type Code, type FunctionBuilder, I32 } from "../wasm/assembler.ts";
import { wordsOf, type Words } from "./words.ts";

/**
 * Code for the slots of a region. States are permuted. A key is what their first word leaves to be stored, with the
 * number of the try, 1 to 15, in its lowest four bits; its low half is the tag.
 */
export interface Slots {
  /** From a state: the first bucket, in the upper half of `product`, and the key of the first try. */
  place(words: Words, head: number, product: number, key: number): Code;
  /** Turns a key and the number of its bucket back into the first word, without the region. Changes key and position. */
  unplace(words: Words, head: number, position: number, key: number): Code;
  /** The next bucket and its key. */
  advance(position: number, key: number, head: number): Code;
  /** Puts the address of the slot of a lane, past the tag, into `at`. */
  at(at: number, bucket: number, lane: number, head: number): Code;
  /** Zero only if the slot at `at` holds the state, as far as the tag does not decide that. */
  difference(words: Words, at: number, head: number, key: number): Code;
  store(words: Words, at: number, head: number, key: number): Code;
  /** Loads all but the first word, and into `key`, which holds the tag, the rest of the key. */
  load(words: Words, at: number, head: number, key: number): Code;
}

/**
 * @param within bits of a state's place within its region
 * @param made the function that the code is for
 */
export function slotsOf(packing: Packing, within: number, made: FunctionBuilder): Slots {
  const low = BigInt(within - 32);
  const lowMask = (1n << low) - 1n;
  const others = packing.bytes - Math.min(8, packing.bytes);
  const more = packing.words > 1 ? wordsOf({ fields: [], words: packing.words - 1, bytes: others }, made) : undefined;
  const step = made.local(I32);
  const field = (head: number, place: number): Code => i64.extend(i32.load(get(head), place));
  const restAt = (at: number, head: number): Code =>
    i64.and(i64.load(get(at), others), i64.load(get(head), Header.mask));
  const upper = (key: number): Code => i64.shr(get(key), i64.const(32n));
  /** A bucket other than the current one, computed from what is stored, so that the way back can be found. */
  const setStep = (key: number, head: number): Code => {
    const mixed = i32.mul(i32.wrap(i64.shr(get(key), i64.const(4n))), i32.const(0x9e3779b1));
    const scaled = i64.mul(i64.extend(mixed), i64.sub(field(head, Header.buckets), i64.const(1n)));
    return set(step, i32.add(i32.wrap(i64.shr(scaled, i64.const(32n))), i32.const(1)));
  };
  return {
    place(words, head, product, key) {
      const [first] = words.locals as [number];
      const upperBits = i64.and(i64.shr(get(first), i64.const(low)), i64.const(0xffffffffn));
      // States of one bucket differ by at least the number of buckets in the lower half of the product.
      const part = i64.shr(i64.and(get(product), i64.const(0xffffffffn)), field(head, Header.log));
      const whole = i64.or(i64.shl(part, i64.const(low)), i64.and(get(first), i64.const(lowMask)));
      return [
        set(product, i64.mul(upperBits, field(head, Header.buckets))),
        set(key, i64.or(i64.shl(whole, i64.const(4n)), i64.const(1n))),
      ];
    },
    unplace(words, head, position, key) {
      const [first] = words.locals as [number];
      const tries = made.local(I32);
      const part = i64.shr(get(key), i64.const(low + 4n));
      const least = i64.or(i64.shl(i64.extend(get(position)), i64.const(32n)), i64.shl(part, field(head, Header.log)));
      const buckets = (): Code => field(head, Header.buckets);
      return [
        set(tries, i32.and(i32.wrap(get(key)), i32.const(15))),
        when(
          i32.gt(get(tries), i32.const(1)),
          setStep(key, head),
          set(
            position,
            i32.wrap(
              i64.remainder(
                i64.sub(
                  i64.add(i64.extend(get(position)), i64.mul(buckets(), i64.const(16n))),
                  i64.mul(i64.extend(get(step)), i64.extend(i32.sub(get(tries), i32.const(1)))),
                ),
                buckets(),
              ),
            ),
          ),
        ),
        set(first, i64.divide(i64.sub(i64.add(least, buckets()), i64.const(1n)), buckets())),
        set(
          first,
          i64.or(i64.shl(get(first), i64.const(low)), i64.and(i64.shr(get(key), i64.const(4n)), i64.const(lowMask))),
        ),
      ];
    },
    advance: (position, key, head) => [
      setStep(key, head),
      set(position, i32.add(get(position), get(step))),
      when(
        i32.ge(get(position), i32.load(get(head), Header.buckets)),
        set(position, i32.sub(get(position), i32.load(get(head), Header.buckets))),
      ),
      set(key, i64.add(get(key), i64.const(1n))),
    ],
    at: (at, bucket, lane, head) =>
      set(
        at,
        i32.add(i32.add(get(bucket), i32.const(4 * LANES)), i32.mul(get(lane), i32.load(get(head), Header.slotBytes))),
      ),
    difference: (words, at, head, key) => [
      more === undefined ? [] : more.loadPacked(get(at)),
      (more?.locals ?? []).reduce<Code>(
        (all, local, index) => i64.or(all, i64.xor(get(local), get(words.locals[index + 1] as number))),
        i64.xor(restAt(at, head), upper(key)),
      ),
    ],
    store: (words, at, head, key) => [
      (more?.locals ?? []).map((local, index) => set(local, get(words.locals[index + 1] as number))),
      more === undefined ? [] : more.storePacked(get(at)),
      i64.store(
        get(at),
        i64.or(
          i64.and(i64.load(get(at), others), i64.xor(i64.load(get(head), Header.mask), i64.const(-1n))),
          upper(key),
        ),
        others,
      ),
    ],
    load: (words, at, head, key) => [
      more === undefined ? [] : more.loadPacked(get(at)),
      (more?.locals ?? []).map((local, index) => set(words.locals[index + 1] as number, get(local))),
      set(key, i64.or(get(key), i64.shl(restAt(at, head), i64.const(32n)))),
    ],
  };
}
