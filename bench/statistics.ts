/** Several measurements of the same thing. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @throws RangeError without any value */
export function summaryOf(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError("there is no median of nothing");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return {
    median: sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2,
    least: sorted[0] as number,
    most: sorted.at(-1) as number,
  };
}

/** A measurement with its turn. */
interface InTurn {
  readonly turn: number;
}

/**
 * Quotients of two series, pair by pair: only measurements of the same turn are divided, so that what else the machine
 * did met both. Undefined when no turn has both, or `of` has no value for them.
 */
export function ratioOf<Sample extends InTurn>(
  some: readonly Sample[],
  others: readonly Sample[],
  of: (sample: Sample) => number | undefined,
): Summary | undefined {
  const ratios = some.flatMap((sample) => {
    const other = others.find(({ turn }) => turn === sample.turn);
    const [value, divisor] = [of(sample), other === undefined ? undefined : of(other)];
    return value === undefined || divisor === undefined ? [] : [value / divisor];
  });
  return ratios.length === 0 ? undefined : summaryOf(ratios);
}
