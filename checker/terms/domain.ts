import { fullMask, type Mask } from "./mask.ts";

/** A value of one part of a state, or of an expression over states. `undefined` is one: an index may be out of range. */
export type Scalar = boolean | number | string | null | undefined;

/** The finitely many values that a term can have, in a fixed order. Equal domains of one `Domains` are one object. */
export class Domain {
  readonly id: number;
  readonly values: readonly Scalar[];
  readonly full: Mask;
  readonly isBoolean: boolean;
  /** Whether all values are integers; then `low` and `high` are the least and the greatest. */
  readonly isInteger: boolean;
  readonly low: number;
  readonly high: number;
  readonly #positions: ReadonlyMap<Scalar, number>;

  constructor(id: number, values: readonly Scalar[]) {
    this.id = id;
    this.values = values;
    this.full = fullMask(values.length);
    this.isBoolean = values.every((value) => typeof value === "boolean");
    this.isInteger = values.every((value) => Number.isInteger(value));
    this.low = this.isInteger ? Math.min(...(values as number[])) : NaN;
    this.high = this.isInteger ? Math.max(...(values as number[])) : NaN;
    this.#positions = new Map(values.map((value, position) => [value, position]));
  }

  get size(): number {
    return this.values.length;
  }

  /** The position of a value; -1 where the domain does not have it. */
  positionOf(value: Scalar): number {
    return this.#positions.get(value) ?? -1;
  }
}

/** The domains of one set of terms, each kept once. */
export class Domains {
  readonly #byKey = new Map<string, Domain>();
  readonly #unions = new Map<number, Domain>();
  readonly #scalars = new Map<Scalar, number>();

  /** A number for a scalar: equal for equal values, and only for those. Negative zero is zero. */
  numberOf(value: Scalar): number {
    let number = this.#scalars.get(value);
    if (number === undefined) this.#scalars.set(value, (number = this.#scalars.size));
    return number;
  }

  /** The domain of these distinct values. */
  of(values: readonly Scalar[]): Domain {
    const key = values.map((value) => this.numberOf(value)).join();
    let domain = this.#byKey.get(key);
    if (domain === undefined) this.#byKey.set(key, (domain = new Domain(this.#byKey.size, values)));
    return domain;
  }

  union(one: Domain, other: Domain): Domain {
    if (one === other) return one;
    const key = one.id * 2 ** 26 + other.id;
    let domain = this.#unions.get(key);
    if (domain === undefined) {
      const added = other.values.filter((value) => one.positionOf(value) < 0);
      domain = added.length === 0 ? one : this.of([...one.values, ...added]);
      this.#unions.set(key, domain);
    }
    return domain;
  }
}
