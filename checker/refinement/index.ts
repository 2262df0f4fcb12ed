export { declaredRefinement } from "./declared.ts";
export type { AbstractStep, RefinementFailure } from "./failure.ts";
export type { Mapping } from "./mapping.ts";
export type { RefinementMistake } from "./mistake.ts";
export type { PartOf } from "./part.ts";
export {
  refinementStopText,
  refines,
  type Refinement,
  type RefinementOptions,
  type RefinementReport,
  type RefiningAction,
} from "./refines.ts";
export type { RefinementProgress, RefinementStop } from "./search.ts";
export { sideBySide } from "./side-by-side.ts";
