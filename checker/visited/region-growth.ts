import type { Packing } from "../schema/packing.ts";
import {
  Header,
  HEADER_BYTES,
  shapeOf,
  shapeWithin,
  type Geometry,
  type RegionShape,
  type TableMap,
} from "./regions.ts";
import type { TableExports } from "./table-code.ts";
import type { Budget } from "./budget.ts";

/** Smaller regions double when they grow: their size does not matter. */
const SMALL_REGION_BYTES = 1 << 14;
const GROWTH_FACTOR = 1.5;
/** Page size of the machine's memory. */
const OS_PAGE_BYTES = 4096;

/** One thread's view of a memory with regions. */
export interface Part {
  readonly code: TableExports;
  readonly bytes: Uint8Array;
  readonly longs: BigUint64Array;
  readonly view: DataView;
}

/** The parameters of growth. */
export interface Growing {
  readonly packing: Packing;
  readonly geometry: Geometry;
  readonly map: TableMap;
  readonly budget: Budget;
  /** Addresses of the thread's stage and of its scratch room. */
  readonly stage: number;
  readonly scratch: number;
}

/** Makes room in a region, given by the address of its header; false when there is none. */
export function growRegion(part: Part, head: number, growing: Growing): boolean {
  const { packing, geometry, map, budget, scratch } = growing;
  const { headers, regions, stage } = map;
  const within = geometry.bits - geometry.regionBits;
  const number = (head - headers) / HEADER_BYTES;
  const base = regions + number * geometry.room;
  const buckets = part.view.getUint32(head + Header.buckets, true);
  if (buckets === 0) {
    const shape = shapeWithin(packing, within, OS_PAGE_BYTES);
    if (shape.bytes > geometry.room || !budget.takeRegion(shape.bytes)) return false;
    claim(part, base, base + shape.bytes);
    writeHeader(part.view, head, base, shape);
    return true;
  }
  const old = shapeOf(packing, within, buckets);
  const savedHeader = part.bytes.slice(head, head + HEADER_BYTES);
  part.bytes.copyWithin(scratch, base, base + old.bytes);
  part.bytes.set(savedHeader, growing.stage + stage.header);
  const step = roundUp(old.bytes / 4);
  let taken = old.bytes;
  // If all candidate buckets of some state are full, more room than usual is needed.
  for (let bytes = roundUp(old.bytes * factorOf(old.bytes, number)); ; bytes += step) {
    const shape = shapeWithin(packing, within, Math.min(bytes, geometry.room));
    if (shape.buckets <= buckets || !budget.takeRegion(shape.bytes - taken)) break;
    claim(part, base + taken, base + shape.bytes);
    taken = shape.bytes;
    clear(part, base, base + old.bytes);
    writeHeader(part.view, head, base, shape);
    if (part.code.rebuild(growing.stage, scratch, head) === 1) return true;
    clear(part, base, base + shape.bytes);
    if (bytes >= geometry.room) break;
  }
  // It stays as it was.
  clear(part, base, base + taken);
  part.bytes.copyWithin(base, scratch, scratch + old.bytes);
  part.bytes.set(savedHeader, head);
  return false;
}

/**
 * Regions do not all grow at the same time: the first step after the small ones depends on the region. So what is in
 * use is always about the same part of what is taken.
 */
function factorOf(bytes: number, region: number): number {
  if (bytes < SMALL_REGION_BYTES) return 2;
  return bytes < 2 * SMALL_REGION_BYTES ? GROWTH_FACTOR ** (0.5 + ((region * 0.618) % 1)) : GROWTH_FACTOR;
}

function roundUp(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / OS_PAGE_BYTES)) * OS_PAGE_BYTES;
}

/** A fill of bytes that threads share takes them one by one; so this fills eight at once. */
function clear({ longs }: Part, from: number, end: number): void {
  longs.fill(0n, from / 8, end / 8);
}

/**
 * Writes to unused pages, so that the system allocates them at once. A page that is read first is mapped as a shared
 * page of zeros and replaced at its first write: two faults, and a TLB flush on every processor.
 */
function claim({ longs }: Part, from: number, end: number): void {
  for (let at = from; at < end; at += OS_PAGE_BYTES) longs[at / 8] = 0n;
}

/** Writes all but the count, which stays as it is. */
function writeHeader(view: DataView, head: number, base: number, shape: RegionShape): void {
  view.setUint32(head + Header.base, base, true);
  view.setUint32(head + Header.buckets, shape.buckets, true);
  view.setUint32(head + Header.bucketBytes, shape.bucketBytes, true);
  view.setUint32(head + Header.log, shape.log, true);
  view.setUint32(head + Header.slotBytes, shape.slotBytes, true);
  view.setBigUint64(head + Header.mask, shape.mask, true);
  view.setUint32(head + Header.limit, shape.limit, true);
}
