/**
 * Asks functions that should depend on nothing but their arguments the same question again, now and then: the first
 * question of each function some times at once, and once more whenever its questions have doubled. So it finds random
 * numbers and clocks, and variables that change from call to call, at next to no cost; a function that hides
 * from all of it stays undiscovered.
 */
export class Repetition<Key, Answer extends boolean | string> {
  readonly #asked = new Map<Key, { count: number; readonly answer: Answer; readonly ask: () => Answer }>();
  readonly #atOnce: number;

  /** @param atOnce how often the first answer is asked for again at once */
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /**
   * Whether the function answers as it did.
   *
   * @param answer what was answered just now, made only if it is needed
   * @param ask asks the same again
   * @param isSample whether only one of ever more questions comes here: then the first is asked again with each
   */
  repeats(key: Key, answer: Answer | (() => Answer), ask: () => Answer, isSample: boolean): boolean {
    const known = this.#asked.get(key);
    if (known === undefined) {
      const first = typeof answer === "function" ? answer() : answer;
      this.#asked.set(key, { count: 1, answer: first, ask });
      for (let again = 0; again < this.#atOnce; again++) {
        if (ask() !== first) return false;
      }
      return true;
    }
    known.count++;
    const hasDoubled = (known.count & (known.count - 1)) === 0;
    return !(hasDoubled || isSample) || known.ask() === known.answer;
  }
}
