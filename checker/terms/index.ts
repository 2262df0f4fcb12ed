export { Domain, type Scalar } from "./domain.ts";
export { evaluator } from "./evaluate.ts";
export { Facts, type Stack } from "./facts.ts";
export { hasBit } from "./mask.ts";
export { NotRead, TooMuchWork } from "./not-read.ts";
export { cellsOf, inOrder, Term, type ArithmeticOperator, type Bool, type Value } from "./term.ts";
export { MAX_DOMAIN_VALUES, Terms } from "./terms.ts";
export { substitute } from "./substitute.ts";
