import { LANES } from "./lanes/lane-map.ts";
import { MAX_STORED } from "./stages.ts";
import type { Packing } from "../schema/packing.ts";

/** States that are expanded at once. */
export const BATCH = 512;
/** Bytes of output beyond what one state may need: they should stay in a core's own cache. */
export const OUTPUT_BYTES = 1 << 16;
/** Pairs that are noted or asked beyond what one state may need. */
export const SPARE_PAIRS = 1024;

/** Layout of the memory of an expander. */
export interface ExpanderMap {
  /** 32 bits: the ends of what was noted and asked, and of the output. */
  readonly notedEnd: number;
  readonly askedEnd: number;
  readonly outputEnd: number;
  /** A byte: bits of deadlock properties that the current state satisfies. */
  readonly current: number;
  /** A byte for each property entry: whether it is looked for. */
  readonly active: number;
  /** 32 bits for each property entry: the address of the last state that it was noted for. */
  readonly last: number;
  /** A byte for each state of the batch, as `current`. */
  readonly live: number;
  /** 32 bits for each state of the batch: the end of its successors. */
  readonly ends: number;
  /** The batch, in the bytes of the packing. */
  readonly input: number;
  /** Pairs of 32 bits: number of the state in the batch, entry. */
  readonly noted: number;
  readonly asked: number;
  /** Successors in whole words, state by state. */
  readonly output: number;
  /** 32 bits for each successor, at half of its distance from the first: the entry of the action. */
  readonly sources: number;
  /** 32 bits for each list of steps that wait: how many they are. */
  readonly waitingCounts: number;
  /** The lists: for each step the addresses of its state and of its successor. */
  readonly waiting: number;
  /** Bytes of a list. */
  readonly waitingBytes: number;
  /** Conditions that functions store for one another. */
  readonly stored: number;
  /** Start of the tables. */
  readonly tables: number;
}

/**
 * @param actions entries of actions, each of which has at most one successor in a state
 * @param properties all other entries
 * @param waiting instances whose steps wait until a batch has been looked at, and judgements of these steps
 */
export function expanderMap(
  packing: Packing,
  actions: number,
  properties: number,
  waiting: { readonly instances: number; readonly judgements: number },
): ExpanderMap {
  let top = 64;
  const reserve = (bytes: number): number => {
    const at = top;
    top = Math.ceil((top + bytes) / 16) * 16;
    return at;
  };
  const pairs = SPARE_PAIRS + actions + properties + 1 + LANES * properties + BATCH * waiting.judgements;
  const outputBytes = OUTPUT_BYTES + (actions + 1) * packing.words * 8;
  return {
    notedEnd: 8,
    askedEnd: 12,
    outputEnd: 16,
    current: 20,
    active: reserve(properties),
    last: reserve(4 * properties),
    live: reserve(BATCH),
    ends: reserve(4 * BATCH),
    // The last state is read in whole words.
    input: reserve(BATCH * packing.bytes + 8),
    noted: reserve(8 * pairs),
    asked: reserve(8 * pairs),
    output: reserve(outputBytes),
    sources: reserve(outputBytes / 2),
    waitingCounts: reserve(4 * waiting.instances),
    waiting: reserve(8 * BATCH * waiting.instances),
    waitingBytes: 8 * BATCH,
    stored: reserve(MAX_STORED),
    tables: top,
  };
}
