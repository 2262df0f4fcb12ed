import type { Domain, Scalar } from "../terms/index.ts";

/** Numbers for scalars, in code. A value without a number occurs in no state: any number serves for it. */
export interface Encoding {
  /** Whether integers are themselves. */
  readonly isInteger: boolean;
  of(value: Scalar): number;
}

/** Numbers beyond it come only from constants; what is compared with them is far from it. */
const MAX_NUMBER = 2 ** 62;

/** Integers as themselves. */
export const INTEGERS: Encoding = integersAnd(0);

/** The same, with one number that no range of integers has for everything else. */
export const INTEGERS_APART: Encoding = integersAnd(-(2 ** 60));

function integersAnd(other: number): Encoding {
  return {
    isInteger: true,
    of: (value) => (Number.isInteger(value) ? Math.max(-MAX_NUMBER, Math.min(MAX_NUMBER, value as number)) : other),
  };
}

/** Values by their positions in a domain: a cell of these values holds them so. */
export class Positions implements Encoding {
  readonly isInteger = false;
  readonly domain: Domain;

  constructor(domain: Domain) {
    this.domain = domain;
  }

  of(value: Scalar): number {
    return Math.max(0, this.domain.positionOf(value));
  }
}
