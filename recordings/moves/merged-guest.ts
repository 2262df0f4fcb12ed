import { GuestFlow } from "./guest-flow.ts";
import { GuestMoves, type GuestSums, type GuestWrite } from "./guest-moves.ts";

/** The guest's lines in a merged file. */
export class MergedGuest {
  readonly #moves: GuestMoves;
  readonly #flow: GuestFlow;

  /** @param onWrite called at each rewrite of the guest's side */
  constructor(onWrite: (write: GuestWrite) => void, complain: (line: number, what: string) => void) {
    this.#moves = new GuestMoves(onWrite);
    this.#flow = new GuestFlow(complain);
  }

  get retriggers(): number {
    return this.#moves.sums.retriggers;
  }

  push(line: Parameters<GuestMoves["push"]>[0]): void {
    this.#moves.push(line);
    this.#flow.push(line);
  }

  /** Something is left out of the recording here, or it is at its end. */
  gap(): void {
    this.#moves.flush();
    this.#flow.gap();
  }

  /** Null where the file has no line of the guest. */
  result(): GuestSums | null {
    return this.#moves.sums.lines > 0 ? this.#moves.result() : null;
  }
}
