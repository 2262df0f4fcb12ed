import { hasBit } from "./mask.ts";
import type { Terms } from "./terms.ts";
import { inOrder, Term, type ArithmeticOperator, type Bool, type Value } from "./term.ts";

/**
 * The same value with other values in place of cells.
 *
 * @param known results so far, which grows: equal for calls with the same replacements
 */
export function substitute(
  terms: Terms,
  value: Value,
  replacement: (cell: Term) => Value,
  known: Map<Term, Value> = new Map(),
): Value {
  if (!(value instanceof Term)) return value;
  for (const term of inOrder([value])) if (!known.has(term)) known.set(term, rebuilt(terms, term, replacement, known));
  return known.get(value);
}

function rebuilt(terms: Terms, term: Term, replacement: (cell: Term) => Value, known: ReadonlyMap<Term, Value>): Value {
  if (term.operator === "cell") return replacement(term);
  const operands = term.operands.map((operand) => (operand instanceof Term ? known.get(operand) : operand));
  if (operands.every((operand, index) => operand === term.operands[index])) return term;
  const [a, b, c] = operands;
  switch (term.operator) {
    case "map": {
      const { domain } = term.operands[0] as Term;
      return terms.map(a, (one) => term.table[domain!.positionOf(one)]);
    }
    case "in": {
      const { domain } = term.operands[0] as Term;
      return terms.test(a, (one) => hasBit(term.mask, domain!.positionOf(one)));
    }
    case "ite":
      return terms.ite(a as Bool, b, c);
    case "and":
      return terms.and(...(operands as Bool[]));
    case "or":
      return terms.or(...(operands as Bool[]));
    case "not":
      return terms.not(a as Bool);
    case "eq":
      return terms.equal(a, b);
    case "lt":
      return terms.less(a, b);
    default:
      return terms.arithmetic(term.operator satisfies ArithmeticOperator, a, b);
  }
}
