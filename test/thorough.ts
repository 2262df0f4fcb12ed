/** Whether a file that the default suite runs in part is run whole: the thorough suite sets the variable. */
export const thorough = process.env["IRQPROOF_THOROUGH"] !== undefined;

/** In the default suite every `step`-th of a list, the first among them; otherwise all of it. */
export function sampled<T>(all: readonly T[], step: number): readonly T[] {
  return thorough ? all : all.filter((_, index) => index % step === 0);
}
