import { ModelError, type Trace } from "../checker/index.ts";
import type { SystemState } from "../model/index.ts";
import { Counts } from "./log/lines.ts";
import type { RecordedDevice } from "./machine/observation.ts";
import type { SurveyedMachine } from "./machine/survey.ts";
import { GuestMoves, guestSums, type GuestSums } from "./recording/guest-moves.ts";
import { Moves, type Move, type Stall, type StrategyName } from "./recording/moves.ts";
import { Pairing } from "./recording/pairing.ts";
import { Rewrites } from "./recording/rewrites.ts";
import { openSource, type OnProgress, type RecordingFiles } from "./recording/source.ts";
import { candidateOf, candidates, type Candidate } from "./replay/entries.ts";
import { Replay, type ReplayResult } from "./replay/replay.ts";

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

/** Something in a recording that cannot have happened so, or was taken out of it. */
export interface Flaw {
  readonly line: number;
  readonly what: string;
}

/** What a recording shows, and how it fits the model. */
export interface ConformanceReport {
  readonly machine: SurveyedMachine | null;
  readonly device: RecordedDevice | null;
  readonly qemu: {
    readonly lines: number;
    readonly raises: number;
    readonly messages: number;
    readonly others: number;
    readonly rewrites: number;
    readonly unchanged: number;
    readonly unanswered: number;
    readonly unused: readonly (readonly [string, number])[];
  } | null;
  readonly guest: (GuestSums & { readonly unused: readonly (readonly [string, number])[] }) | null;
  readonly paired: number;
  readonly moves: number;
  readonly strategies: readonly StrategySums[];
  readonly sums: {
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
  };
  /** The moves worth a look, the most telling first. */
  readonly interesting: readonly Move[];
  readonly stalls: readonly Stall[];
  readonly flaws: readonly Flaw[];
  readonly flawCount: number;
  readonly results: readonly ReplayResult[];
  /** The run of the move that was asked for, with the entry that it is a run of. */
  readonly chart: {
    readonly candidate: Candidate;
    readonly trace: Trace<SystemState>;
    readonly vectors: readonly (readonly [number, number])[];
  } | null;
  /** The charts of first contradictions need their models. */
  readonly candidates: readonly Candidate[];
  readonly verdict: "fits" | "contradiction" | "inconclusive";
}

/** What to do with a recording. */
export interface ConformanceOptions extends RecordingFiles {
  /** An entry's id, or "auto" for all that can be compared. Default "auto". */
  readonly entry?: string;
  /** A move to draw. */
  readonly migration?: number;
  readonly onProgress?: OnProgress;
}

/** So many moves and flaws are told of one by one. */
const MOST = { interesting: 400, flaws: 20, windows: 5000 };

/**
 * Reads a recording, says what it shows, and holds it against the model.
 *
 * @throws ModelError when a file is not what it should be, or there is no such entry or move
 */
export async function conformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { guest: guestFile, migration, onProgress = () => {} } = options;
  const guestUnused = new Counts();
  let guestLines = 0;
  let guest =
    guestFile === undefined
      ? null
      : await guestSums(guestFile, guestUnused, (more) => onProgress("survey", (guestLines += more)));
  if (options.qemu === undefined && options.merged === undefined) {
    if (guest === null) throw new ModelError("replay: --qemu, --merged or --guest has to name a file");
    return guestOnly(guest, guestUnused);
  }

  const source = await openSource(options, onProgress);
  const { machine } = source;
  const device = machine.devices.toSorted((a, b) => b.writes - a.writes)[0] ?? null;
  const chosen =
    device === null
      ? []
      : options.entry === undefined || options.entry === "auto"
        ? candidates(machine, device).filter(({ context }) => guest?.context == null || context === guest.context)
        : [candidateOf(options.entry, machine, device)];
  const replays = chosen.map((candidate) => new Replay(candidate, machine, device!.key, migration ?? null));

  const flaws: Flaw[] = [];
  let flawCount = 0;
  const complain = (line: number, what: string): void => {
    flawCount++;
    if (flaws.length < MOST.flaws) flaws.push({ line, what });
  };
  const pairing = guestFile === undefined || (guest?.moves ?? 0) === 0 ? null : new Pairing(guestFile, complain);
  const summary = new Summary();
  let finished: Move[] = [];
  const moves = new Moves(machine, (move) => finished.push(move), complain);
  const rewrites = new Rewrites(
    machine,
    (step) => {
      if (step.kind === "rewrite") pairing?.push(step.rewrite);
      const owner = moves.push(step);
      for (const replay of replays) replay.push(step, owner);
    },
    complain,
  );
  // A merged file has the guest's lines too, in order.
  const mergedMoves = new GuestMoves(() => {});
  source.onGuestLine = (line) => mergedMoves.push(line);
  const settle = async (): Promise<void> => {
    await pairing?.pair();
    for (const move of finished) {
      move.guest = pairing?.take(move.endLine) ?? null;
      summary.add(move);
    }
    finished = [];
  };
  for await (const batch of source.observations()) {
    for (const observation of batch) rewrites.push(observation);
    await settle();
  }
  rewrites.end();
  moves.flush();
  await settle();
  await pairing?.close();
  if (options.merged !== undefined && guest === null) {
    mergedMoves.flush();
    if (mergedMoves.sums.lines > 0) guest = mergedMoves.result();
  }
  if (migration !== undefined && migration > summary.moves) {
    throw new ModelError(`replay: --migration is ${migration}: the recording has ${summary.moves} migrations`);
  }

  const results = replays.map((replay) => replay.result());
  const drawn = replays.findIndex((replay, index) => replay.chart !== null && results[index]!.contradictions === 0);
  const chart = (drawn < 0 ? undefined : replays[drawn])?.chart ?? null;
  const explains = results.some(({ contradictions, moves: begun }) => contradictions === 0 && begun > 0);
  const begun = results.some(({ moves: count }) => count > 0);
  return {
    machine,
    device,
    qemu: { lines: source.lines, ...moves.sums, unused: source.unused.entries() },
    guest: guest === null ? null : { ...guest, unused: guestUnused.entries() },
    paired: pairing?.paired ?? 0,
    moves: summary.moves,
    strategies: summary.strategies(),
    sums: summary.sums(moves.sums.cleanups),
    interesting: summary.interesting(moves.stalls),
    stalls: moves.stalls,
    flaws,
    flawCount,
    results,
    chart: chart === null ? null : { candidate: chosen[drawn]!, ...chart },
    candidates: chosen,
    verdict: !begun ? "inconclusive" : explains && flawCount === 0 ? "fits" : "contradiction",
  };
}

