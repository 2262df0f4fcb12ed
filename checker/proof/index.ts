/**
 * Proofs by induction, without enumeration of the states, as `irqproof/prove`.
 *
 * @packageDocumentation
 */
export { factSentenceTexts, factTexts } from "./facts.ts";
export type { Invariant } from "./induction.ts";
export type { Holding, NotHolding } from "./next-sizes.ts";
export { provable, prove, PROVE_DEFAULTS, type NextSize, type ProofReport, type ProveOptions } from "./prove.ts";
export { sentenceText, type Sentence } from "./sentences/index.ts";
