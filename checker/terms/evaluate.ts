import { InternalError } from "../errors.ts";
import { compute } from "./arithmetic.ts";
import type { Scalar } from "./domain.ts";
import { hasBit } from "./mask.ts";
import { Term, type ArithmeticOperator, type Value } from "./term.ts";

/**
 * The value of terms in one state. Values are kept as long as the function returned is: make one for each state.
 *
 * @param cells the values of the cells, by number
 */
export function evaluator(cells: readonly Scalar[]): (value: Value) => Scalar {
  const known = new Map<Term, Scalar>();
  const evaluate = (value: Value): Scalar => {
    if (!(value instanceof Term)) return value;
    if (known.has(value)) return known.get(value);
    const result = compute1(value);
    known.set(value, result);
    return result;
  };
  return evaluate;

  function compute1(term: Term): Scalar {
    const [a, b, c] = term.operands;
    switch (term.operator) {
      case "cell":
        return cells[term.cell];
      case "map":
        return term.table[position(a as Term)];
      case "in":
        return hasBit(term.mask, position(a as Term));
      case "ite":
        return evaluate(a) === true ? evaluate(b) : evaluate(c);
      case "and":
        return term.operands.every((operand) => evaluate(operand) === true);
      case "or":
        return term.operands.some((operand) => evaluate(operand) === true);
      case "not":
        return evaluate(a) !== true;
      case "eq":
        return evaluate(a) === evaluate(b);
      case "lt":
        return (evaluate(a) as number) < (evaluate(b) as number);
      default:
        return compute(term.operator satisfies ArithmeticOperator, evaluate(a), evaluate(b));
    }
  }

  function position(term: Term): number {
    const value = evaluate(term);
    const at = term.domain?.positionOf(value) ?? -1;
    if (at < 0) throw new InternalError(`a term has the value ${String(value)}, which is outside its domain`);
    return at;
  }
}
