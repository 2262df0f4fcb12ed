import { linesOf } from "./lines.ts";

/** A stretch of a log, by the numbers of its first and last line, from 1. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/**
 * The lines of stretches of a log, in the order of the stretches. A long stretch is cut in its middle.
 *
 * @param most lines of a stretch that are returned, 2 or more
 * @throws ModelError when the file cannot be read
 */
export async function linesAt(file: string, stretches: readonly Stretch[], most: number): Promise<string[][]> {
  const found = stretches.map((): { head: string[]; tail: string[]; count: number } => ({
    head: [],
    tail: [],
    count: 0,
  }));
  const end = Math.max(0, ...stretches.map(({ last }) => last));
  const half = Math.floor(most / 2);
  let number = 0;
  for await (const lines of linesOf(file)) {
    for (const line of lines) {
      number++;
      for (const [index, { first, last }] of stretches.entries()) {
        if (number < first || number > last) continue;
        const kept = found[index]!;
        kept.count++;
        if (kept.head.length < most - half) kept.head.push(line);
        else if (kept.tail.push(line) > half) kept.tail.shift();
      }
    }
    if (number >= end) break;
  }
  return found.map(({ head, tail, count }) => {
    const missing = count - head.length - tail.length;
    return missing === 0 ? [...head, ...tail] : [...head, `... ${missing} lines ...`, ...tail];
  });
}
