import { controllerOf } from "../controller.ts";
import { didYouMean } from "../../checker/definition/index.ts";
import { ModelError, range } from "../../checker/index.ts";
import { show } from "../../checker/schema/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { PARENT_CPU } from "../hardware/demultiplexer.ts";
import { returnFromInterrupt } from "../hardware/interrupts.ts";
import { cpuName } from "../names.ts";
import { type Stage, ghostsOf } from "../state/cpu.ts";
import type { AnyState, SystemState } from "../state/system-state.ts";
import type { Flow, FlowStep, FlowWhere } from "../strategy.ts";
import type { System } from "../system.ts";
import { interruptAt } from "./interrupt-flow.ts";

/*
 * An interrupt flow of one's own: a step for each stage of a hard interrupt, which names the stage that is due next. A stage
 * of the machine's flow that is given replaces that one; another name is a new stage. The dispatch before the flow, with
 * its lookup in the vector table, and the driver's handler stay.
 *
 * Two ghosts of a frame keep the verdict independent of what a step declares. `covers` is the event that the dispatch has
 * covered: it is uncovered again where the interrupt returns without a handler. `handled`: the handler has begun, and
 * later events are another interrupt's to cover.
 */

/** Actions of the machines' flows by the stage at which they are taken; the first names the step that replaces them. */
const BUILT_IN: Readonly<Record<string, readonly [string, ...string[]]>> = {
  entry: ["irq.lock"],
  complete: ["irq.complete_move"],
  completed: ["irq.after_completion"],
  finish: ["irq.finish", "irq.read_enable"],
};

/** Next stage that ends the hard interrupt. */
const RETURN = "return";

/** Actions that put a hard interrupt on a CPU's stack, or find its owner. */
const DISPATCHES: ReadonlySet<string> = new Set([
  "cpu.accept",
  "cpu.stray",
  "cpu.accept_cleanup",
  "posted.handle",
  "demux.redirect",
]);

/** The actions of a machine, with the given stages in place of its own. */
export function withOwnFlow(
  system: System,
  flow: Flow | undefined,
  actions: Readonly<Record<string, SystemAction>>,
): Readonly<Record<string, SystemAction>> {
  if (flow === undefined) return actions;
  const replaced = new Set(Object.keys(flow).flatMap((stage) => BUILT_IN[stage] ?? []));
  const own = Object.entries(flow)
    .filter(([stage]) => stage !== "move")
    .map(([stage, step]): [string, SystemAction] => [
      BUILT_IN[stage]?.[0] ?? `irq.${stage}`,
      stageAction(system, stage, step),
    ]);
  const kept = Object.entries(actions).filter(([name]) => !replaced.has(name));
  return Object.fromEntries([...kept, ...own].map(([name, action]) => [name, withGhosts(system, name, action)]));
}

/** The steps of moves. One that is over in a hard interrupt is left by the flow's step of "move", if there is one. */
export function movesInOwnFlow(
  system: System,
  flow: Flow | undefined,
  actions: Readonly<Record<string, SystemAction>>,
): Readonly<Record<string, SystemAction>> {
  if (flow === undefined) return actions;
  const step = flow["move"];
  return Object.fromEntries(
    Object.entries(actions).map(([name, action]): [string, SystemAction] => {
      if (!name.startsWith("move.")) return [name, action];
      if (step === undefined) return [name, withGhosts(system, name, action)];
      const left: SystemAction = {
        ...action,
        then(draft, parameters) {
          const irq = parameters["irq"] as number;
          const { cpu } = draft.irq[irq]!.migration;
          action.then(draft, parameters);
          const frame = draft.cpu[cpu]!.stack.at(-1);
          if (frame?.stage !== "move" || frame.slot !== irq || draft.irq[irq]!.migration.step > 0) return;
          goTo(system, draft, cpu, "move", step.then(draft, whereOf(system, draft, cpu)));
        },
      };
      return [name, withGhosts(system, name, left)];
    }),
  );
}

function stageAction(system: System, stage: string, step: FlowStep): SystemAction {
  const isDue = (state: AnyState, cpu: number): boolean => interruptAt(state, cpu, stage as Stage) !== undefined;
  return anyAction({
    over: { cpu: range(0, system.cpus - 1) },
    actor: (_, { cpu }) => cpuName(cpu),
    label: (state, { cpu }) => step.label?.(state, whereOf(system, state, cpu)) ?? stage,
    when: (state, { cpu }) =>
      isDue(state, cpu) && (step.when === undefined || step.when(state, whereOf(system, state, cpu))),
    then: (draft, { cpu }) => goTo(system, draft, cpu, stage, step.then(draft, whereOf(system, draft, cpu))),
  });
}

