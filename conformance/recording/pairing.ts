import { guestLog } from "../log/guest.ts";
import { Counts } from "../log/lines.ts";
import { GuestMoves, type GuestMove } from "./guest-moves.ts";
import type { Rewrite } from "./rewrites.ts";

/** So many rewrites of one side are looked through for the partner of one of the other side. */
const NEAR = 8;

/** A rewrite as the guest's trace has it, with the move that it is part of. */
interface GuestWrite {
  readonly line: number;
  readonly low: number;
  readonly data: number;
  readonly move: GuestMove;
}

/**
 * Puts the two sides of a recording together: the guest's msi_write lines and the rewrites in QEMU's log are the same
 * events, in the same order. Reads the guest's trace no farther than the other side has come.
 */
export class Pairing {
  readonly #source: AsyncGenerator<GuestWrite[]>;
  readonly #complain: (line: number, what: string) => void;
  #writes: GuestWrite[] = [];
  #ended = false;
  #rewrites: Rewrite[] = [];
  /** Where rewrites were found in the guest's trace, until they are asked for. */
  readonly #moves = new Map<number, GuestMove>();
  paired = 0;

  constructor(file: string, complain: (line: number, what: string) => void) {
    this.#source = guestWrites(file);
    this.#complain = complain;
  }

  /** A rewrite of QEMU's side. */
  push(rewrite: Rewrite): void {
    this.#rewrites.push(rewrite);
  }

  /** The guest's move that a rewrite is part of, by the rewrite's last line; once. */
  take(endLine: number): GuestMove | undefined {
    const move = this.#moves.get(endLine);
    this.#moves.delete(endLine);
    return move;
  }

  /** Finds the partners of all rewrites so far. */
  async pair(): Promise<void> {
    let next = 0;
    for (; next < this.#rewrites.length; next++) {
      const rewrite = this.#rewrites[next]!;
      await this.#fill(NEAR);
      if (this.#writes.length === 0) break;
      const at = this.#writes.slice(0, NEAR).findIndex((write) => isSame(write, rewrite));
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
          `the guest's trace has ${at === 1 ? "a rewrite" : `${at} rewrites`} before this that QEMU's log has not (guest line ${this.#writes[0]!.line})`,
        );
      }
      const [partner] = this.#writes.splice(0, at + 1).slice(-1);
      this.paired++;
      this.#moves.set(rewrite.endLine, partner!.move);
    }
    this.#rewrites = [];
    // What nobody asked for: rewrites that changed nothing.
    if (this.#moves.size > 4096) this.#moves.clear();
  }

  async close(): Promise<void> {
    await this.#source.return(undefined);
  }

  async #fill(count: number): Promise<void> {
    while (this.#writes.length < count && !this.#ended) {
      const { done, value } = await this.#source.next();
      if (done === true) this.#ended = true;
      else this.#writes.push(...value);
    }
  }
}

function isSame(write: GuestWrite, { address, data }: Rewrite): boolean {
  return write.low >>> 0 === address >>> 0 && (write.data & 0xffff) === (data & 0xffff);
}

async function* guestWrites(file: string): AsyncGenerator<GuestWrite[]> {
  let found: GuestMove[] = [];
  const moves = new GuestMoves((move) => found.push(move));
  const writesOf = (): GuestWrite[] => {
    const writes = found.flatMap((move) => move.writes.map((write) => ({ ...write, move })));
    found = [];
    // Moves end in another order than they begin.
    return writes.sort((a, b) => a.line - b.line);
  };
  for await (const batch of guestLog(file, new Counts())) {
    for (const line of batch) moves.push(line);
    const writes = writesOf();
    if (writes.length > 0) yield writes;
  }
  moves.flush();
  yield writesOf();
}
