import type { Domain, Scalar } from "../terms/index.ts";

/** Numbers for scalars, in code. A value without a number occurs in no state: any number serves for it. */
export interface Encoding {
  of(value: Scalar): number;
}

/** Integers as themselves. */
export const INTEGERS: Encoding = {
  of: (value) => (Number.isSafeInteger(value) ? (value as number) : 0),
};

/** Values by their positions in a domain: a cell of these values holds them so. */
export class Positions implements Encoding {
  readonly domain: Domain;

  constructor(domain: Domain) {
    this.domain = domain;
  }

  of(value: Scalar): number {
    return Math.max(0, this.domain.positionOf(value));
  }
}
