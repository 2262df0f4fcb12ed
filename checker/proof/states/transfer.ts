import type { Kind, Part } from "./parts.ts";
import { cubeKey, cubeOf, fullMask, type Cube, type Mask, type Parts } from "./states.ts";

/** Correspondence of the things of a kind in the larger model to those in the smaller one. */
interface Likeness {
  readonly kind: string;
  /** By the index of a thing of the larger model: the thing whose facts apply to it too, or -1. */
  readonly inPaths: readonly number[];
  /** By the same: as which one it counts where it is a value. */
  readonly asValue: readonly number[];
}

/**
 * Facts about a model as guesses about the same model with more of something, the boldest first. The further
 * things of a kind are as if the fact did not speak of them, or as one of those that it speaks of: "no CPU has a request"
 * is of two CPUs in a model with two, and of three in a model with three. Each way is a guess of its own.
 */
export function transferred(cubes: readonly Cube[], from: Parts, to: Parts): Cube[][] {
  const known = new Map(from.flatMap((part) => (part === undefined ? [] : [[keyOf(part, []), part] as const])));
  const counts = countsOf(to);
  const width = (cube: Cube): number => [...cube.values()].reduce((sum, mask) => sum + bitsIn(mask), 0);
  return cubes.map((cube) => {
    const guesses = new Map<string, Cube>();
    for (const likeness of likenesses(cube, from, counts)) {
      const guess = guessOf(cube, known, to, likeness);
      if (guess !== undefined) guesses.set(cubeKey(guess), guess);
    }
    return [...guesses.values()].sort((a, b) => a.size - b.size || width(b) - width(a));
  });
}

/** The number of things of each kind. */
function countsOf(parts: Parts): Map<string, number> {
  const counts = new Map<string, number>();
  const note = ({ name, count }: Kind): void => void counts.set(name, count);
  for (const part of parts) {
    for (const { kind } of part?.indices ?? []) note(kind);
    if (part?.valueKind !== undefined) note(part.valueKind.kind);
  }
  return counts;
}

/** Equal for parts that stand for each other, if `likenesses` are of the larger model. */
function keyOf({ family, indices }: Part, likenesses: readonly Likeness[]): string {
  const own = indices.map(({ kind, index }) => {
    const likeness = likenesses.find((one) => one.kind === kind.name);
    return likeness === undefined ? index : (likeness.inPaths[index] as number);
  });
  return `${family} ${own.join()}`;
}

/** All ways in which the fact's things may stand for those of the larger model. */
function likenesses(cube: Cube, from: Parts, counts: ReadonlyMap<string, number>): Likeness[][] {
  let ways: Likeness[][] = [[]];
  for (const [kind, count] of counts) {
    const spoken = new Set<number>();
    let known: number | undefined;
    let isValue = false;
    for (const number of cube.keys()) {
      const part = from[number];
      for (const { kind: own, index } of part?.indices ?? []) {
        if (own.name !== kind) continue;
        known = own.count;
        spoken.add(index);
      }
      if (part?.valueKind?.kind.name === kind) {
        known = part.valueKind.kind.count;
        isValue = true;
      }
    }
    if (known === undefined) continue;
    const few = known;
    const extended = (like: number): number[] =>
      Array.from({ length: count }, (_, index) => (index < few ? index : like));
    const values = isValue ? Array.from({ length: few }, (_, like) => extended(like)) : [extended(-1)];
    const paths = (few < count ? [-1, ...spoken] : [-1]).map(extended);
    ways = ways.flatMap((way) =>
      paths.flatMap((inPaths) => values.map((asValue) => [...way, { kind, inPaths, asValue }])),
    );
  }
  return ways;
}

function guessOf(
  cube: Cube,
  known: ReadonlyMap<string, Part>,
  to: Parts,
  likeness: readonly Likeness[],
): Cube | undefined {
  const literals: [number, Mask][] = [];
  const used = new Set<number>();
  for (const part of to) {
    if (part === undefined) continue;
    const small = known.get(keyOf(part, likeness));
    const mask = small === undefined ? undefined : cube.get(small.number);
    if (small === undefined || mask === undefined) continue;
    const larger = maskLike(part, small, mask, likeness);
    if (larger === 0) return undefined;
    used.add(small.number);
    if (larger !== fullMask(part)) literals.push([part.number, larger]);
  }
  return used.size === cube.size ? cubeOf(literals) : undefined;
}

/** The values of a part that are like those in a mask of a smaller model's part. */
function maskLike(part: Part, small: Part, mask: Mask, likeness: readonly Likeness[]): Mask {
  const kind = part.valueKind?.kind.name;
  const asValue = likeness.find((one) => one.kind === kind)?.asValue;
  let result = 0;
  for (let value = 0; value < part.values; value++) {
    const index = part.valueKind?.indexOf[value] ?? -1;
    let like: number;
    if (index < 0) {
      const scalar = part.cell.shape.valueAt(value);
      like = Array.from({ length: small.values }, (_, other) => other).findIndex(
        (other) => (small.valueKind?.indexOf[other] ?? -1) < 0 && Object.is(small.cell.shape.valueAt(other), scalar),
      );
    } else like = small.valueKind?.indexOf.indexOf(asValue?.[index] ?? index) ?? -1;
    if (like >= 0 && (mask >> like) & 1) result |= 1 << value;
  }
  if (part.unused.length > 0 && small.unused.length > 0 && (mask >> small.values) & 1) result |= 1 << part.values;
  return result;
}

function bitsIn(mask: Mask): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
