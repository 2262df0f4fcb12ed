import type { GuestWrite } from "./guest-moves.ts";
import type { Move } from "./move.ts";
import type { Rewrite } from "./rewrites.ts";

/** At most this many rewrites of one side are searched for the partner of one of the other side. */
const PARTNER_WINDOW = 8;

/** At most this many rewrites may precede the first one of the other side. */
const MAX_LEAD_REWRITES = 64;

/** Number of rewrites that are compared to align the two sides. */
const ALIGNED_REWRITES = 5;

/**
 * Seconds between rewrites that are long compared to what lies between a line of the one side and the other: CPUs are
 * threads, which now and then do not run for some milliseconds.
 */
const LONG_GAP_SECONDS = 0.05;

/** A rewrite of QEMU's side. */
export interface CountedRewrite extends Rewrite {
  /** Number of ends of interrupts logged before it, on all CPUs; null where they are not logged. */
  readonly ends: number | null;
}

/** Reads more of the guest's trace; undefined at its end. */
export type NextWrites = () => Promise<readonly GuestWrite[] | undefined>;

/**
 * Puts the two sides of a recording together: the guest's msi_write lines and the rewrites in QEMU's log are the same
 * events, in the same order. Reads the guest's trace no farther than the other side has come.
 */
export class Pairing {
  readonly #next: NextWrites | null;
  readonly #complain: (line: number, what: string) => void;
  #writes: GuestWrite[] = [];
  #ended = false;
  #rewrites: CountedRewrite[] = [];
  #begun = false;
  readonly #lastOn = new Map<number, { handlers: number; ends: number | null; line: number }>();
  /** Number of rewrites found on both sides. */
  paired = 0;

  /** @param next null where the guest's rewrites are given by `write`, as they come */
  constructor(next: NextWrites | null, complain: (line: number, what: string) => void) {
    this.#next = next;
    this.#complain = complain;
  }

  /** A rewrite of the guest's side. */
  write(write: GuestWrite): void {
    this.#writes.push(write);
  }

  /** A rewrite of QEMU's side. */
  push(rewrite: CountedRewrite): void {
    this.#rewrites.push(rewrite);
  }

  /**
   * Finds the partners of all rewrites so far.
   *
   * @param isEnd nothing more will come of QEMU's side
   * @returns the guest's side of each rewrite that has one, by the rewrite's last line
   */
  async pair(isEnd: boolean): Promise<Map<number, GuestWrite>> {
    const found = new Map<number, GuestWrite>();
    if (!this.#begun) {
      if (!isEnd && this.#rewrites.length < ALIGNED_REWRITES) return found;
      await this.#fill(MAX_LEAD_REWRITES + ALIGNED_REWRITES);
      if (!this.#begin(isEnd)) return found;
    }
    while (this.#rewrites.length > 0) {
      await this.#fill(PARTNER_WINDOW);
      const rewrite = this.#rewrites[0]!;
      const at = this.#writes.slice(0, PARTNER_WINDOW).findIndex((write) => isSame(write, rewrite));
      if (at < 0 && this.#writes.length < PARTNER_WINDOW && !this.#ended && !isEnd) break;
      this.#rewrites.shift();
      // The guest's trace may end first.
      if (this.#writes.length === 0) continue;
      if (at < 0) {
        this.#complain(
          rewrite.endLine,
          `the guest's trace has no such rewrite near its line ${this.#writes[0]!.line}: address 0x${rewrite.address.toString(16)}, data 0x${rewrite.data.toString(16)}`,
        );
        // Later ones have their partners where this one's would have been, or one after it.
        continue;
      }
      if (at > 0) {
        this.#complain(
          rewrite.line,
          `the guest's trace has ${at === 1 ? "a rewrite" : `${at} rewrites`} before this that is not in QEMU's log (guest line ${this.#writes[0]!.line})`,
        );
      }
      const partner = this.#writes.splice(0, at + 1).at(-1)!;
      this.paired++;
      this.#compare(rewrite, partner);
      found.set(rewrite.endLine, partner);
    }
    return found;
  }

  /** The line from which on partners have yet to be found. */
  get openFrom(): number {
    return this.#rewrites[0]?.line ?? Infinity;
  }

  /** Something is left out of the recording here, on both sides. */
  gap(): void {
    this.#rewrites = [];
    this.#writes = [];
    this.#begun = false;
    this.#lastOn.clear();
  }

  /**
   * One side may have begun before the other: looks for the first rewrite that is on both. Moves to and fro repeat
   * themselves, so who rewrites, and the time between rewrites, have to agree, too.
   */
  #begin(isEnd: boolean): boolean {
    const { length } = this.#rewrites;
    if (length === 0 || this.#writes.length === 0) return false;
    const offsets = [{ skip: 0, lead: 0 }];
    for (let lead = 1; lead <= MAX_LEAD_REWRITES; lead++) offsets.push({ skip: 0, lead });
    for (let skip = 1; skip < length; skip++) offsets.push({ skip, lead: 0 });
    let best = offsets[0]!;
    let most = -Infinity;
    for (const offset of offsets) {
      const likeness = this.#likeness(offset.skip, offset.lead);
      if (likeness > most) [most, best] = [likeness, offset];
    }
    if (most === -Infinity) {
      if (!isEnd && length < MAX_LEAD_REWRITES) return false;
      this.#complain(
        this.#rewrites[0]!.line,
        `the guest's trace, from its line ${this.#writes[0]!.line} on, and QEMU's log have no rewrite in common: they belong to different recordings, or to different parts of one`,
      );
      this.#rewrites = [];
      this.#writes = [];
      this.#ended = true;
    } else {
      this.#rewrites.splice(0, best.skip);
      this.#writes.splice(0, best.lead);
    }
    this.#begun = true;
    return true;
  }

  /** Agreement of the first rewrites, the guest's after `lead` of them and QEMU's after `skip`; -Infinity: none. */
  #likeness(skip: number, lead: number): number {
    const pairs: (readonly [CountedRewrite, GuestWrite])[] = [];
    let missing = 0;
    let at = lead;
    for (const rewrite of this.#rewrites.slice(skip, skip + MAX_LEAD_REWRITES)) {
      const near = this.#writes.slice(at, at + PARTNER_WINDOW);
      if (near.length === 0) break;
      const found = near.findIndex((write) => isSame(write, rewrite));
      missing += found < 0 ? 1 : found;
      if (found < 0) continue;
      pairs.push([rewrite, near[found]!]);
      at += found + 1;
    }
    if (pairs.length === 0) return -Infinity;
    const byOthers = pairs.filter(([rewrite, write]) => rewrite.cpu !== write.cpu).length;
    const [[firstRewrite, firstWrite]] = pairs as [readonly [CountedRewrite, GuestWrite]];
    const rates = pairs.flatMap(([rewrite, write]) => {
      const seconds = rewrite.endSeconds - firstRewrite.endSeconds;
      return seconds > LONG_GAP_SECONDS ? [(write.time - firstWrite.time) / seconds] : [];
    });
    const isEven = rates.length < 2 || Math.max(...rates) < 1.3 * Math.min(...rates);
    return (isEven ? 1 : 0.5) * pairs.length - 2 * (missing + byOthers);
  }

