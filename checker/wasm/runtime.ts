/** The part of the WebAssembly interface that is used here; the type library of Node does not have it. */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A compiled module; it can be sent to a worker. */
export interface WebAssemblyModule {
  readonly compiled?: never;
}

interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number; maximum?: number; shared?: boolean }) => WebAssemblyMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WebAssemblyModule;
  readonly Instance: new (
    module: WebAssemblyModule,
    imports: { readonly env: { readonly memory: WebAssemblyMemory } },
  ) => { readonly exports: unknown };
}

export const wasm = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }).WebAssembly;

export const WASM_PAGE_BYTES = 65536;

/** Pages of memory that end at a place or later. */
export function pagesTo(end: number): number {
  return Math.ceil(end / WASM_PAGE_BYTES);
}

/** 4 GiB. */
export const MAX_PAGES = 65536;
