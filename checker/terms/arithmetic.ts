import type { Scalar } from "./domain.ts";
import type { ArithmeticOperator } from "./term.ts";

type Numeric = (a: number, b: number) => number;

/** The operators as JavaScript has them. */
const NUMERIC: Readonly<Record<ArithmeticOperator, Numeric>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "**": (a, b) => a ** b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
  ">>>": (a, b) => a >>> b,
};

/** An operator on constants, which JavaScript converts to numbers (or, for `+`, to texts). Negative zero becomes zero. */
export function compute(operator: ArithmeticOperator, a: Scalar, b: Scalar): Scalar {
  const result: unknown = NUMERIC[operator](a as number, b as number);
  return result === 0 ? 0 : (result as Scalar);
}

/** The least and the greatest result for integers of two ranges; undefined where results need not be integers. */
export function boundsOf(
  operator: ArithmeticOperator,
  [aLow, aHigh]: readonly [number, number],
  [bLow, bHigh]: readonly [number, number],
): readonly [number, number] | undefined {
  switch (operator) {
    case "+":
      return safe(aLow + bLow, aHigh + bHigh);
    case "-":
      return safe(aLow - bHigh, aHigh - bLow);
    case "*": {
      const corners = [aLow * bLow, aLow * bHigh, aHigh * bLow, aHigh * bHigh];
      return safe(Math.min(...corners), Math.max(...corners));
    }
    case "%":
      // The sign of a remainder is that of the dividend.
      return aLow >= 0 && bLow > 0 ? [0, Math.min(aHigh, bHigh - 1)] : undefined;
    default:
      return undefined;
  }
}

function safe(low: number, high: number): readonly [number, number] | undefined {
  return Number.isSafeInteger(low) && Number.isSafeInteger(high) ? [low, high] : undefined;
}