  /** Both sides have to agree on who rewrites; and a handler does not run without the end of an interrupt before. */
  #compare(rewrite: CountedRewrite, write: GuestWrite): void {
    if (rewrite.cpu !== write.cpu) {
      this.#complain(
        rewrite.line,
        `CPU${rewrite.cpu} rewrites the message, but CPU${write.cpu} according to the guest's line ${write.line}: the line is wrong, or the threads file belongs to another recording`,
      );
    }
    const last = this.#lastOn.get(write.cpu);
    this.#lastOn.set(write.cpu, { handlers: write.handlers, ends: rewrite.ends, line: write.line });
    if (last === undefined || last.ends === null || rewrite.ends === null) return;
    // A handler runs again without another end on its CPU if the interrupt has come to another CPU meanwhile.
    const runs = write.handlers - last.handlers;
    const ends = rewrite.ends - last.ends;
    if (runs <= ends + 1) return;
    this.#complain(
      rewrite.line,
      `handlers run ${runs} times on CPU${write.cpu} from the guest's line ${last.line} to ${write.line}, but only ${ends} interrupts end in that time`,
    );
  }

  async #fill(count: number): Promise<void> {
    while (this.#writes.length < count && !this.#ended && this.#next !== null) {
      const more = await this.#next();
      if (more === undefined) this.#ended = true;
      else this.#writes.push(...more);
    }
  }
}

function isSame(write: GuestWrite, { address, data }: Rewrite): boolean {
  return write.low >>> 0 === address >>> 0 && (write.data & 0xffff) === (data & 0xffff);
}

/**
 * Contradiction between the two sides of a move; null where there is none.
 *
 * @param traced what the recording has lines of: retriggers on the guest's side, IPIs on QEMU's
 */
export function disagreement(
  { guest, check, retriggers }: Move,
  traced: { readonly retriggers: boolean; readonly ipis: boolean },
): string | null {
  if (guest === null || guest.result === null) return null;
  if (traced.retriggers && check === 1 && guest.retriggers === 0) {
    return `the check reads 1, but the guest's trace has no retrigger in this move (its line ${guest.line})`;
  }
  if (traced.ipis && guest.retriggers > retriggers) {
    return `the guest's trace has a retrigger in this move (its line ${guest.line}), but QEMU's log has no IPI for it`;
  }
  return null;
}
