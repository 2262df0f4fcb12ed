/** Chooses the states whose transitions are repeated using the reference semantics. */
export class AuditPace {
  readonly #every: number;
  #due = 0;

  /** @param every one of this many transitions is audited */
  constructor(every: number) {
    this.#every = every;
  }

  /** Some states of a batch, spread over it. */
  chosen(count: number, transitions: number): number[] {
    this.#due += transitions / this.#every;
    const share = Math.max(1, transitions / count);
    const states = Math.min(count, Math.floor(this.#due / share));
    this.#due -= states * share;
    return Array.from({ length: states }, (_, index) => Math.floor((index * count) / states));
  }
}
