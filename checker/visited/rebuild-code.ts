import type { Packing } from "../schema/packing.ts";
import { permutationOf } from "./permutation.ts";
import { Header, LANES, MAX_TRIES, tableMap, type Geometry } from "./regions.ts";
import { slotsOf, type Slots } from "./slot-code.ts";
import {
  block,
  br,
  brIf,
  get,
  I32,
  i32,
  i32x4,
  I64,
  i64,
  loop,
  set,
  when,
  type Code,
  type FunctionBuilder,
  type ModuleBuilder,
} from "../wasm/assembler.ts";
import { element, wordsOf, type Words } from "./words.ts";

/** Adds the functions that go through all states of a region: `rebuild` and `list`. */
export function addRebuild(module: ModuleBuilder, packing: Packing, geometry: Geometry): void {
  {
    const made = module.function(2, [I32]);
    const [from, end] = [0, 1];
    const sum = made.local(I32);
    made.body = [
      block(
        loop(
          brIf(1, i32.ge(get(from), get(end))),
          set(sum, i32.add(get(sum), i32.load(get(from)))),
          set(from, i32.add(get(from), i32.const(64))),
          br(0),
        ),
      ),
      get(sum),
    ];
    module.export("touch", made);
  }
  const { stage } = tableMap(packing, geometry);
  const within = geometry.bits - geometry.regionBits;
  {
    const made = module.function(3, [I32]);
    const [base, old, head] = [0, 1, 2];
    const [oldHead, number, end] = [made.local(I32), made.local(I32), made.local(I32)];
    const words = wordsOf(packing, made);
    const slots = slotsOf(packing, within, made);
    const [bucket, at, found, lane, tries, position] = Array.from({ length: 6 }, () => made.local(I32)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const [product, key] = [made.local(I64), made.local(I64)];
    const empty = (offset: number): Code => i32x4.bitmask(i32x4.eq(i32x4.load(get(bucket), offset), i32x4.zero));
    made.body = [
      set(oldHead, i32.add(get(base), i32.const(stage.header))),
      set(end, i32.load(get(oldHead), Header.buckets)),
      eachState(made, slots, words, { base: old, head: oldHead, number, end }, () => [
        slots.place(words, head, product, key),
        set(position, i32.wrap(i64.shr(get(product), i64.const(32n)))),
        set(tries, i32.const(1)),
        block(
          loop(
            set(
              bucket,
              i32.add(
                i32.load(get(head), Header.base),
                i32.mul(get(position), i32.load(get(head), Header.bucketBytes)),
              ),
            ),
            set(found, i32.or(empty(0), i32.shl(empty(16), i32.const(4)))),
            brIf(1, get(found)),
            when(i32.eq(get(tries), i32.const(MAX_TRIES)), i32.const(0), [0x0f]),
            slots.advance(position, key, head),
            set(tries, i32.add(get(tries), i32.const(1))),
            br(0),
          ),
        ),
        set(lane, i32.ctz(get(found))),
        i32.store(element(get(bucket), get(lane), 4), i32.wrap(get(key))),
        slots.at(at, bucket, lane, head),
        slots.store(words, at, head, key),
      ]),
      i32.const(1),
    ];
    module.export("rebuild", made);
  }
  {
    const made = module.function(5, [I32]);
    const [head, region, number, end, to] = [0, 1, 2, 3, 4];
    const base = made.local(I32);
    const words = wordsOf(packing, made);
    const permutation = permutationOf(packing, made);
    const [first] = words.locals as [number];
    made.body = [
      set(base, i32.load(get(head), Header.base)),
      eachState(made, slotsOf(packing, within, made), words, { base, head, number, end }, () => [
        set(first, i64.or(get(first), i64.shl(i64.extend(get(region)), i64.const(BigInt(within))))),
        permutation.undo(words),
        words.storeWide(get(to)),
        set(to, i32.add(get(to), i32.const(8 * packing.words))),
      ]),
      get(to),
    ];
    module.export("list", made);
  }
}

interface Buckets {
  readonly base: number;
  /** Says how states stand in the buckets. */
  readonly head: number;
  readonly number: number;
  readonly end: number;
}

/** Code for each state of buckets `number` to `end - 1`, permuted and without the region's bits. */
function eachState(
  made: FunctionBuilder,
  slots: Slots,
  words: Words,
  { base, head, number, end }: Buckets,
  visit: () => Code,
): Code {
  const [lane, tag, bucket, at, position] = Array.from({ length: 5 }, () => made.local(I32)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const key = made.local(I64);
  return block(
    loop(
      brIf(1, i32.ge(get(number), get(end))),
      set(bucket, i32.add(get(base), i32.mul(get(number), i32.load(get(head), Header.bucketBytes)))),
      set(lane, i32.const(0)),
      block(
        loop(
          // Slots are taken in order.
          set(tag, i32.load(element(get(bucket), get(lane), 4))),
          brIf(1, i32.eqz(get(tag))),
          slots.at(at, bucket, lane, head),
          set(key, i64.extend(get(tag))),
          slots.load(words, at, head, key),
          set(position, get(number)),
          slots.unplace(words, head, position, key),
          visit(),
          set(lane, i32.add(get(lane), i32.const(1))),
          brIf(0, i32.lt(get(lane), i32.const(LANES))),
        ),
      ),
      set(number, i32.add(get(number), i32.const(1))),
      br(0),
    ),
  );
}
