/** Proofs for any number of elements of a model's dimensions, part of `irqproof/prove`. */
export {
  ANY,
  dimensionsIn,
  openBelow,
  proveForAnySize,
  sizesIn,
  type AnySizeFamilyOptions,
  type AnySizeReport,
  type SearchedSize,
} from "./family.ts";
export {
  ANY_SIZE_DEFAULTS,
  type AnySizeOptions,
  type AnySizeProof,
  type AnySizeProperty,
  type SolverAnswer,
} from "./prove.ts";
export { failureTable } from "./failure-table.ts";