function whereOf(system: System, state: AnyState, cpu: number): FlowWhere {
  const { slot, vector } = state.cpu[cpu]!.stack.at(-1)!;
  return { system, irq: slot as number, cpu, vector };
}

/** @throws ModelError if the next stage is none */
function goTo(system: System, draft: SystemState, cpu: number, stage: string, next: unknown): void {
  if (next === RETURN) {
    returnFromInterrupt(draft, cpu);
    return;
  }
  if (!stagesOf(system).includes(next as string)) {
    const known = [...stagesOf(system), RETURN];
    const near = typeof next === "string" ? didYouMean(next, known) : "";
    throw new ModelError(
      `flow: step ${stage} returned ${show(next)}: it must return the stage that is next (${known.join(", ")})${near}`,
    );
  }
  const frame = draft.cpu[cpu]!.stack.at(-1)!;
  if (next === "move" && draft.irq[frame.slot as number]!.migration.step === 0) {
    throw new ModelError(
      `flow: step ${stage} returned "move", and no move has begun: return "move" only where kernel.beginMove returns true`,
    );
  }
  frame.stage = next as Stage;
}

/** Stages that may be next. */
function stagesOf(system: System): readonly string[] {
  return [...new Set([...controllerOf(system).stages, ...(system.flowStages ?? [])])];
}

/** The same action, which keeps the ghosts of the frame on its CPU. */
function withGhosts(system: System, name: string, action: SystemAction): SystemAction {
  if (DISPATCHES.has(name)) {
    return { ...action, then: (draft, parameters) => dispatched(system, draft, name, action, parameters) };
  }
  if (!name.startsWith("irq.") && !name.startsWith("move.")) return action;
  return {
    ...action,
    then(draft, parameters) {
      const cpu = name.startsWith("move.")
        ? draft.irq[parameters["irq"] as number]!.migration.cpu
        : (parameters["cpu"] as number);
      const { stack } = draft.cpu[cpu]!;
      const depth = stack.length;
      const before = stack.at(-1);
      const irq = before?.slot;
      const covers = before === undefined ? null : ghostsOf(before).covers;
      action.then(draft, parameters);
      if (typeof irq !== "number") return;
      if (draft.cpu[cpu]!.stack.length < depth) {
        // It returns without a handler. A mark for a handler that runs elsewhere keeps an occurrence, not an event.
        if (covers === "event" || (covers === "occurrence" && !draft.irq[irq]!.pending)) {
          draft.device[irq]!.uncovered = true;
        }
        return;
      }
      const frame = draft.cpu[cpu]!.stack.at(-1)!;
      const ghosts = ghostsOf(frame);
      if (name === "irq.handler") {
        ghosts.handled = true;
        ghosts.covers = null;
      } else if (frame.stage === "handler" && ghosts.handled) {
        ghosts.handled = false;
        if (system.coverage === "dispatch") draft.device[irq]!.uncovered = false;
      }
    },
  };
}

/** A dispatch, which covers an event of the owner that it finds. */
function dispatched(
  system: System,
  draft: SystemState,
  name: string,
  action: SystemAction,
  parameters: Readonly<Record<string, unknown>>,
): void {
  // The parent's handler passes on one interrupt, and may begin its flow.
  const isPassedOn = name === "demux.redirect";
  const cpu = isPassedOn ? PARENT_CPU : (parameters["cpu"] as number);
  const vector = parameters[isPassedOn ? "irq" : "vector"] as number;
  const wasUncovered = draft.device.map(({ uncovered }) => uncovered);
  const carried = draft.device.map((_, device) => isCarried(draft, name, cpu, vector, device));
  action.then(draft, parameters);
  const frame = draft.cpu[cpu]!.stack.at(-1);
  if (frame === undefined) return;
  const ghosts = ghostsOf(frame);
  const { slot } = frame;
  ghosts.handled = false;
  ghosts.covers = null;
  if (typeof slot !== "number") return;
  if (system.coverage === "dispatch" && wasUncovered[slot]!) ghosts.covers = "event";
  if (system.coverage === "occurrence" && carried[slot]!) ghosts.covers = "occurrence";
}

/** Whether what is dispatched stands for an event of the device. */
function isCarried(draft: SystemState, name: string, cpu: number, vector: number, device: number): boolean {
  const { source, stack } = draft.cpu[cpu]!;
  if (name === "demux.redirect") return vector === device;
  if (name === "cpu.stray") return stack.at(-1)?.source[device] === true;
  if (name === "posted.handle") return draft.postedMsi![cpu]!.takenSource[vector]![device]!;
  return name === "cpu.accept" && source[vector]![device]!;
}
