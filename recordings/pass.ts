import type { SurveyedMachine } from "./observe/survey.ts";
import { isOn } from "./observe/spans.ts";
import type { Complain } from "./flaws.ts";
import { Accepts } from "./moves/accepts.ts";
import type { GuestSums, GuestWrite } from "./moves/guest-moves.ts";
import type { guestWrites } from "./moves/guest-side.ts";
import { MergedGuest } from "./moves/merged-guest.ts";
import type { Move } from "./moves/move.ts";
import { Moves } from "./moves/moves.ts";
import { disagreement, Pairing } from "./moves/pairing.ts";
import { Rewrites, type Step } from "./moves/rewrites.ts";
import type { SourceItem } from "./moves/source.ts";
import { Summary } from "./moves/summary.ts";
import type { Replay } from "./replay/replay.ts";

/** The guest's side of the recording that a pass reads. */
export interface GuestSide {
  /** Sums over a trace in a file of its own; null without one. */
  readonly sums: GuestSums | null;
  /** The rewrites of that trace; null where it has no moves. */
  readonly writes: ReturnType<typeof guestWrites> | null;
  /** The guest's lines are among those of QEMU's side. */
  readonly isMerged: boolean;
}

/**
 * The second pass through a recording, item by item: rewrites become moves, both sides of a move are put together, the
 * moves are added up, and every step goes to the replays.
 */
export class Pass {
  readonly summary: Summary;
  readonly moves: Moves;
  readonly #machine: SurveyedMachine;
  readonly #replays: readonly Replay[];
  readonly #complain: Complain;
  readonly #guest: GuestSide;
  readonly #merged: MergedGuest | null;
  readonly #pairing: Pairing | null;
  readonly #rewrites: Rewrites;
  readonly #accepts: Accepts;
  /** Moves whose other side is not known yet. */
  #finished: Move[] = [];
  /** The guest's side of each rewrite, by the rewrite's last line. */
  readonly #sides = new Map<number, GuestWrite>();
  /** Number of ends of interrupts so far, on all CPUs. */
  #ends = 0;
  #seconds = -Infinity;

  constructor(machine: SurveyedMachine, replays: readonly Replay[], guest: GuestSide, complain: Complain) {
    this.#machine = machine;
    this.#replays = replays;
    this.#complain = complain;
    this.#guest = guest;
    this.#pairing = guest.writes === null && !guest.isMerged ? null : new Pairing(guest.writes?.next ?? null, complain);
    this.#merged = guest.isMerged ? new MergedGuest((write) => this.#pairing?.write(write), complain) : null;
    this.summary = new Summary((move) => this.#compareSides(move));
    this.moves = new Moves(machine, (move) => this.#finished.push(move), complain);
    this.#rewrites = new Rewrites(machine, (step) => this.#step(step), complain);
    this.#accepts = new Accepts(machine.cpus, complain);
  }

  /** Number of rewrites found on both sides. */
  get paired(): number {
    return this.#pairing?.paired ?? 0;
  }

  async read(items: AsyncIterable<readonly SourceItem[]>): Promise<void> {
    for await (const batch of items) {
      for (const item of batch) {
        this.#push(item);
        if (item.kind === "gap") await this.#gap();
      }
      await this.#settle(false);
    }
    this.#rewrites.end();
    this.moves.flush();
    this.#merged?.gap();
    await this.#settle(true);
    this.summary.flush();
    await this.#guest.writes?.close();
  }

  /** Sums over the guest's side, once the recording is read. */
  guestSums(): GuestSums | null {
    return this.#guest.sums ?? this.#merged?.result() ?? null;
  }

  #push(item: SourceItem): void {
    if (item.kind === "guest") {
      this.#merged?.push(item.guest);
      return;
    }
    if (item.kind !== "gap" && item.seconds < this.#seconds) {
      this.#complain(item.line, "the time runs backwards: lines are out of order, or the host's clock was set back");
    }
    this.#seconds = item.kind === "gap" ? -Infinity : item.seconds;
    this.#accepts.push(item);
    this.#rewrites.push(item);
  }

  #step(step: Step): void {
    const { logs, spans } = this.#machine;
    if (step.kind === "rewrite") {
      const areLogged = logs.ends && isOn(spans.writes, step.rewrite.line);
      this.#pairing?.push({ ...step.rewrite, ends: areLogged ? this.#ends : null });
    }
    if (step.kind === "eoi") this.#ends++;
    const owner = this.moves.push(step);
    for (const replay of this.#replays) replay.push(step, owner, this.moves.numbered);
  }

  /** Something is left out of the recording here: what is open stays open. */
  async #gap(): Promise<void> {
    this.#merged?.gap();
    await this.#settle(true);
    this.summary.flush();
    this.#pairing?.gap();
  }

  /** Gives the moves that have both of their sides to the summary. */
  async #settle(isEnd: boolean): Promise<void> {
    for (const [line, write] of (await this.#pairing?.pair(isEnd)) ?? []) this.#sides.set(line, write);
    const open = isEnd ? Infinity : (this.#pairing?.openFrom ?? Infinity);
    const ready = this.#finished.filter(({ endLine }) => endLine < open);
    this.#finished = this.#finished.filter(({ endLine }) => endLine >= open);
    for (const move of ready) {
      move.guest = this.#sides.get(move.endLine)?.move ?? null;
      this.summary.add(move);
    }
    // Rewrites that changed nothing are no moves: their other side is not needed.
    if (this.#finished.length === 0) this.#sides.clear();
  }

  #compareSides(move: Move): void {
    const retriggers = (this.#guest.sums?.retriggers ?? this.#merged?.retriggers ?? 0) > 0;
    const what = disagreement(move, { retriggers, ipis: this.#machine.logs.ipis });
    if (what !== null) this.#complain(move.line, what);
  }
}
