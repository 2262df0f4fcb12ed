import type { Kind, Part } from "../states/parts.ts";
import type { Mask } from "../states/states.ts";

/** Some values of a part: those listed, or all but those. */
export interface Listing {
  readonly isNegative: boolean;
  /** The kind whose things are among the values listed, if any. */
  readonly kind: Kind | undefined;
  /** Things of that kind, by their indices. */
  readonly elements: readonly number[];
  /** Whether each thing of that kind is listed. */
  readonly isEvery: boolean;
  /** Other values. */
  readonly plain: readonly unknown[];
  /** Whether "not in use" is listed. */
  readonly unused: boolean;
  /** The values that are not listed, where no things are among the values. */
  readonly others: Pick<Listing, "plain" | "unused"> | undefined;
  /** Equal for listings of the same values. */
  readonly key: string;
}

/** Cost of a thing that has no name yet, in comparison with a value. */
const NEW_NAME_COST = 2;

/**
 * The shorter way to list the values of a mask.
 *
 * @param possible the values that the part can have
 * @param kinds the kinds whose things are exchanged
 * @param isNamed whether a thing has a name already
 */
export function listingOf(
  part: Part,
  mask: Mask,
  possible: Mask,
  kinds: ReadonlySet<Kind>,
  isNamed: (kind: Kind, index: number) => boolean,
): Listing {
  // Values that never occur are left out, unless nothing else is left.
  const isTrivial = (mask & possible) === 0 || (possible & ~mask) === 0;
  const all = isTrivial ? (1 << (part.values + (part.unused.length > 0 ? 1 : 0))) - 1 : possible;
  const kind = part.valueKind !== undefined && kinds.has(part.valueKind.kind) ? part.valueKind.kind : undefined;
  const [inside, outside] = [listed(part, all & mask, kind), listed(part, all & ~mask, kind)];
  const costOf = ({ elements, isEvery, plain, unused }: Values): number => {
    const names = elements.map((index) => (isNamed(kind as Kind, index) ? 1 : NEW_NAME_COST));
    return names.reduce((sum, one) => sum + one, plain.length + (unused ? 1 : 0) + (isEvery ? 1 : 0));
  };
  const isNegative = costOf(outside) < costOf(inside) && outside.count > 0;
  const [chosen, other] = isNegative ? [outside, inside] : [inside, outside];
  const { elements, isEvery, plain, unused } = chosen;
  const hasThings = [inside, outside].some((one) => one.isEvery || one.elements.length > 0);
  return {
    isNegative,
    kind: elements.length > 0 || isEvery ? kind : undefined,
    elements,
    isEvery,
    plain,
    unused,
    others: hasThings ? undefined : { plain: other.plain, unused: other.unused },
    key: JSON.stringify([isNegative, elements, isEvery, plain, unused]),
  };
}

interface Values extends Pick<Listing, "elements" | "isEvery" | "plain" | "unused"> {
  readonly count: number;
}

function listed(part: Part, mask: Mask, kind: Kind | undefined): Values {
  const elements: number[] = [];
  const plain: unknown[] = [];
  let count = 0;
  for (let value = 0; value < part.values; value++) {
    if (((mask >> value) & 1) === 0) continue;
    count++;
    const index = kind === undefined ? -1 : (part.valueKind?.indexOf[value] ?? -1);
    if (index >= 0) elements.push(index);
    else plain.push(part.cell.shape.valueAt(value));
  }
  const unused = ((mask >> part.values) & 1) === 1;
  const isEvery = kind !== undefined && elements.length === kind.count;
  return { elements: isEvery ? [] : elements, isEvery, plain, unused, count: count + (unused ? 1 : 0) };
}
