export type { Action, ActionInstance, Fairness, GroupedFairness, ParameterValues, Step } from "./action.ts";
export {
  fairnessText,
  noFairness,
  overlay,
  strongFairness,
  weakFairness,
  type FairnessAssumption,
  type FairnessInForce,
  type Grouping,
} from "./fairness.ts";
export {
  all,
  because,
  every,
  holds,
  originalOf,
  implies,
  reasonOf,
  type Failure,
  type Judgement,
} from "./judgement.ts";
export { isModel, model, withProperties, type Model, type ModelDefinition, type Vocabulary } from "./model.ts";
export {
  always,
  alwaysPossible,
  eventually,
  eventuallyAlways,
  isSafety,
  leadsTo,
  leadsToForEach,
  noDeadlock,
  sometimes,
  step,
  type AlwaysPossibleProperty,
  type AlwaysProperty,
  type EventuallyAlwaysProperty,
  type EventuallyProperty,
  type LeadsToCase,
  type LeadsToProperty,
  type LivenessOptions,
  type LivenessProperty,
  type Narrative,
  type NoDeadlockProperty,
  type Property,
  type SafetyProperty,
  type SometimesProperty,
  type StepProperty,
} from "./property.ts";
export {
  choice,
  family,
  flag,
  integer,
  integerOrUnbounded,
  type Family,
  type FamilyDefinition,
  type Parameter,
  type ParametersOf,
  type ParameterValue,
} from "./family.ts";
export { bySeverity, isAtLeast, SEVERITIES, severityOf, type PropertyOptions, type Severity } from "./severity.ts";
export { readyToWatch, watchingPurity } from "./purity.ts";
