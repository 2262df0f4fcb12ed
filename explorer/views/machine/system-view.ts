import type { TraceStep } from "../../../checker/index.ts";
import type { System, SystemState } from "../../../model/index.ts";
import type { Lane, StepView, Tone } from "../../wire.ts";
import { arrowsOf } from "./arrows.ts";
import { cardsOf } from "./cards.ts";
import { laneStatesOf } from "./lane-states.ts";
import { systemLanes, type SystemLanes } from "./lanes.ts";
import { isStray } from "./owner.ts";

/** Makes of a step of a modelled system what the page draws: arrows, lanes, and the picture of the machine. */
export class SystemView {
  readonly #system: System;
  readonly #lanes: SystemLanes;

  constructor(system: System) {
    this.#system = system;
    this.#lanes = systemLanes(system);
  }

  get lanes(): readonly Lane[] {
    return this.#lanes.lanes;
  }

  /** @param violated the ids of the properties that are violated in the state, or by the step to it */
  step(
    step: TraceStep<SystemState>,
    before: TraceStep<SystemState> | undefined,
    violated: ReadonlySet<string>,
  ): Pick<StepView, "arrows" | "tone" | "lanes" | "machine"> {
    const isCarried = !violated.has("carrier-exists");
    const isTargetLive = !violated.has("target-live") && !violated.has("target-live-in-move");
    return {
      arrows: before === undefined ? [] : arrowsOf(this.#system, this.#lanes, step, before.state, isCarried),
      tone: before === undefined ? "plain" : toneOf(step, before),
      lanes: laneStatesOf(this.#system, this.#lanes, step.state, isTargetLive),
      machine: cardsOf(this.#system, step.state, isTargetLive),
    };
  }
}

/** Whether the step dispatches an interrupt, and whether anything handles it. */
function toneOf({ state }: TraceStep<SystemState>, { state: before }: TraceStep<SystemState>): Tone {
  for (const [cpu, { stack }] of state.cpu.entries()) {
    const was = before.cpu[cpu]!.stack;
    const frame = stack.at(-1);
    if (frame !== undefined && stack.length > was.length)
      return isStray(frame) ? "bad" : frame.slot === "retriggered" ? "warn" : "good";
    if (stack.length < was.length && isStray(was.at(-1))) return "bad";
  }
  return "plain";
}
