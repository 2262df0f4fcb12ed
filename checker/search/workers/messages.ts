import type { Expander } from "../../compiled/expander.ts";
import type { Canonical } from "../../symmetry/index.ts";
import type { Batch } from "./batch.ts";
import type { BlockStore } from "./shared-blocks.ts";
import type { Bound, SharedSet } from "../../visited/shared-set.ts";

/** Largest number of workers: each has a stage in every memory. */
export const MAX_WORKERS = 16;

/** Setup of a worker. */
export interface WorkerSetup {
  readonly index: number;
  /** Number of workers. */
  readonly workers: number;
  readonly expander: Expander;
  /** In a search of one state for each orbit. */
  readonly canonical: Canonical | undefined;
  readonly visited: SharedSet;
  readonly blocks: BlockStore;
  /** See `Shared`. */
  readonly shared: SharedArrayBuffer;
  /** The bits of a live byte that deadlock properties own. */
  readonly allLive: number;
  /** One of every `audit` transitions is audited. */
  readonly audit: number | undefined;
  /** Number of instances of the model, and counters for the steps that this worker takes: see `InstanceCounts`. */
  readonly instances: number;
  readonly counts: SharedArrayBuffer;
}

/**
 * Places of 32-bit numbers: the next block of the level to be taken; 1 when the search is to stop; how many
 * workers have expanded what they took of the level; the next part of the visited set to be taken; from
 * `counters` on, two for each worker: transitions in two halves.
 */
export const Shared = { cursor: 0, stop: 1, expanded: 2, part: 3, counters: 16 } as const;

/** Part of a level in a block: its number, and which states of it. */
export interface PieceNumbers {
  readonly block: number;
  readonly from: number;
  readonly end: number;
}

/** A request to a worker. */
export type Order =
  | { readonly kind: "begin" }
  /** Expand pieces of the level until all are taken. */
  | {
      readonly kind: "level";
      readonly level: number;
      readonly pieces: readonly PieceNumbers[];
      readonly inactive: readonly number[];
      /** States that this worker is expected to find. */
      readonly expected: number;
    };

/** The answer of a worker. States are packed in whole words, one after another. */
export interface Answer {
  readonly transitions: number;
  /** The states expanded so far and their transitions, each as many as its orbit has. */
  readonly orbitSums: { readonly states: number; readonly transitions: number };
  /** States of the next level. */
  readonly next: readonly PieceNumbers[];
  /** States taken and not expanded. */
  readonly left: readonly PieceNumbers[];
  readonly bound: Bound | undefined;
  /** States and entries that were noted, and that the compiled code left to others, with the states' live bytes. */
  readonly noted: Batch;
  readonly asked: Batch;
  /** States without asked entries that are stuck, with the live bits that they miss. */
  readonly stuck: Batch;
  /** States to be audited. */
  readonly samples: readonly Uint8Array[];
}
