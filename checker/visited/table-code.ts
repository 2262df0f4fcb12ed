import type { Packing } from "../schema/packing.ts";
import { permutationOf } from "./permutation.ts";
import { GROUP_STATES, Header, HEADER_BYTES, LANES, MAX_TRIES, tableMap, type Geometry } from "./regions.ts";
import { addRebuild } from "./rebuild-code.ts";
import { slotsOf } from "./slot-code.ts";
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
  ModuleBuilder,
  set,
  V128,
  when,
  type Code,
} from "../wasm/assembler.ts";
import { element, wordsOf } from "./words.ts";

/** Exports of the code of a memory of the visited set. Addresses past 2 GiB are negative numbers here. */
export interface TableExports {
  /**
   * Inserts states `from` to `end - 1` of a stage. It stops early where `room` new ones were inserted and one more is
   * needed, or where a region must grow.
   *
   * @returns how many were new
   */
  insert(stage: number, from: number, end: number, room: number): number;
  /** Reads memory in its order, which loads it into the cache faster than lookups would. */
  touch(from: number, end: number): number;
  /** Looks up the first states of a stage. */
  contains(stage: number, end: number): void;
  /**
   * Puts the states that stood in a region into it again, after its shape has changed.
   *
   * @param old where they stand now; their header is in the stage
   * @returns 1, or 0 when a state found no slot
   */
  rebuild(stage: number, old: number, header: number): number;
  /** Writes the states of buckets `from` to `end - 1` of a region, in whole words; returns the end. */
  list(header: number, region: number, from: number, end: number, to: number): number;
}

/**
 * The visited set's code for one memory: hash tables of buckets with 8 slots. A slot has a tag of 32 bits, and the
 * tags of a bucket stand together, so that a few vector instructions find the slots in question. Tag and rest hold what
 * the place of the bucket does not imply of the permuted state, and how many buckets were full before; together they
 * are the whole state, so membership is exact. A tag of an empty slot is zero.
 */