function guestOnly(guest: GuestSums, unused: Counts): ConformanceReport {
  return {
    machine: null,
    device: null,
    qemu: null,
    guest: { ...guest, unused: unused.entries() },
    paired: 0,
    moves: guest.moves,
    strategies: [],
    sums: new Summary().sums(0),
    interesting: [],
    stalls: [],
    flaws: [],
    flawCount: 0,
    results: [],
    chart: null,
    candidates: [],
    verdict: "inconclusive",
  };
}

/** Adds moves up as they come; keeps those that are worth a look. */
class Summary {
  moves = 0;
  readonly #strategies = new Map<
    StrategyName,
    { moves: number; before: number; between: number; after: number; hit: number; windows: number[] }
  >();
  readonly #kept: Move[] = [];
  #last: Move | null = null;
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

  add(move: Move): void {
    this.moves++;
    // What comes after a move (its cleanup, a swallowed interrupt) is known when the next one is.
    if (this.#last !== null) this.#settle(this.#last);
    this.#last = move;
    const known = this.#strategies.get(move.strategy);
    const sums = known ?? { moves: 0, before: 0, between: 0, after: 0, hit: 0, windows: [] };
    if (known === undefined) this.#strategies.set(move.strategy, sums);
    sums.moves++;
    sums.before += move.raises.before;
    sums.between += move.raises.between;
    sums.after += move.raises.after;
    if (move.hits.length > 0) sums.hit++;
    if (sums.windows.length < MOST.windows) sums.windows.push(move.window);
    const misdirected = move.hits.filter(({ kind }) => kind === "misdirected").length;
    const intermediate = move.hits.length - misdirected;
    this.#sums.misdirected += misdirected;
    this.#sums.intermediate += intermediate;
    if (misdirected > 0) this.#sums.misdirectedMoves++;
    if (intermediate > 0) this.#sums.intermediateMoves++;
    if (move.check !== null) this.#sums.checked++;
    if (move.check === 1) this.#sums.checkedOne++;
    this.#sums.retriggers += move.retriggers;
    if (move.guest !== null) this.#hasGuest = true;
    if (misdirected > 0 && move.guest?.handlerFollows === true) this.#madeGood++;
  }

  strategies(): StrategySums[] {
    return [...this.#strategies]
      .map(([strategy, { windows, ...sums }]) => ({
        strategy,
        ...sums,
        window: windows.sort((a, b) => a - b)[Math.floor(windows.length / 2)] ?? 0,
      }))
      .sort((a, b) => b.moves - a.moves);
  }

  sums(cleanups: number): ConformanceReport["sums"] {
    if (this.#last !== null) this.#settle(this.#last);
    this.#last = null;
    return {
      ...this.#sums,
      cleanups,
      madeGood: this.#hasGuest ? this.#madeGood : null,
      latestCleanup: this.#latest,
    };
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
    this.#sums.swallowed += move.swallowed;
    const { cleanup } = move;
    if (cleanup !== null && cleanup.delay > (this.#latest?.seconds ?? 0)) {
      this.#latest = { seconds: cleanup.delay, move: move.number };
    }
    const isTelling = move.hits.length > 0 || move.check === 1 || move.retriggers > 0;
    if (isTelling && this.#kept.length < MOST.interesting) this.#kept.push(move);
  }
}
