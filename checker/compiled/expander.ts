import type { DiagramStore } from "../learning/diagram.ts";
import { Filter } from "./filter.ts";
import type { Packing } from "./packing.ts";
import { stepOf, type Entry } from "./step.ts";
import { block, br, brIf, call, get, I32, i32, I64, i64, loop, ModuleBuilder, set, type Code } from "./wasm.ts";
import { element, wordsOf } from "./words.ts";

/** States that are expanded at once. */
export const BATCH = 512;
/** Bits of a chunk of the filter, and the most bytes that its tables may have: they must stay in the cache. */
const CHUNK_BITS = 10;
const SMALL_CHUNK_BITS = 7;
const FILTER_BYTES = 1 << 17;
/** Nodes of a plan before the rest of a diagram is taken as it is. */
const PLAN_NODES = 20_000;

/** Where things stand in the memory of an expander. */
export interface ExpanderMap {
  readonly input: number;
  /** A byte for each state of the batch. */
  readonly live: number;
  /** A bit for each entry: those that are zero are left out. 64-bit words. */
  readonly active: number;
  /** 32 bits: the ends of what was noted and asked. */
  readonly notedEnd: number;
  readonly askedEnd: number;
  /** Pairs of 32 bits: number of the state in the batch, entry. */
  readonly noted: number;
  readonly asked: number;
  /** Successors in whole words, or, in a tracing expander, with one more word: state and entry, 32 bits each. */
  readonly output: number;
  readonly bytes: number;
}

export interface ExpanderExports {
  /** Expands the first states of the input; returns the end of the output. */
  expand(count: number): number;
}

export interface Expander {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly map: ExpanderMap;
  /** What belongs into the memory before the first call. */
  readonly data: readonly (readonly [at: number, bytes: Uint8Array])[];
  /** Bytes of one successor. */
  readonly stride: number;
  /** How many entries there are. */
  readonly entries: number;
}

/**
 * Code that makes the successors of a batch of states.
 *
 * First the filter: a state's bits, cut into chunks, index tables of bit sets of entries, and what is in all of them
 * may be enabled. Each state is put on the lists of these entries. Then entry by entry the code made from its diagram
 * runs over its list, so that its branches and masks are the same all the time.
 *
 * @param tracing whether each successor is followed by a word that says from which state and by which entry
 */
