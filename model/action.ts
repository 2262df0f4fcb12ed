import type { Action, ParameterValues } from "../checker/index.ts";
import type { SystemState } from "./state/system-state.ts";

/** An action of a modelled system, whatever its parameters. */
export type SystemAction = Action<SystemState, ParameterValues>;

/** Forgets the type of an action's parameters, so that actions of different ones can stand in one record. */
export function anyAction<Parameters>(action: Action<SystemState, Parameters>): SystemAction {
  return action as unknown as SystemAction;
}
