import { Cell } from "./protocol.ts";

const POLL_MS = 250;
/** A longer call is reported. */
const LONG_CALL_MS = 5_000;
/** After an interrupt, a longer call is reported. */
const SHORT_CALL_MS = 1_000;

/** Action when an interrupt arrives during a call that does not return. */
export interface Ending {
  readonly patience: number;
  readonly end: () => void;
}

/** Watches the user's function that the other thread is in, and reports one that does not return. */
export class CallWatch {
  readonly #cells: Int32Array;
  readonly #complain: (text: string) => void;
  readonly #names = new Map<number, string>();
  readonly #timer: NodeJS.Timeout;
  #calls = 0;
  #since = performance.now();
  #isNamed = false;
  #interruptedAt: number | undefined;
  #isAnswered = false;
  #ending: Ending | undefined;

  constructor(cells: Int32Array, complain: (text: string) => void) {
    this.#cells = cells;
    this.#complain = complain;
    this.#timer = setInterval(() => this.#look(performance.now()), POLL_MS);
    this.#timer.unref();
  }

  /** Whether an interrupt has arrived. */
  get interrupted(): boolean {
    return this.#interruptedAt !== undefined;
  }

  /** The current function, such as `the recipe of action go`. */
  get current(): string | undefined {
    return this.#names.get(Atomics.load(this.#cells, Cell.function));
  }

  name(number: number, name: string): void {
    this.#names.set(number, name);
  }

  /** An interrupt was requested; the command can end only after the current call. */
  interrupt(ending: Ending | undefined): void {
    this.#interruptedAt = performance.now();
    this.#ending = ending;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(now: number): void {
    const calls = Atomics.load(this.#cells, Cell.calls);
    const { current } = this;
    if (calls !== this.#calls || current === undefined) {
      this.#calls = calls;
      this.#since = now;
      this.#isNamed = false;
      return;
    }
    const inCall = now - this.#since;
    if (inCall > LONG_CALL_MS && !this.#isNamed) {
      this.#isNamed = true;
      this.#complain(`${current} has been running for ${Math.round(inCall / 1000)} s: does it end?`);
    }
    if (this.#interruptedAt === undefined) return;
    const waited = Math.min(inCall, now - this.#interruptedAt);
    if (waited > SHORT_CALL_MS && !this.#isAnswered) {
      this.#isAnswered = true;
      const how = this.#ending === undefined ? "; Ctrl-C again ends the program at once" : "";
      this.#complain(`the report follows when ${current} returns${how}`);
    }
    if (this.#ending !== undefined && waited > this.#ending.patience) this.#ending.end();
  }
}
