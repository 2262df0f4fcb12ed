import { hasBit, Term, type Bool, type Value } from "../terms/index.ts";

/** Probabilities of conditions, if all values of all cells were equally likely: they decide what is tested first. */
export class Odds {
  readonly #known = new Map<Term, number>();

  of(bool: Bool | Value): number {
    if (!(bool instanceof Term)) return bool === true ? 1 : 0;
    let odds = this.#known.get(bool);
    if (odds === undefined) this.#known.set(bool, (odds = this.#estimated(bool)));
    return odds;
  }

  #estimated(term: Term): number {
    switch (term.operator) {
      case "in": {
        const { size, values } = (term.operands[0] as Term).domain!;
        return values.reduce<number>((sum, _, position) => (hasBit(term.mask, position) ? sum + 1 : sum), 0) / size;
      }
      case "and":
        return term.operands.reduce<number>((all, part) => all * this.of(part), 1);
      case "or":
        return 1 - term.operands.reduce<number>((none, part) => none * (1 - this.of(part)), 1);
      case "ite": {
        const [condition, yes, no] = term.operands;
        const odds = this.of(condition);
        return odds * this.of(yes) + (1 - odds) * this.of(no);
      }
      case "not":
        return 1 - this.of(term.operands[0]);
      case "eq":
        return (
          1 /
          Math.max(2, ...term.operands.map((operand) => (operand instanceof Term ? (operand.domain?.size ?? 100) : 2)))
        );
      default:
        return 0.5;
    }
  }
}
