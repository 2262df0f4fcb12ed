/** What several measurements of the same thing come to. */
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

/** What is measured in turns. */
interface InTurn {
  readonly turn: number;
}

/**
 * How many times one thing is another, pair by pair: only measurements of the same turn are divided, so that what else
 * the machine did met both. Undefined when no turn has both.
 */
export function ratioOf<Sample extends InTurn>(
  some: readonly Sample[],
  others: readonly Sample[],
  of: (sample: Sample) => number,
): Summary | undefined {
  const ratios = some.flatMap((sample) => {
    const other = others.find(({ turn }) => turn === sample.turn);
    return other === undefined ? [] : [of(sample) / of(other)];
  });
  return ratios.length === 0 ? undefined : summaryOf(ratios);
}
