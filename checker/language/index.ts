export type { Action, ActionInstance, Fairness, ParameterValues, Step } from "./action.ts";
export { all, because, every, holds, implies, reasonOf, type Failure, type Judgement } from "./judgement.ts";
export { deepFreeze, model, type Model, type ModelDefinition, type Vocabulary } from "./model.ts";
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
