import type { Packing } from "../schema/packing.ts";
import {
  block as scope,
  br,
  brIf,
  call,
  get,
  i16x8,
  I32,
  i32,
  i32x4,
  I64,
  i64,
  loop,
  ModuleBuilder,
  RETURN,
  select,
  set,
  V128,
  when,
  type Code,
  type FunctionBuilder,
} from "../wasm/assembler.ts";
import type { Group } from "./group.ts";
import type { Images, MovedChunk } from "./images.ts";
import type { Signatures } from "./signature.ts";
import type { Chunk } from "./slices.ts";
import type { CanonicalMap } from "./canonical-map.ts";

/** Input of the code generator. */
export interface CanonicalParts {
  readonly group: Group;
  readonly packing: Packing;
  readonly images: readonly Images[];
  readonly signatures: Signatures;
  readonly signatureChunks: readonly Chunk[];
  readonly map: CanonicalMap;
}

/**
 * Code for canonical states. The canonical state of an orbit is the least among the images in which the signatures of
 * each block ascend: one permutation sorts them, and those of equal signatures are all tried. An image equal to the least
 * one belongs to a permutation that leaves the state as it is, so their number is the order of its stabiliser.
 */
export function canonicalCode(parts: CanonicalParts): ModuleBuilder {
  const module = new ModuleBuilder();
  const { packing, map } = parts;
  const images = parts.images.map((image) => imageFunction(module, packing, image));
  const least = leastFunction(module, packing, map);
  let next = least;
  for (let block = images.length - 1; block >= 0; block--) {
    next = tryingFunction(module, map, block, images[block]!, next);
  }
  const canonical = canonicalFunction(module, parts, images, next);
  const all = module.function(2);
  const [at, end] = [0, 1];
  all.body = scope(
    loop(
      brIf(1, i32.ge(get(at), get(end))),
      call(canonical.index, get(at)),
      0x1a,
      set(at, i32.add(get(at), i32.const(8 * packing.words))),
      br(0),
    ),
  );
  module.export("canonicalise", all);
  module.export("weigh", weighFunction(module, packing, map, canonical));
  return module;
}

/** Parameters: address of a state, address of its image, address of the table of a permutation. */
function imageFunction(module: ModuleBuilder, packing: Packing, { chunks, fixed }: Images): FunctionBuilder {
  const made = module.function(3);
  const [from, to, table] = [0, 1, 2];
  const words = Array.from({ length: packing.words }, () => made.local(I64));
  const outs = words.map(() => made.local(I64));
  const entry = made.local(I32);
  let offset = 0;
  const moved = chunks.map((chunk): Code => {
    const { word, width, outs: targets } = chunk;
    const size = 8 * targets.length;
    const start = offset;
    offset += 2 ** width * size;
    const at = set(entry, i32.add(get(table), i32.mul(content(chunk, get(words[word]!)), i32.const(size))));
    const loads = targets.map((target, index): Code => {
      const bits = i64.load(get(entry), start + 8 * index);
      return set(outs[target]!, i64.or(get(outs[target]!), conditionally(chunk, bits, words)));
    });
    return [at, loads];
  });
  made.body = [
    words.map((local, word) => set(local, i64.load(get(from), 8 * word))),
    outs.map((local, word) => set(local, i64.and(get(words[word]!), i64.const(fixed[word]!)))),
    moved,
    outs.map((local, word) => i64.store(get(to), get(local), 8 * word)),
  ];
  return made;
}

function content({ shift, width }: Chunk, word: Code): Code {
  return i32.and(i32.wrap(shift === 0 ? word : i64.shr(word, i64.const(shift))), i32.const(2 ** width - 1));
}

function conditionally({ condition }: MovedChunk, bits: Code, words: readonly number[]): Code {
  if (condition === undefined) return bits;
  const { word, shift, width } = condition.field;
  const number = i64.and(i64.shr(get(words[word]!), i64.const(shift)), i64.const((1n << BigInt(width)) - 1n));
  return select(bits, i64.const(0), i64.ge(number, i64.const(condition.above + 1)));
}

/** Keeps the least state that it is called with, and counts how often. */
function leastFunction(module: ModuleBuilder, { words }: Packing, map: CanonicalMap): FunctionBuilder {
  const made = module.function(1);
  const [from] = [0];
  const keep: Code = [
    Array.from({ length: words }, (_, word) => i64.store(i32.const(map.best), i64.load(get(from), 8 * word), 8 * word)),
    i32.store(i32.const(map.count), i32.const(1)),
    RETURN,
  ];
  const compared = Array.from({ length: words }, (_, word): Code => {
    const [own, best] = [i64.load(get(from), 8 * word), i64.load(i32.const(map.best), 8 * word)];
    return [when(i64.lt(own, best), keep), when(i64.ne(own, best), RETURN)];
  });
  made.body = [
    when(i32.eqz(i32.load(i32.const(map.count))), keep),
    compared,
    i32.store(i32.const(map.count), i32.add(i32.load(i32.const(map.count)), i32.const(1))),
  ];
  return made;
}

/** Calls a function with the images of a state by the permutations of one block that its signatures leave open. */
function tryingFunction(
  module: ModuleBuilder,
  map: CanonicalMap,
  block: number,
  image: FunctionBuilder,
  next: FunctionBuilder,
): FunctionBuilder {
  const made = module.function(1);
  const [from] = [0];
  const [at, end, table] = [made.local(I32), made.local(I32), made.local(I32)];
  const buffer = map.tried[block]!;
  made.body = [
    set(at, i32.load(i32.const(map.lists + 4 * block))),
    // The identity is the first permutation of each list.
    call(next.index, get(from)),
    set(end, i32.add(get(at), i32.mul(i32.load(get(at)), i32.const(4)))),
    scope(
      loop(
        brIf(1, i32.ge(get(at), get(end))),
        set(at, i32.add(get(at), i32.const(4))),
        set(table, i32.load(get(at))),
        call(image.index, get(from), i32.const(buffer), get(table)),
        call(next.index, i32.const(buffer)),
        br(0),
      ),
    ),
  ];
  return made;
}

