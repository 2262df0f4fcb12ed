/** Random finite types with an arbitrary of their values. */
import {
  array,
  boolean,
  oneOf,
  optional,
  range,
  record,
  sequence,
  type FiniteType,
  type Scalar,
} from "irqproof/checker";
import * as fc from "fast-check";

export interface TypeWithValues {
  readonly type: FiniteType<unknown>;
  readonly value: fc.Arbitrary<unknown>;
  /** Not when null is one of the values already, nor when there are 2^32 others. */
  readonly canBeOptional: boolean;
}

const scalar: fc.Arbitrary<TypeWithValues> = fc.oneof(
  fc.constant({ type: boolean, value: fc.boolean(), canBeOptional: true }),
  fc
    .tuple(fc.integer({ min: -5, max: 5 }), fc.oneof(fc.nat(9), fc.constantFrom(255, 256, 65_535, 2 ** 32 - 1)))
    .map(([lowest, span]) => ({
      type: range(lowest, lowest + span),
      value: fc.oneof(
        fc.maxSafeInteger().map((any) => lowest + (Math.abs(any) % (span + 1))),
        fc.constantFrom(lowest, lowest + span),
      ),
      canBeOptional: span < 2 ** 32 - 1,
    })),
  fc
    .uniqueArray(fc.constantFrom<Scalar>("a", "b", "c", 0, 1, -7, true, false, null, ""), {
      minLength: 1,
      maxLength: 10,
    })
    .map((values) => ({
      type: oneOf(...values),
      value: fc.constantFrom(...values),
      canBeOptional: !values.includes(null),
    })),
);

const { type: anyType } = fc.letrec<{ type: TypeWithValues }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc
      .uniqueArray(fc.tuple(fc.constantFrom("p", "q", "r", "length", "constructor", "with space"), tie("type")), {
        selector: ([name]) => name,
        maxLength: 4,
      })
      .map((fields) => ({
        type: record(Object.fromEntries(fields.map(([name, { type }]) => [name, type]))),
        value: fc.record(Object.fromEntries(fields.map(([name, { value }]) => [name, value]))),
        canBeOptional: true,
      })),
    fc.tuple(fc.nat(4), tie("type")).map(([length, { type, value }]) => ({
      type: array(length, type),
      value: fc.array(value, { minLength: length, maxLength: length }),
      canBeOptional: true,
    })),
    fc.tuple(fc.nat(4), tie("type")).map(([capacity, { type, value }]) => ({
      type: sequence(capacity, type),
      value: fc.array(value, { maxLength: capacity }),
      canBeOptional: true,
    })),
    tie("type").map((some) =>
      some.canBeOptional ? { type: optional(some.type), value: fc.option(some.value), canBeOptional: false } : some,
    ),
  ),
}));

/** A random type of any shape. */
export const randomType: fc.Arbitrary<TypeWithValues> = anyType;

/** A random type with two of its values, often equal. */
export const typeWithTwoValues = randomType.chain(({ type, value }) =>
  fc.tuple(
    fc.constant(type),
    fc.oneof(
      fc.tuple(value, value),
      value.map((one) => [one, structuredClone(one)] as const),
    ),
  ),
);
