/**
 * Decisions taken from a list of numbers, in order; past its end every decision is the first one. So a test that shrinks
 * the list shrinks what is made of it.
 */
export class Choices {
  readonly #numbers: ArrayLike<number>;
  #next = 0;

  constructor(numbers: ArrayLike<number>) {
    this.#numbers = numbers;
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#numbers.length;
  }

  /** A number from 0 to `count - 1`. */
  below(count: number): number {
    return this.isAtEnd ? 0 : (this.#numbers[this.#next++] as number) % count;
  }

  /** True once in `count` times. */
  oneIn(count: number): boolean {
    return this.below(count) === count - 1;
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}
