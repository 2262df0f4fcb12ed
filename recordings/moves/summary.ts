import type { Move, StrategyName } from "./move.ts";
import type { Stall } from "./silence.ts";

/** Sums over the moves of one strategy. */
export interface StrategySums {
  readonly strategy: StrategyName;
  readonly moves: number;
  readonly before: number;
  readonly between: number;
  readonly after: number;
  /** Moves with a message between the writes. */
  readonly hit: number;
  /** The median time from the first to the last word that changes, in microseconds, over the first moves. */
  readonly window: number;
}

/** Sums over all moves. */
export interface MoveSums {
  readonly misdirectedMoves: number;
  readonly misdirected: number;
  readonly intermediateMoves: number;
  readonly intermediate: number;
  readonly checked: number;
  readonly checkedOne: number;
  readonly retriggers: number;
  readonly cleanups: number;
  readonly swallowed: number;
  /** Moves with a misdirected message after which the handler ran on the same CPU: null without the guest's trace. */
  readonly madeGood: number | null;
  /** The longest time from a move to the cleanup of its old vector, in seconds. */
  readonly latestCleanup: { readonly seconds: number; readonly move: number } | null;
}

/** Limits on the interesting moves that are kept, and on the windows for the median. */
const MAX_KEPT = { interesting: 400, windows: 5000 };

/** Adds moves up as they come; keeps those that are worth a look. */
export class Summary {
  moves = 0;
  /** Moves worth a look, also those that are not kept. */
  interestingCount = 0;
  readonly movesOf = new Map<string, number>();
  readonly #strategies = new Map<
    StrategyName,
    { moves: number; before: number; between: number; after: number; hit: number; windows: number[] }
  >();
  readonly #kept: Move[] = [];
  /** Moves whose aftermath (cleanup, handler, swallowed interrupt) is complete when the device's next move begins. */
  readonly #last = new Map<string, Move>();
  readonly #settled: (move: Move) => void;
  readonly #sums = {
    misdirectedMoves: 0,
    misdirected: 0,
    intermediateMoves: 0,
    intermediate: 0,
    checked: 0,
    checkedOne: 0,
    retriggers: 0,
    swallowed: 0,
  };
  #madeGood = 0;
  #hasGuest = false;
  #latest: { seconds: number; move: number } | null = null;

  /** @param settled called with each move when all is known of it */
  constructor(settled: (move: Move) => void = () => {}) {
    this.#settled = settled;
  }

  add(move: Move): void {
    this.moves++;
    this.movesOf.set(move.device, (this.movesOf.get(move.device) ?? 0) + 1);
    const last = this.#last.get(move.device);
    if (last !== undefined) this.#settle(last);
    this.#last.set(move.device, move);
    const known = this.#strategies.get(move.strategy);
    const sums = known ?? { moves: 0, before: 0, between: 0, after: 0, hit: 0, windows: [] };
    if (known === undefined) this.#strategies.set(move.strategy, sums);
    sums.moves++;
    sums.before += move.raises.before;
    sums.between += move.raises.between;
    sums.after += move.raises.after;
    if (move.hits.length > 0) sums.hit++;
    if (sums.windows.length < MAX_KEPT.windows) sums.windows.push(move.window);
  }

  strategies(): StrategySums[] {
    return [...this.#strategies]
      .map(([strategy, { windows, ...sums }]) => ({
        strategy,
        ...sums,
        window: windows.toSorted((a, b) => a - b)[Math.floor(windows.length / 2)] ?? 0,
      }))
      .sort((a, b) => b.moves - a.moves);
  }

  /** The recording is at its end, or something is left out: nothing more comes of the last moves. */
  flush(): void {
    for (const move of this.#last.values()) this.#settle(move);
    this.#last.clear();
  }

  sums(cleanups: number): MoveSums {
    return { ...this.#sums, cleanups, madeGood: this.#hasGuest ? this.#madeGood : null, latestCleanup: this.#latest };
  }

  interesting(stalls: readonly Stall[]): Move[] {
    const stalled = new Set(stalls.map(({ move }) => move));
    const weight = (move: Move): number =>
      (stalled.has(move.number) ? 1000 : 0) +
      (move.hits.some(({ kind }) => kind === "misdirected") ? 100 : 0) +
      (move.check === 1 ? 10 : 0) +
      move.hits.length / 100;
    return this.#kept.toSorted((a, b) => weight(b) - weight(a) || a.number - b.number);
  }

  #settle(move: Move): void {
    const misdirected = move.hits.filter(({ kind }) => kind === "misdirected").length;
    const intermediate = move.hits.length - misdirected;
    const sums = this.#sums;
    sums.misdirected += misdirected;
    sums.intermediate += intermediate;
    if (misdirected > 0) sums.misdirectedMoves++;
    if (intermediate > 0) sums.intermediateMoves++;
    if (move.check !== null) sums.checked++;
    if (move.check === 1) sums.checkedOne++;
    sums.retriggers += move.retriggers;
    sums.swallowed += move.swallowed;
    if (move.guest !== null) this.#hasGuest = true;
    if (misdirected > 0 && move.guest?.handlerFollows === true) this.#madeGood++;
    const { cleanup } = move;
    if (cleanup !== null && cleanup.delay > (this.#latest?.seconds ?? 0)) {
      this.#latest = { seconds: cleanup.delay, move: move.number };
    }
    const isInteresting = move.hits.length > 0 || move.check === 1 || move.retriggers > 0;
    if (isInteresting) this.interestingCount++;
    if (isInteresting && this.#kept.length < MAX_KEPT.interesting) this.#kept.push(move);
    this.#settled(move);
  }
}
