/**
 * A general explicit-state model checker: a model is finite types and guarded immer recipes, and `check` explores
 * all of its reachable states.
 *
 * @packageDocumentation
 */
export { neverEnabled, type ActionReport, type InstanceReport } from "./actions.ts";
export { check, type CheckOptions, type ReachedStates } from "./check.ts";
export { openCertificate, type Certificate } from "./certificate/read.ts";
export {
  verifyCertificate,
  type Flaw,
  type Verification,
  type VerifyOptions,
  type VerifyProgress,
} from "./certificate/verify.ts";
export { writeCertificate } from "./certificate/write.ts";
export type { CertificateHeader } from "./certificate/header.ts";
export * from "./conformance/index.ts";
export { InternalError, messageOf, ModelError } from "./errors.ts";
export { fingerprint } from "./fingerprint.ts";
export { ExploredSpaces } from "./search/states/explored-space.ts";
export { inspect, type InspectedFunction, type Inspection } from "./inspect.ts";
export * from "./language/index.ts";
export { exitStatus, overall, type Verdict } from "./verdict.ts";
export type { Distinguished, Interchangeable, Reduction } from "./reduction.ts";
export type { Phase, PhaseName } from "./phases.ts";
export { reportToJson, type PropertyReport, type Report } from "./report.ts";
export type { Mistake } from "./mistake.ts";
export type { SourcePlace } from "./reading/source/place.ts";
export { traceToJson } from "./trace/json.ts";
export {
  array,
  boolean,
  cardinalityOf,
  indices,
  isFiniteType,
  layoutOf,
  oneOf,
  optional,
  range,
  record,
  repeat,
  sequence,
  valuesOf,
  type Cell,
  type DeepReadonly,
  type Dimension,
  type Fields,
  type FiniteType,
  type Layout,
  type Scalar,
  type ValueOf,
} from "./schema/index.ts";
export {
  mutants,
  type Mutant,
  type MutantOutcome,
  type Mutation,
  type MutationOptions,
  type Variant,
} from "./mutation/mutants.ts";
export type { MutantKind } from "./mutation/candidates.ts";
export * from "./refinement/index.ts";
export type { Engine, Finding, Progress, Reached, SearchOptions, StopReason } from "./search/exploration.ts";
export { simulate, type Simulation, type SimulationOptions, type SimulationProgress } from "./simulation/simulate.ts";
export { ascii, oneLine } from "./plain-text.ts";
export { actorsOf } from "./trace/actors.ts";
export { changeTexts, differences, type Change } from "./trace/changes.ts";
export { chart, closingOf, type ChartOptions, type ChartStyle } from "./trace/chart.ts";
export { mermaid } from "./trace/mermaid.ts";
export type { Path } from "./trace/shortest.ts";
export { stepByStep } from "./trace/steps.ts";
export { isEndedFromOutside, stopText, type Stopped } from "./stopped.ts";
export { firstViolation, type Narrator, type Trace, type TraceStep } from "./trace/trace.ts";
export { walkerOf, type ViolatedHere, type Walker } from "./trace/walker.ts";
