import type { Packing } from "./packing.ts";
import { block, br, brIf, get, I32, i32, i64, I64, loop, ModuleBuilder, set, when, type Code } from "./wasm.ts";
import { element, finishHash, hashOf, wordsOf, type Words } from "./words.ts";

/** States in the input window, and in each bin. */
export const WINDOW = 8192;
export const BIN = 4096;
/** The most bins. */
export const MOST_BINS = 1024;
/** Slots behind the last home, where a run of taken slots may end. The last of them stays empty. */
export const TAIL = 2048;
/** The longest run of taken slots; at the loads in use, hashing makes runs of a few hundred at most. */
const SPILL = 8192;
/** So many table lines are asked for before the first of them is used: memory then fetches them together. */
const AHEAD = 64;

/** The most workers: each has a part of the states. */
export const MOST_WORKERS = 16;

/** Where things stand in the memory of a table. */
export interface TableMap {
  /** 32 bits: how many states of the window the last `insert` has dealt with. */
  readonly done: number;
  /** 32 bits: 1 when the state of zero bits is a member, as it cannot be told from an empty slot. */
  readonly zero: number;
  /** `WINDOW` states in whole words. */
  readonly input: number;
  /** How many states each bin holds: 32 bits each. */
  readonly counts: number;
  /** `BIN` states in whole words, for each bin. */
  readonly bins: number;
  /** The new states of the last `insert`, in the bytes of the packing; or, for `contains`, a byte for each state. */
  readonly fresh: number;
  /** How many states `route` found for each worker: 32 bits each. */
  readonly routed: number;
  /** `WINDOW` states in whole words, for each worker. */
  readonly routes: number;
  /** Where a run of taken slots is put while the table grows. */
  readonly spill: number;
  readonly slots: number;
}

/** What the code of a table exports. Addresses past 2 GiB are negative numbers here. */
export interface TableExports {
  /**
   * Puts states `from` to `end - 1` of the window into bins, by their homes, until one is full.
   *
   * @returns the number of the full bin, or -1
   */
  scatter(from: number, end: number, bins: number): number;
  /**
   * Inserts states `from` to `end - 1` of those at an address, stopping early where `room` new ones were inserted and one
   * more is needed, or the tail is full.
   *
   * @returns how many were new
   */
  insert(at: number, from: number, end: number, slots: number, room: number): number;
  /** Sorts the first states of the window by the worker that they belong to. */
  route(end: number, workers: number): void;
  /** Looks up the first states of the window. */
  contains(end: number, slots: number): void;
  /** Spreads the states over more slots, in place. The memory must have room for them. */
  grow(slots: number, more: number): void;
}

export function tableMap(packing: Packing): TableMap {
  const input = 1024;
  const fresh = input + WINDOW * packing.words * 8;
  const spill = fresh + WINDOW * packing.bytes + 64;
  const counts = spill + SPILL * packing.words * 8;
  const bins = counts + MOST_BINS * 4;
  const routes = bins + MOST_BINS * BIN * packing.words * 8;
  const slots = Math.ceil((routes + MOST_WORKERS * WINDOW * packing.words * 8) / 64) * 64;
  return { done: 0, zero: 4, routed: 512, input, fresh, spill, counts, bins, routes, slots };
}

/**
 * The visited set: open addressing with linear probing over full packed states in one memory. A state's home is its
 * hash scaled to the number of slots, so that homes keep their order when the table grows; then it can grow in place,
 * by any factor, in one sweep from its end, and memory never peaks.
 */
