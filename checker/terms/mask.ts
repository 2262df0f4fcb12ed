/**
 * A set of positions in a domain, a bit for each. A domain of up to `SMALL_DOMAIN` values has numbers for masks, a larger
 * one bigints: the operators are the same, so that the common case costs one machine instruction.
 */
export type Mask = number | bigint;

/** Values of a domain whose masks are numbers: V8 keeps 31-bit integers without a heap object. */
const SMALL_DOMAIN = 30;

export function fullMask(size: number): Mask {
  return size <= SMALL_DOMAIN ? 2 ** size - 1 : (1n << BigInt(size)) - 1n;
}

export function bitAt(position: number, size: number): Mask {
  return size <= SMALL_DOMAIN ? 1 << position : 1n << BigInt(position);
}

/** The positions whose values satisfy a predicate. */
export function maskWhere<T>(values: readonly T[], keep: (value: T) => boolean): Mask {
  const size = values.length;
  if (size <= SMALL_DOMAIN) {
    let mask = 0;
    for (let position = 0; position < size; position++) if (keep(values[position] as T)) mask |= 1 << position;
    return mask;
  }
  let mask = 0n;
  for (let position = 0; position < size; position++) if (keep(values[position] as T)) mask |= 1n << BigInt(position);
  return mask;
}

export function hasBit(mask: Mask, position: number): boolean {
  return typeof mask === "number" ? ((mask >> position) & 1) === 1 : ((mask >> BigInt(position)) & 1n) === 1n;
}

// Both operands belong to the same domain, so they are of one type.
export function both(one: Mask, other: Mask): Mask {
  return ((one as number) & (other as number)) as Mask;
}

export function either(one: Mask, other: Mask): Mask {
  return ((one as number) | (other as number)) as Mask;
}

/** The positions of `one` that are not in `other`. */
export function without(one: Mask, other: Mask): Mask {
  return ((one as number) & ~(other as number)) as Mask;
}

export function isEmpty(mask: Mask): boolean {
  return mask === 0 || mask === 0n;
}

/** Whether exactly one bit is set. */
export function isSingle(mask: Mask): boolean {
  if (typeof mask === "number") return mask !== 0 && (mask & (mask - 1)) === 0;
  return mask !== 0n && (mask & (mask - 1n)) === 0n;
}

/** The position of the only bit of a mask. */
export function onlyBit(mask: Mask): number {
  return typeof mask === "number" ? 31 - Math.clz32(mask) : mask.toString(2).length - 1;
}