export function tableModule(packing: Packing, geometry: Geometry): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(geometry.stages > 1);
  const { headers, stage } = tableMap(packing, geometry);
  const wide = packing.words * 8;
  const within = geometry.bits - geometry.regionBits;
  const regionMask = 2 ** (geometry.regionBits - geometry.memoryBits) - 1;

  for (const name of ["insert", "contains"] as const) {
    const inserts = name === "insert";
    const made = module.function(inserts ? 4 : 2, inserts ? [I32] : []);
    const base = 0;
    const [from, end, room] = inserts ? [1, 2, 3] : [made.local(I32), 1, -1];
    const i32s = Array.from({ length: 13 }, () => made.local(I32));
    const [index, next, place, head, bucket, tag, found, lane, at, tries, position, fresh, touched] = i32s as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const [product, key, open] = [made.local(I64), made.local(I64), made.local(I64)];
    const splat = made.local(V128);
    const [low, high] = [made.local(V128), made.local(V128)];
    const words = wordsOf(packing, made);
    const permutation = permutationOf(packing, made);
    const slots = slotsOf(packing, within, made);
    const stop = (full: Code): Code => [
      i32.store(get(base), get(index), stage.done),
      i32.store(get(base), full, stage.full),
      get(fresh),
      [0x0f],
    ];
    const result = (value: Code): Code =>
      inserts ? [] : i32.store8(i32.add(get(base), get(index)), value, stage.fresh);
    const load = (): Code => [
      words.loadWide(i32.add(get(base), i32.add(i32.const(stage.input), i32.mul(get(index), i32.const(wide))))),
    ];
    const locate = (): Code => [
      set(
        head,
        element(
          i32.const(headers),
          i32.and(i32.wrap(i64.shr(get(words.locals[0] as number), i64.const(BigInt(within)))), i32.const(regionMask)),
          HEADER_BYTES,
        ),
      ),
      slots.place(words, head, product, key),
    ];
    const lanes = (wanted: Code): Code =>
      i32.or(
        i32x4.bitmask(i32x4.eq(get(low), wanted)),
        i32.shl(i32x4.bitmask(i32x4.eq(get(high), wanted)), i32.const(4)),
      );
    const loadTags = (): Code => [set(low, i32x4.load(get(bucket))), set(high, i32x4.load(get(bucket), 16))];
    made.body = [
      block(
        loop(
          brIf(1, i32.ge(get(from), get(end))),
          set(next, i32.add(get(from), i32.const(GROUP_STATES))),
          when(i32.gt(get(next), get(end)), set(next, get(end))),
          set(index, get(from)),
          set(place, i32.add(get(base), i32.const(stage.places))),
          set(open, i64.const(0n)),
          // First where to look, for all of the group: memory then fetches the buckets together.
          loop(
            load(),
            locate(),
            set(bucket, bucketAt(i32.wrap(i64.shr(get(product), i64.const(32n))))),
            i32.store(get(place), get(bucket)),
            i32.store(get(place), get(head), 4),
            i64.store(get(place), get(key), 8),
            set(touched, i32.or(get(touched), i32.load(get(bucket)))),
            set(place, i32.add(get(place), i32.const(16))),
            set(index, i32.add(get(index), i32.const(1))),
            brIf(0, i32.lt(get(index), get(next))),
          ),
          set(index, get(from)),
          set(place, i32.add(get(base), i32.const(stage.places))),
          // Most states are in their first bucket. That is found out without a branch, for none could be foretold, and
          // noted as a bit: loads would wait for a store whose address depends on what was found.
          loop(
            packing.words > 1 ? load() : [],
            recall(),
            set(splat, i32x4.splat(i32.wrap(get(key)))),
            loadTags(),
            set(found, lanes(get(splat))),
            set(lane, i32.ctz(i32.or(get(found), i32.const(1 << LANES)))),
            slots.at(at, bucket, lane, head),
            result(i32.const(1)),
            set(
              open,
              i64.or(
                get(open),
                i64.shl(
                  i64.extend(
                    i32.or(i32.eqz(get(found)), i64.ne(slots.difference(words, at, head, key), i64.const(0n))),
                  ),
                  i64.extend(i32.sub(get(index), get(from))),
                ),
              ),
            ),
            set(place, i32.add(get(place), i32.const(16))),
            set(index, i32.add(get(index), i32.const(1))),
            brIf(0, i32.lt(get(index), get(next))),
          ),
          block(
            loop(
              brIf(1, i64.eqz(get(open))),
              set(index, i32.wrap(i64.ctz(get(open)))),
              set(open, i64.and(get(open), i64.sub(get(open), i64.const(1n)))),
              set(place, i32.add(get(base), i32.add(i32.const(stage.places), i32.mul(get(index), i32.const(16))))),
              set(index, i32.add(get(index), get(from))),
              recall(),
              set(tries, i32.const(1)),
              load(),
              block(
                loop(
                  set(tag, i32.wrap(get(key))),
                  set(splat, i32x4.splat(get(tag))),
                  loadTags(),
                  set(found, lanes(get(splat))),
                  block(
                    loop(
                      brIf(1, i32.eqz(get(found))),
                      set(lane, i32.ctz(get(found))),
                      slots.at(at, bucket, lane, head),
                      brIf(3, i64.eqz(slots.difference(words, at, head, key))),
                      set(found, i32.and(get(found), i32.sub(get(found), i32.const(1)))),
                      br(0),
                    ),
                  ),
                  set(found, lanes(i32x4.zero)),
                  when(get(found), inserts ? insertion() : [result(i32.const(0)), br(2)]),
                  // The bucket is full: the next one.
                  when(
                    i32.eq(get(tries), i32.const(MAX_TRIES)),
                    inserts ? stop(get(head)) : [result(i32.const(0)), br(2)],
                  ),
                  when(
                    i32.eq(get(tries), i32.const(1)),
                    slots.place(words, head, product, key),
                    set(position, i32.wrap(i64.shr(get(product), i64.const(32n)))),
                  ),
                  slots.advance(position, key, head),
                  set(
                    bucket,
                    i32.add(
                      i32.load(get(head), Header.base),
                      i32.mul(get(position), i32.load(get(head), Header.bucketBytes)),
                    ),
                  ),
                  set(tries, i32.add(get(tries), i32.const(1))),
                  br(0),
                ),
              ),
              br(0),
            ),
          ),
          set(from, get(next)),
          br(0),
        ),
      ),
      // Keeps the loads of the first loop from being dropped.
      i32.store(get(base), get(touched), stage.sink),
      inserts
        ? [i32.store(get(base), get(end), stage.done), i32.store(get(base), i32.const(0), stage.full), get(fresh)]
        : [],
    ];
    module.export(name, made);

    /** Result for a state of the group. */
    function recall(): Code {
      return [set(bucket, i32.load(get(place))), set(head, i32.load(get(place), 4)), set(key, i64.load(get(place), 8))];
    }

    function bucketAt(position: Code): Code {
      return i32.add(i32.load(get(head), Header.base), i32.mul(position, i32.load(get(head), Header.bucketBytes)));
    }

    function insertion(): Code {
      return [
        when(i32.eq(get(fresh), get(room)), stop(i32.const(0))),
        when(i32.ge(i32.load(get(head), Header.count), i32.load(get(head), Header.limit)), stop(get(head))),
        set(lane, i32.ctz(get(found))),
        i32.store(element(get(bucket), get(lane), 4), get(tag)),
        slots.at(at, bucket, lane, head),
        slots.store(words, at, head, key),
        i32.store(get(head), i32.add(i32.load(get(head), Header.count), i32.const(1)), Header.count),
        permutation.undo(words),
        words.storeWide(
          i32.add(get(base), i32.add(i32.const(stage.fresh), i32.mul(get(fresh), i32.const(packing.bytes)))),
        ),
        set(fresh, i32.add(get(fresh), i32.const(1))),
        br(2),
      ];
    }
  }
  addRebuild(module, packing, geometry);
  return module.bytes();
}
