/** Places in the cells: the function that is being called, and calls so far. */
const FUNCTION = 0;
const CALLS = 1;

let cells: Int32Array = new Int32Array(2);
let onName: (number: number, name: string) => void = () => {};
const numbers = new Map<string, number>();

/**
 * Lets another thread see which of the model's functions is being called, and since when: one that never returns is
 * named there. Two stores for each call are all that this costs.
 *
 * @param shared its first cell is the function's number, 0 for none; its second one counts calls
 * @param named called once for each function, before the first call
 */
export function shareCurrentCall(shared: Int32Array, named: (number: number, name: string) => void): void {
  cells = shared;
  onName = named;
  for (const [name, number] of numbers) named(number, name);
}

/** The number of a function by its name, which is the beginning of a sentence. */
export function callNumber(name: string): number {
  let number = numbers.get(name);
  if (number === undefined) {
    numbers.set(name, (number = numbers.size + 1));
    onName(number, name);
  }
  return number;
}

/** Notes that a function is called; what is returned must be given to `callEnds`. */
export function callBegins(number: number): number {
  const before = cells[FUNCTION] as number;
  cells[FUNCTION] = number;
  cells[CALLS] = (cells[CALLS] as number) + 1;
  return before;
}

/** Notes that a call has ended, in whatever way. */
export function callEnds(before: number): void {
  cells[FUNCTION] = before;
}

/** The same function, whose calls are noted. */
export function noted<Arguments extends unknown[], Result>(
  name: string,
  call: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  const number = callNumber(name);
  return (...given) => {
    const before = callBegins(number);
    try {
      return call(...given);
    } finally {
      callEnds(before);
    }
  };
}