export function expanderOf(
  packing: Packing,
  cardinalities: readonly number[],
  store: DiagramStore,
  entries: readonly Entry[],
  tracing: boolean,
): Expander {
  const sets = Math.max(1, Math.ceil(entries.length / 64));
  const tableBytes = (filter: Filter): number =>
    filter.chunks.reduce((sum, { width }) => sum + 2 ** width * 8 * sets, 0);
  let filter = new Filter(packing, cardinalities, CHUNK_BITS);
  if (tableBytes(filter) > FILTER_BYTES) filter = new Filter(packing, cardinalities, SMALL_CHUNK_BITS);

  let top = 1024;
  const data: [number, Uint8Array][] = [];
  const reserve = (bytes: number): number => {
    const at = top;
    top = Math.ceil((top + bytes) / 16) * 16;
    return at;
  };
  const put = (bytes: Uint8Array): number => {
    const at = reserve(bytes.length);
    data.push([at, bytes]);
    return at;
  };
  const places = new Map<string, number>();
  /** Instances of one action copy through the same tables. */
  const putOnce = (bytes: Uint8Array): number => {
    const key = bytes.join();
    const at = places.get(key) ?? put(bytes);
    places.set(key, at);
    return at;
  };

  const allowed = entries.map(({ diagram }) => filter.allowed(store, diagram));
  // Such as a property of steps that speaks of other actions.
  const neverRuns = (entry: number): boolean => entries[entry]?.diagram === store.none;
  const tables = filter.chunks.map(({ width }, chunk) => {
    // In 32-bit halves: arithmetic on 64 bits is slow in JavaScript.
    const table = new Uint32Array(2 ** width * sets * 2).fill(0xffffffff);
    for (const [entry, byChunk] of allowed.entries()) {
      const values = neverRuns(entry) ? new Uint32Array(2 ** width) : byChunk[chunk];
      if (values !== undefined) exclude(table, sets, entry, 2 ** width, values);
    }
    const used = allowed.map((byChunk, entry) => byChunk[chunk] !== undefined || (chunk === 0 && neverRuns(entry)));
    return { at: put(new Uint8Array(table.buffer)), used };
  });

  const active = reserve(sets * 8);
  const counts = reserve(entries.length * 4);
  const live = reserve(BATCH);
  const input = reserve(BATCH * packing.bytes + 64);
  const lists = reserve(entries.length * BATCH * 4);
  const notedEntries = entries.filter(({ notes }) => notes).length;
  const noted = reserve(notedEntries * BATCH * 8);
  const asked = reserve(entries.length * BATCH * 8);
  const stride = packing.words * 8 + (tracing ? 8 : 0);
  // Tables of copied values go before the output, of which nobody knows the end.
  const module = new ModuleBuilder();
  const map = { input, live, active, notedEnd: 8, askedEnd: 12, noted, asked };
  const context = { packing, module, map, stride, tracing, put: putOnce };
  const steps = entries.map((entry, number) =>
    stepOf(context, number, entry, filter.simplify(entry.diagram, allowed[number] ?? [], PLAN_NODES)),
  );
  const output = reserve(0);
  const updating = entries.filter(({ notes, diagram }) => !notes && diagram !== store.none).length;

  const made = module.function(1, [I32]);
  const count = 0;
  const words = wordsOf(packing, made);
  const [index, entry, at, out] = [made.local(I32), made.local(I32), made.local(I32), made.local(I32)];
  const candidates = made.local(I64);
  const addresses = filter.chunks.map(() => made.local(I32));
  made.body = [
    i32.store(i32.const(map.notedEnd), i32.const(noted)),
    i32.store(i32.const(map.askedEnd), i32.const(asked)),
    entries.map((_, number) => i32.store(i32.const(counts + 4 * number), i32.const(0))),
    block(
      loop(
        brIf(1, i32.ge(get(index), get(count))),
        words.loadPacked(element(i32.const(input), get(index), packing.bytes)),
        i32.store8(i32.add(i32.const(live), get(index)), i32.const(0)),
        filter.chunks.map(({ word, shift, width }, chunk) =>
          set(
            addresses[chunk] as number,
            i32.mul(
              i32.wrap(
                i64.and(
                  i64.shr(get(words.locals[word] as number), i64.const(BigInt(shift))),
                  i64.const((1n << BigInt(width)) - 1n),
                ),
              ),
              i32.const(8 * sets),
            ),
          ),
        ),
        Array.from({ length: sets }, (_, part) => [
          set(
            candidates,
            tables.reduce(
              (all: Code, { at: table, used }, chunk) =>
                used.slice(part * 64, part * 64 + 64).includes(true)
                  ? i64.and(all, i64.load(get(addresses[chunk] as number), table + 8 * part))
                  : all,
              i64.load(i32.const(active + 8 * part)),
            ),
          ),
          block(
            loop(
              brIf(1, i64.eqz(get(candidates))),
              set(entry, i32.add(i32.wrap(i64.ctz(get(candidates))), i32.const(64 * part))),
              set(candidates, i64.and(get(candidates), i64.sub(get(candidates), i64.const(1n)))),
              set(at, i32.load(element(i32.const(counts), get(entry), 4))),
              i32.store(
                element(i32.const(lists), i32.add(i32.mul(get(entry), i32.const(BATCH)), get(at)), 4),
                get(index),
              ),
              i32.store(element(i32.const(counts), get(entry), 4), i32.add(get(at), i32.const(1))),
              br(0),
            ),
          ),
        ]),
        set(index, i32.add(get(index), i32.const(1))),
        br(0),
      ),
    ),
    set(out, i32.const(output)),
    steps.map((step, number) =>
      set(
        out,
        call(step.index, i32.const(lists + number * BATCH * 4), i32.load(i32.const(counts + 4 * number)), get(out)),
      ),
    ),
    get(out),
  ];
  module.export("expand", made);
  return {
    code: module.bytes(),
    map: { ...map, output, bytes: output + updating * BATCH * stride + 64 },
    data,
    stride,
    entries: entries.length,
  };
}

/** Takes an entry out of the sets of the values that it does not allow. */
function exclude(table: Uint32Array, sets: number, entry: number, count: number, allowed: Uint32Array): void {
  const keep = ~(1 << (entry & 31));
  for (let value = 0; value < count; value++) {
    if ((((allowed[value >>> 5] as number) >>> (value & 31)) & 1) === 1) continue;
    const at = value * sets * 2 + (entry >>> 5);
    table[at] = (table[at] as number) & keep;
  }
}