export function tableModule(packing: Packing): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const map = tableMap(packing);
  const { bytes } = packing;
  const wide = packing.words * 8;

  const homeOf = (words: Words, hash: number, slots: number): Code => [
    element(
      i32.const(map.slots),
      i32.wrap(i64.shr(i64.mul(finishHash(hashOf(words), hash), i64.extend(get(slots))), i64.const(32n))),
      bytes,
    ),
  ];
  const differs = (a: Words, b: Words): Code =>
    a.locals
      .map((local, word) => i64.xor(get(local), get(b.locals[word] as number)))
      .reduce((all, word) => i64.or(all, word));

  /** Walks from slot `p` until the state or an empty slot is found; then `p` is there, and `slot` holds what is in it. */
  const probe = (words: Words, slot: Words, p: number): Code => [
    block(
      loop(
        slot.loadPacked(get(p)),
        brIf(1, i64.eqz(differs(words, slot))),
        brIf(1, i64.eqz(slot.any())),
        set(p, i32.add(get(p), i32.const(bytes))),
        br(0),
      ),
    ),
  ];

  {
    const made = module.function(3, [I32]);
    const [from, end, bins] = [0, 1, 2];
    const words = wordsOf(packing, made);
    const hash = made.local(I64);
    const [bin, count] = [made.local(I32), made.local(I32)];
    made.body = [
      loop(
        words.loadWide(element(i32.const(map.input), get(from), wide)),
        set(bin, i32.wrap(i64.shr(i64.mul(finishHash(hashOf(words), hash), i64.extend(get(bins))), i64.const(32n)))),
        set(count, i32.load(element(i32.const(map.counts), get(bin), 4))),
        words.storeWide(element(i32.const(map.bins), i32.add(i32.mul(get(bin), i32.const(BIN)), get(count)), wide)),
        set(count, i32.add(get(count), i32.const(1))),
        i32.store(element(i32.const(map.counts), get(bin), 4), get(count)),
        set(from, i32.add(get(from), i32.const(1))),
        when(i32.eq(get(count), i32.const(BIN)), i32.store(i32.const(map.done), get(from)), get(bin), [0x0f]),
        brIf(0, i32.lt(get(from), get(end))),
      ),
      i32.store(i32.const(map.done), get(from)),
      i32.const(-1),
    ];
    module.export("scatter", made);
  }

  {
    const made = module.function(2);
    const [end, workers] = [0, 1];
    const words = wordsOf(packing, made);
    const hash = made.local(I64);
    const [index, owner, count] = [made.local(I32), made.local(I32), made.local(I32)];
    const counter = (): Code => element(i32.const(map.routed), get(owner), 4);
    made.body = [
      Array.from({ length: MOST_WORKERS }, (_, worker) => i32.store(i32.const(map.routed + 4 * worker), i32.const(0))),
      block(
        loop(
          brIf(1, i32.ge(get(index), get(end))),
          words.loadWide(element(i32.const(map.input), get(index), wide)),
          // The upper half of the hash says where in the table; the lower half says whose table.
          set(owner, i32.wrap(finishHash(hashOf(words), hash))),
          set(
            owner,
            i32.wrap(i64.shr(i64.mul(i64.extend(i32.wrap(get(hash))), i64.extend(get(workers))), i64.const(32n))),
          ),
          set(count, i32.load(counter())),
          words.storeWide(
            element(i32.const(map.routes), i32.add(i32.mul(get(owner), i32.const(WINDOW)), get(count)), wide),
          ),
          i32.store(counter(), i32.add(get(count), i32.const(1))),
          set(index, i32.add(get(index), i32.const(1))),
          br(0),
        ),
      ),
    ];
    module.export("route", made);
  }

  {
    const made = module.function(5, [I32]);
    const [base, from, end, slots, room] = [0, 1, 2, 3, 4];
    const words = wordsOf(packing, made);
    const slot = wordsOf(packing, made);
    const [next, index, p, fresh, last] = Array.from({ length: 5 }, () => made.local(I32)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const [hash, sink] = [made.local(I64), made.local(I64)];
    const at = (i: number): Code => element(get(base), get(i), wide);
    const home = (i: number): Code => element(i32.const(64), i32.sub(get(i), get(from)), 4);
    const stop: Code = [i32.store(i32.const(map.done), get(index)), get(fresh), 0x0f];
    const keep: Code = [
      words.storeWide(element(i32.const(map.fresh), get(fresh), bytes)),
      set(fresh, i32.add(get(fresh), i32.const(1))),
    ];
    made.body = [
      set(last, element(i32.const(map.slots), i32.add(get(slots), i32.const(TAIL - 1)), bytes)),
      block(
        loop(
          brIf(1, i32.ge(get(from), get(end))),
          set(next, i32.add(get(from), i32.const(AHEAD))),
          when(i32.gt(get(next), get(end)), set(next, get(end))),
          // Homes of a group, touched together: their cache misses overlap.
          set(index, get(from)),
          loop(
            words.loadWide(at(index)),
            set(p, homeOf(words, hash, slots)),
            i32.store(home(index), get(p)),
            set(sink, i64.xor(get(sink), i64.load(get(p)))),
            set(index, i32.add(get(index), i32.const(1))),
            brIf(0, i32.lt(get(index), get(next))),
          ),
          set(index, get(from)),
          loop(
            block(
              words.loadWide(at(index)),
              when(
                i64.eqz(words.any()),
                brIf(1, i32.load(i32.const(map.zero))),
                when(i32.eq(get(fresh), get(room)), stop),
                i32.store(i32.const(map.zero), i32.const(1)),
                keep,
                br(1),
              ),
              set(p, i32.load(home(index))),
              probe(words, slot, p),
              brIf(0, i32.eqz(i64.eqz(slot.any()))),
              when(i32.or(i32.eq(get(fresh), get(room)), i32.ge(get(p), get(last))), stop),
              words.storePacked(get(p)),
              keep,
            ),
            set(index, i32.add(get(index), i32.const(1))),
            brIf(0, i32.lt(get(index), get(next))),
          ),
          set(from, get(next)),
          br(0),
        ),
      ),
      // Keeps the touching loads from being dropped as unused.
      i64.store(i32.const(8), get(sink)),
      i32.store(i32.const(map.done), get(end)),
      get(fresh),
    ];
    module.export("insert", made);
  }

  {
    const made = module.function(2);
    const [end, slots] = [0, 1];
    const words = wordsOf(packing, made);
    const slot = wordsOf(packing, made);
    const [index, p] = [made.local(I32), made.local(I32)];
    const hash = made.local(I64);
    const result = (value: Code): Code => i32.store8(i32.add(i32.const(map.fresh), get(index)), value);
    made.body = [
      block(
        loop(
          brIf(1, i32.ge(get(index), get(end))),
          words.loadWide(element(i32.const(map.input), get(index), wide)),
          block(
            when(i64.eqz(words.any()), result(i32.load(i32.const(map.zero))), br(1)),
            set(p, homeOf(words, hash, slots)),
            probe(words, slot, p),
            result(i32.eqz(i64.eqz(slot.any()))),
          ),
          set(index, i32.add(get(index), i32.const(1))),
          br(0),
        ),
      ),
    ];
    module.export("contains", made);
  }

  {
    const made = module.function(2);
    const [slots, more] = [0, 1];
    const words = wordsOf(packing, made);
    const slot = wordsOf(packing, made);
    const [scan, count, p] = [made.local(I32), made.local(I32), made.local(I32)];
    const hash = made.local(I64);
    const clear = made.local(I32);
    const nothing = wordsOf(packing, made);
    made.body = [
      // A run of taken slots is moved out and back in as a whole. Nothing in it has a home before its first slot, and
      // new homes are not before old ones, so what lies below is not touched and what lies above is already in place.
      set(scan, element(i32.const(map.slots), i32.add(get(slots), i32.const(TAIL)), bytes)),
      block(
        loop(
          set(scan, i32.sub(get(scan), i32.const(bytes))),
          brIf(1, i32.lt(get(scan), i32.const(map.slots))),
          slot.loadPacked(get(scan)),
          brIf(0, i64.eqz(slot.any())),
          set(count, i32.const(0)),
          block(
            loop(
              slot.storeWide(element(i32.const(map.spill), get(count), wide)),
              set(count, i32.add(get(count), i32.const(1))),
              when(i32.eq(get(count), i32.const(SPILL)), [0x00]),
              nothing.storePacked(get(scan)),
              set(clear, i32.sub(get(scan), i32.const(bytes))),
              brIf(1, i32.lt(get(clear), i32.const(map.slots))),
              slot.loadPacked(get(clear)),
              brIf(1, i64.eqz(slot.any())),
              set(scan, get(clear)),
              br(0),
            ),
          ),
          loop(
            set(count, i32.sub(get(count), i32.const(1))),
            words.loadWide(element(i32.const(map.spill), get(count), wide)),
            set(p, homeOf(words, hash, more)),
            probe(words, slot, p),
            words.storePacked(get(p)),
            brIf(0, get(count)),
          ),
          br(0),
        ),
      ),
    ];
    module.export("grow", made);
  }
  return module.bytes();
}
