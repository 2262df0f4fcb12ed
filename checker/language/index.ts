export type { Action, ActionInstance, Fairness, ParameterValues, Step } from "./action.ts";
export {
  all,
  because,
  compose,
  composingWith,
  every,
  holds,
  implies,
  reasonOf,
  type Composer,
  type Failure,
  type Judgement,
} from "./judgement.ts";
export { deepFreeze, model, withProperties, type Model, type ModelDefinition, type Vocabulary } from "./model.ts";
export {
  always,
  isSafety,
  noDeadlock,
  sometimes,
  step,
  type AlwaysPossibleProperty,
  type AlwaysProperty,
  type EventuallyProperty,
  type LeadsToProperty,
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
  type Parameter,
  type ParametersOf,
  type ParameterValue,
} from "./family.ts";
