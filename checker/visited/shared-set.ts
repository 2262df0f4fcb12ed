import type { Packing } from "../schema/packing.ts";
import { geometryOf, tableMap, type Geometry } from "./regions.ts";
import { binsEnd, scatterModule } from "./scatter-code.ts";
import { tableModule } from "./table-code.ts";
import { MAX_PAGES, pagesTo, wasm, type WebAssemblyMemory, type WebAssemblyModule } from "../wasm/runtime.ts";
import { ModelError } from "../errors.ts";
import { Budget, type Limits } from "./budget.ts";
import { Locks } from "./locks.ts";

export type Bound = "states" | "memory";

/** The visited set as all threads of a search share it. It can be sent to a worker, if there are several. */
export interface SharedSet {
  readonly packing: Packing;
  readonly geometry: Geometry;
  readonly memories: readonly WebAssemblyMemory[];
  /** For each thread the memory where its states wait. */
  readonly bins: readonly WebAssemblyMemory[];
  readonly locks: SharedArrayBuffer;
  readonly budget: SharedArrayBuffer;
  readonly limits: Limits;
  readonly table: WebAssemblyModule;
  readonly scatter: WebAssemblyModule;
}

/** Options of a visited set. */
export interface StoreOptions {
  /** Threads that will share it. Default 1. */
  readonly threads?: number;
  /** Bytes that it may take, if they are less than all that the search may have. */
  readonly room?: number;
  /** The budget to count on in, if there is one already. */
  readonly budget?: Budget;
  /** The most pages of 64 KiB that one memory can have: fewer only in tests. */
  readonly mostPages?: number | undefined;
}

/** Makes an empty visited set. It takes addresses for all that it may hold, but no memory before it holds it. */
export function sharedSet(packing: Packing, limits: Limits, options: StoreOptions = {}): SharedSet {
  const { threads = 1, room = limits.bytes, budget, mostPages = MAX_PAGES } = options;
  const geometry = geometryOf(packing, room, threads, mostPages);
  const pages = pagesTo(tableMap(packing, geometry).bytes);
  const shared = threads > 1;
  const binPages = pagesTo(binsEnd(packing, geometry, geometry.memoryBits));
  let memories: WebAssemblyMemory[];
  let bins: WebAssemblyMemory[];
  try {
    memories = Array.from(
      { length: 2 ** geometry.memoryBits },
      () => new wasm.Memory({ initial: pages, maximum: pages, shared }),
    );
    bins = Array.from({ length: threads }, () => new wasm.Memory({ initial: binPages, maximum: MAX_PAGES, shared }));
  } catch {
    throw new ModelError(
      `there are no addresses for ${limits.bytes} bytes of states on this machine: give a smaller maxMemory`,
    );
  }
  return {
    packing,
    geometry,
    memories,
    bins,
    locks: Locks.allocate(geometry.regionBits),
    budget: budget?.shared ?? Budget.allocate(),
    limits,
    table: new wasm.Module(tableModule(packing, geometry)),
    scatter: new wasm.Module(scatterModule(packing, geometry)),
  };
}
