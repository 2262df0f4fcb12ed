/**
 * Runs of other checkers on an exported model, compared with a report, as `irqproof/crosscheck`.
 *
 * @packageDocumentation
 */
export { abc } from "./abc.ts";
export { crosscheck, type ComparedProperty, type ComparedTool } from "./crosscheck.ts";
export { rumur } from "./rumur.ts";
export { cvc5, z3 } from "./smt.ts";
export { spin } from "./spin.ts";
export { tlc } from "./tlc.ts";
export type { Tool } from "./tool.ts";
