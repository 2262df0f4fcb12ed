import type { Packing } from "../schema/packing.ts";
import { permutedBits } from "./permutation.ts";
import { WASM_PAGE_BYTES } from "../wasm/runtime.ts";

/** Slots of a bucket. */
export const LANES = 8;
/** Largest number of consecutive buckets in which a state may be. */
export const MAX_TRIES = 15;
/** States that are looked up together: their cache misses overlap. One for each bit of a word. */
export const GROUP_STATES = 64;
/** A region grows when more than this fraction of its slots is taken. */
const MAX_LOAD = 0.84;
/** Regions begin at a page of the machine's memory: one that holds nothing costs nothing. */
const OS_PAGE_BYTES = 4096;
const MAX_REGION_BITS = 10;
const MIN_REGION_BITS = 4;
/** Bytes of a header in the memory of a table; see `Header`. */
export const HEADER_BYTES = 64;

/**
 * Division of the visited set. The upper bits of a permuted state name its region; each region is a hash table of
 * its own, which grows on its own, in room that is set aside for it. Regions are shared out among memories, as one
 * memory holds at most 4 GiB.
 */
export interface Geometry {
  /** Bits of the permuted first word of a state. */
  readonly bits: number;
  /** There are 2 to the power of this many regions, and memories. */
  readonly regionBits: number;
  readonly memoryBits: number;
  /** Bytes of room for each region: a multiple of the page size. */
  readonly room: number;
  /** Threads that may work on a memory at once: each has a stage in it. */
  readonly stages: number;
}

/** Places of 32-bit numbers in the header of a region; a header of zeros is that of a region without room. */
export const Header = {
  base: 0,
  buckets: 4,
  bucketBytes: 8,
  /** The binary logarithm of `buckets`, rounded down. */
  log: 12,
  /** Bytes of a slot past its tag. */
  slotBytes: 16,
  count: 20,
  /** 64 bits: of 8 bytes read from a slot, those that are the rest of the first word. */
  mask: 24,
  limit: 32,
} as const;

/** Places in a stage, where a thread puts states that are to be inserted into regions of a memory. */
interface StageMap {
  /** 32 bits: how many states the last `insert` has dealt with. */
  readonly done: number;
  /** 32 bits: address of the header of the region that must grow before `insert` can continue, or 0. */
  readonly full: number;
  /** 32-bit scratch word. */
  readonly sink: number;
  /** The old header of a region that grows. */
  readonly header: number;
  /** For each state of a group its first bucket and its key. */
  readonly places: number;
  /** Permuted states in whole words. */
  readonly input: number;
  /** New states in the bytes of the packing; or, for `contains`, a byte for each state. */
  readonly fresh: number;
  readonly bytes: number;
}

export interface TableMap {
  readonly headers: number;
  readonly stage: StageMap;
  readonly stages: number;
  /** Place of the old contents of a growing region: room for one region for each stage. */
  readonly scratch: number;
  readonly regions: number;
  readonly bytes: number;
}

/** States in a bin: the number that is put on a stage at once. */
export function binStates({ words }: Packing): number {
  return Math.max(256, LANES * Math.floor(4096 / LANES / words));
}

/**
 * Divides a visited set.
 *
 * @param bytes what its regions may need at most, all together
 * @param mostPages the most pages of 64 KiB that one memory can have
 */
export function geometryOf(packing: Packing, bytes: number, stages: number, mostPages: number): Geometry {
  const bits = permutedBits(packing);
  // The smallest regions together are little against the limit.
  const perRegion = 16 * OS_PAGE_BYTES;
  const regionBits = Math.min(MAX_REGION_BITS, Math.max(MIN_REGION_BITS, Math.floor(Math.log2(bytes / perRegion))));
  // Hashing does not fill regions evenly; and one that must grow needs room before all of them are full.
  const share = (bytes / 2 ** regionBits) * 1.3 + 2 * minimalBytes(packing, bits - regionBits);
  const room = Math.min(2 ** 31, roundUp(share, OS_PAGE_BYTES));
  for (let memoryBits = 0; memoryBits <= regionBits; memoryBits++) {
    const geometry = { bits, regionBits, memoryBits, room, stages };
    if (tableMap(packing, geometry).bytes <= mostPages * WASM_PAGE_BYTES) return geometry;
  }
  const geometry = { bits, regionBits, memoryBits: regionBits, room, stages };
  const fixed = tableMap(packing, { ...geometry, room: 0 }).bytes;
  const most = Math.floor((mostPages * WASM_PAGE_BYTES - fixed) / (stages + 1) / OS_PAGE_BYTES) * OS_PAGE_BYTES;
  return { ...geometry, room: most };
}

export function tableMap(packing: Packing, { regionBits, memoryBits, room, stages }: Geometry): TableMap {
  const regions = 2 ** (regionBits - memoryBits);
  const wide = packing.words * 8;
  const input = 128 + GROUP_STATES * 16;
  const fresh = input + binStates(packing) * wide;
  const bytes = roundUp(fresh + binStates(packing) * packing.bytes + 64, 64);
  const stage = { done: 0, full: 4, sink: 8, header: 64, places: 128, input, fresh, bytes };
  const headers = 1024;
  const stagesAt = headers + regions * HEADER_BYTES;
  const scratch = roundUp(stagesAt + stages * bytes, OS_PAGE_BYTES);
  const regionsAt = scratch + stages * room;
  return {
    headers,
    stage,
    stages: stagesAt,
    scratch,
    regions: regionsAt,
    bytes: regionsAt + regions * room,
  };
}

/** Layout of a region with a given number of buckets. */
export interface RegionShape {
  readonly buckets: number;
  readonly bucketBytes: number;
  readonly log: number;
  readonly slotBytes: number;
  readonly mask: bigint;
  /** The region grows when it has more states. */
  readonly limit: number;
  /** All bytes that the region has. */
  readonly bytes: number;
}

/** @param within bits of a state's place within its region */
export function shapeOf(packing: Packing, within: number, buckets: number): RegionShape {
  const log = Math.floor(Math.log2(buckets));
  // A slot keeps the part of the first word that the bucket does not imply, and 4 bits for the number of tried buckets.
  const rest = Math.ceil(Math.max(0, within - log + 4 - 32) / 8);
  const slotBytes = packing.bytes - Math.min(8, packing.bytes) + rest;
  const bucketBytes = LANES * (4 + slotBytes);
  return {
    buckets,
    bucketBytes,
    log,
    slotBytes,
    mask: (1n << BigInt(8 * rest)) - 1n,
    limit: Math.floor(buckets * LANES * MAX_LOAD),
    bytes: roundUp(buckets * bucketBytes + padding(packing), OS_PAGE_BYTES),
  };
}

/** The largest shape of a kind that fits. */
export function shapeWithin(packing: Packing, within: number, bytes: number): RegionShape {
  let buckets = Math.max(2, Math.floor((bytes - padding(packing)) / shapeOf(packing, within, 2).bucketBytes));
  // With more buckets the slots may become smaller, and so still more of them fit.
  for (;;) {
    const more = Math.floor((bytes - padding(packing)) / shapeOf(packing, within, buckets).bucketBytes);
    if (more <= buckets) return shapeOf(packing, within, buckets);
    buckets = more;
  }
}

function minimalBytes(packing: Packing, within: number): number {
  return shapeWithin(packing, within, OS_PAGE_BYTES).bytes;
}

/** Slots are read, and partly written back, in 8 bytes: past the end of the last. */
function padding({ words }: Packing): number {
  return words * 8 + 16;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
