/** A literal: twice the number of a variable, and one more where it is negated. */
export type Literal = number;

/** The literal of a variable that holds where it is true. */
export function positive(variable: number): Literal {
  return 2 * variable;
}

export function negated(literal: Literal): Literal {
  return literal ^ 1;
}