/** Replaces a state in whole words by its canonical one; returns the order of its stabiliser. */
function canonicalFunction(
  module: ModuleBuilder,
  { group, packing, signatures, signatureChunks, map }: CanonicalParts,
  images: readonly FunctionBuilder[],
  trying: FunctionBuilder,
): FunctionBuilder {
  const made = module.function(1, [I32]);
  const [at] = [0];
  const words = Array.from({ length: packing.words }, () => made.local(I64));
  const vectors = Array.from({ length: map.vectors }, () => made.local(V128));
  const entry = made.local(I32);
  const [open, from, table] = [made.local(I32), made.local(I32), made.local(I32)];
  let offset = map.signatures;
  const summed = signatureChunks.map((chunk): Code => {
    const start = offset;
    offset += 2 ** chunk.width * 16 * map.vectors;
    return [
      set(entry, i32.mul(content(chunk, get(words[chunk.word]!)), i32.const(16 * map.vectors))),
      vectors.map((local, vector) => set(local, i16x8.add(get(local), i32x4.load(get(entry), start + 16 * vector)))),
    ];
  });
  const sorted = group.blocks.map(({ members }, block): Code => {
    const first = map.lanes + 2 * signatures.first[block]!;
    const lanes = members.map(() => made.local(I32));
    const ranks = members.map(() => made.local(I32));
    const [code, equal, greater] = [made.local(I32), made.local(I32), made.local(I32)];
    let pair = 0;
    const compare: Code[] = [];
    for (let one = 0; one < members.length; one++) {
      for (let other = one + 1; other < members.length; other++) {
        compare.push([
          set(greater, i32.gt(get(lanes[one]!), get(lanes[other]!))),
          set(ranks[one]!, i32.add(get(ranks[one]!), get(greater))),
          set(ranks[other]!, i32.add(get(ranks[other]!), i32.eqz(get(greater)))),
          set(code, i32.or(get(code), i32.shl(get(greater), i32.const(pair++)))),
          set(equal, i32.or(get(equal), i32.eq(get(lanes[one]!), get(lanes[other]!)))),
        ]);
      }
    }
    const places = map.sorted + 16 * block;
    const tied: Code = [
      set(open, i32.const(1)),
      lanes.map((lane, index) => i32.store16(i32.add(i32.shl(get(ranks[index]!), i32.const(1)), i32.const(places)), get(lane))), // prettier-ignore
      set(code, i32.const(0)),
      members.slice(1).map((_, index) => {
        const same = i32.eq(i32.load16(i32.const(places), 2 * index), i32.load16(i32.const(places), 2 * index + 2));
        return set(code, i32.or(get(code), i32.shl(same, i32.const(index))));
      }),
      i32.store(i32.const(map.lists + 4 * block), i32.load(i32.shl(get(code), i32.const(2)), map.patterns[block]!)),
    ];
    return [
      lanes.map((lane, index) => set(lane, i32.load16(i32.const(first), 2 * index))),
      ranks.map((rank) => set(rank, i32.const(0))),
      set(code, i32.const(0)),
      set(equal, i32.const(0)),
      compare,
      set(table, i32.load(i32.shl(get(code), i32.const(2)), map.sorting[block]!)),
      i32.store(i32.const(map.lists + 4 * block), i32.const(map.empty)),
      when(
        get(table),
        call(images[block]!.index, get(from), i32.const(map.images[block]!), get(table)),
        set(from, i32.const(map.images[block]!)),
      ),
      when(get(equal), tied),
    ];
  });
  const copied = (source: Code): Code =>
    words.map((_, word) => i64.store(get(at), i64.load(source, 8 * word), 8 * word));
  made.body = [
    words.map((local, word) => set(local, i64.load(get(at), 8 * word))),
    vectors.map((local) => set(local, i32x4.zero)),
    summed,
    vectors.map((local, vector) => i16x8.store(i32.const(map.lanes), get(local), 16 * vector)),
    set(from, get(at)),
    sorted,
    when(i32.eqz(get(open)), when(i32.ne(get(from), get(at)), copied(get(from))), i32.const(1), RETURN),
    i32.store(i32.const(map.count), i32.const(0)),
    call(trying.index, get(from)),
    copied(i32.const(map.best)),
    i32.load(i32.const(map.count)),
  ];
  return made;
}

/** The orders of the stabilisers of the states from one address to another, packed, as 32-bit numbers. */
function weighFunction(
  module: ModuleBuilder,
  { words, bytes }: Packing,
  map: CanonicalMap,
  canonical: FunctionBuilder,
): FunctionBuilder {
  const made = module.function(3);
  const [at, end, to] = [0, 1, 2];
  const mask = 8 * (bytes - 8 * (words - 1));
  made.body = scope(
    loop(
      brIf(1, i32.ge(get(at), get(end))),
      Array.from({ length: words }, (_, word) => {
        const loaded = i64.load(get(at), 8 * word);
        const own = word < words - 1 || mask === 64 ? loaded : i64.and(loaded, i64.const((1n << BigInt(mask)) - 1n));
        return i64.store(i32.const(map.weighed), own, 8 * word);
      }),
      i32.store(get(to), call(canonical.index, i32.const(map.weighed))),
      set(at, i32.add(get(at), i32.const(bytes))),
      set(to, i32.add(get(to), i32.const(4))),
      br(0),
    ),
  );
  return made;
}
