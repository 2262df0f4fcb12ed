/** An omitted stretch: the `period` items before it, `times` more times. */
export interface Repetition {
  /** Index of the first item that is left out. */
  readonly from: number;
  readonly period: number;
  /** Number of further repetitions of the `period` items before `from`. */
  readonly times: number;
}

/** An item to show, by its index, or a stretch to leave out. */
export type Piece = number | Repetition;

/** Longest period that is searched: the time is proportional to it. */
const MAX_PERIOD = 200;

/** Fewer items than this are not worth leaving out: the line that stands for them has to be read too. */
const MIN_LEFT_OUT = 8;

/**
 * A list without its repetitions. Of a stretch that repeats itself the first and the last round stay, and inside them
 * the same holds. At each place the period that covers most is taken; of those the shortest.
 *
 * @param keys what makes two items equal
 * @param cuts indices across which nothing is folded
 */
export function withoutRepetitions(keys: readonly string[], cuts: readonly number[] = []): Piece[] {
  const numbers = new Map<string, number>();
  const items = Int32Array.from(keys, (key) => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  const pieces: Piece[] = [];
  const ends = [...cuts.filter((cut) => cut > 0 && cut < keys.length), keys.length];
  let from = 0;
  for (const end of ends) {
    fold(items, from, end, pieces);
    from = end;
  }
  return pieces;
}

function fold(items: Int32Array, from: number, end: number, pieces: Piece[]): void {
  for (let at = from; at < end;) {
    const found = longest(items, at, end);
    if (found === undefined) {
      pieces.push(at);
      at++;
      continue;
    }
    const { period, rounds } = found;
    const last = at + period * (rounds - 1);
    fold(items, at, at + period, pieces);
    pieces.push({ from: at + period, period, times: rounds - 2 });
    fold(items, last, last + period, pieces);
    at = last + period;
  }
}

/** The period whose rounds from here on cover most. */
function longest(
  items: Int32Array,
  at: number,
  end: number,
): { readonly period: number; readonly rounds: number } | undefined {
  let best: { readonly period: number; readonly rounds: number } | undefined;
  let covered = 0;
  const most = Math.min(MAX_PERIOD, Math.floor((end - at) / 3));
  for (let period = 1; period <= most && covered < end - at; period++) {
    let next = at + period;
    while (next < end && items[next] === items[next - period]) next++;
    const rounds = Math.floor((next - at) / period);
    if ((rounds - 2) * period < MIN_LEFT_OUT || rounds * period <= covered) continue;
    best = { period, rounds };
    covered = rounds * period;
  }
  return best;
}
