/**
 * Proofs by induction, without enumeration of the states, as `irqproof/prove`.
 *
 * @packageDocumentation
 */
export { factTexts } from "./facts.ts";
export type { Invariant } from "./induction.ts";
export { provable, prove, PROVE_DEFAULTS, type ProofReport, type ProveOptions } from "./prove.ts";
