import type { Kind, Part } from "./parts.ts";
import { cubeKey, cubeOf, type Cube, type Parts } from "./states.ts";
import type { Random } from "./walker.ts";

/** Effect of exchanging two things of a kind on parts and values. */
export interface Exchange {
  readonly kind: Kind;
  readonly one: number;
  readonly other: number;
  /** By the number of a part: the part that takes over its value. */
  readonly to: readonly number[];
  /** By the number of a part: for each value, "not in use" included, what it becomes. */
  readonly values: readonly (readonly number[])[];
}

/** The exchanges of neighbours in each kind; those of all others are made of them. */
export function exchangesOf(parts: Parts, kinds: readonly Kind[]): Exchange[] {
  const keyOf = (part: Part, indices: readonly number[]): string => `${part.family} ${indices.join()}`;
  const known = new Map<string, number>();
  for (const part of parts) {
    if (part !== undefined)
      known.set(
        keyOf(
          part,
          part.indices.map(({ index }) => index),
        ),
        part.number,
      );
  }
  return kinds.flatMap((kind) =>
    Array.from({ length: kind.count - 1 }, (_, one): Exchange => {
      const other = one + 1;
      const exchanged = (index: number): number => (index === one ? other : index === other ? one : index);
      return {
        kind,
        one,
        other,
        to: parts.map((part, number) => {
          if (part === undefined) return number;
          const indices = part.indices.map(({ kind: own, index }) => (own === kind ? exchanged(index) : index));
          return known.get(keyOf(part, indices)) ?? number;
        }),
        values: parts.map((part) => {
          if (part === undefined) return [];
          const { valueKind } = part;
          return Array.from({ length: part.values + 1 }, (_, value) => {
            if (valueKind === undefined || valueKind.kind !== kind) return value;
            const index = valueKind.indexOf[value] ?? -1;
            return index < 0 ? value : valueKind.indexOf.indexOf(exchanged(index));
          });
        }),
      };
    }),
  );
}

/** One after the other. */
function composed(first: Exchange, second: Exchange): Exchange {
  return {
    ...first,
    to: first.to.map((part) => second.to[part] as number),
    values: first.values.map((map, part) =>
      map.map((value) => second.values[first.to[part] as number]?.[value] as number),
    ),
  };
}

/** A state with two things exchanged. */
export function exchanged(values: Uint8Array, { to, values: map }: Exchange): Uint8Array {
  const result = new Uint8Array(values.length);
  for (let part = 0; part < values.length; part++) {
    result[to[part] as number] = map[part]?.[values[part] as number] ?? (values[part] as number);
  }
  return result;
}

/** The states of a cube with two things exchanged. */
function exchangedCube(cube: Cube, { to, values }: Exchange): Cube {
  return cubeOf(
    Array.from(cube, ([part, mask]) => {
      const map = values[part] as readonly number[];
      let mapped = 0;
      for (let value = 0; mask >> value > 0; value++) if ((mask >> value) & 1) mapped |= 1 << (map[value] as number);
      return [to[part] as number, mapped] as const;
    }),
  );
}

/** A cube that another becomes, with the exchanges by which it becomes the other again, the first one first. */
export interface Image {
  readonly cube: Cube;
  readonly back: readonly Exchange[];
}

/** All that a cube becomes by exchanges, itself first. */
export function imagesOf(cube: Cube, exchanges: readonly Exchange[]): Image[] {
  const images = new Map<string, Image>([[cubeKey(cube), { cube, back: [] }]]);
  for (const { cube: from, back } of images.values()) {
    for (const exchange of exchanges) {
      const made = exchangedCube(from, exchange);
      const key = cubeKey(made);
      // An exchange done twice changes nothing.
      if (!images.has(key)) images.set(key, { cube: made, back: [exchange, ...back] });
    }
  }
  return [...images.values()];
}

/** Some ways to exchange everything with everything of its kind. */
export function mixesOf(exchanges: readonly Exchange[], random: Random): Exchange[] {
  const [first] = exchanges;
  if (first === undefined) return [];
  return Array.from({ length: 200 }, () => {
    let mix = first;
    for (let count = random.next(30); count > 0; count--) {
      mix = composed(mix, exchanges[random.next(exchanges.length)] as Exchange);
    }
    return mix;
  });
}
