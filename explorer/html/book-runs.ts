import type { Assets } from "../assets.ts";
import type { Book, BookRun, StepView } from "../wire.ts";
import { packed } from "./document.ts";

/** The largest file, in bytes: it can be attached to a mail. */
const MAX_FILE_BYTES = 1_000_000;

/** Room for what is neither page nor book: the document around them, and the text for a reader without scripts. */
const RESERVED_BYTES = 60_000;

/** Longer runs keep only their first and last steps. */
const MAX_RUN_STEPS = 1000;

/** Puts runs into a book as long as the file with it stays small. */
export class BookRuns {
  readonly #book: Book;
  readonly #room: number;
  readonly #runs = new Map<string, BookRun>();

  constructor(book: Book, { script, style }: Assets) {
    this.#book = book;
    this.#room = MAX_FILE_BYTES - RESERVED_BYTES - script.length - style.length;
  }

  /**
   * Adds a run, unless the book has it already.
   *
   * @returns whether it is in the book
   */
  add(key: string, steps: () => StepView[]): boolean {
    if (this.#runs.has(key)) return true;
    this.#runs.set(key, shortened(steps()));
    if (packed(this.book()).length <= this.#room) return true;
    this.#runs.delete(key);
    return false;
  }

  book(): Book {
    return { ...this.#book, runs: Object.fromEntries(this.#runs) };
  }
}

function shortened(steps: StepView[]): BookRun {
  const length = steps.length - 1;
  if (steps.length <= MAX_RUN_STEPS) return { head: steps, tail: [], length };
  return { head: steps.slice(0, MAX_RUN_STEPS / 2), tail: steps.slice(-MAX_RUN_STEPS / 2), length };
}
