/** A signal: even, or odd where it is the opposite of the one before. 0 is false, 1 is true. */
export type Signal = number;

export const FALSE: Signal = 0;
export const TRUE: Signal = 1;

export function not(signal: Signal): Signal {
  return signal ^ 1;
}

/** Makes signals of others. Equal signals are one number, as far as that is seen at once. */
export interface Gates {
  all(signals: readonly Signal[]): Signal;
  any(signals: readonly Signal[]): Signal;
}
