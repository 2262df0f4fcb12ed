import {
  type FiniteType,
  type ValueOf,
  array,
  boolean,
  oneOf,
  optional,
  range,
  record,
  sequence,
} from "../../checker/index.ts";
import { isRouted } from "../controller.ts";
import { type System, type Target, booleanIf, completesInTwoSteps } from "../system.ts";

/**
 * Slot of a CPU's vector table: unassigned; shut down; unassigned, but one stray interrupt is
 * expected; or the number of the interrupt that owns it. The kernel has NULL, VECTOR_SHUTDOWN, VECTOR_RETRIGGERED
 * and a descriptor.
 */
export type Slot = "unused" | "shutdown" | "retriggered" | number;

/** Stages of a hard interrupt, as the interrupt flow goes through it. */
const stages = [
  "entry",
  "complete",
  "completed",
  "move",
  "handler",
  "finish",
  "completion",
  "forced-completion",
  "cleanup",
] as const;

/** Stages of a hard interrupt whose handler has begun: what happens from here on is another interrupt's to cover. */
const stagesAfterHandler: ReadonlySet<Stage> = new Set<Stage>(["finish", "completion", "forced-completion"]);

/** Stage of a hard interrupt. */
export type Stage = (typeof stages)[number];

/** The values a slot of the vector table can have. */
function slotType(system: System): FiniteType<Slot> {
  const irqs = Array.from({ length: system.devices }, (_, irq) => irq);
  return oneOf("unused", "shutdown", "retriggered", ...irqs) as FiniteType<Slot>;
}

/** Whether hard interrupts of the system come to the stage, where not all do. */
function hasStage(system: System, stage: Stage): boolean {
  switch (stage) {
    case "completed":
      return system.splitsCompletion;
    case "completion":
    case "forced-completion":
      return completesInTwoSteps(system);
    default:
      return true;
  }
}

/** The stages of hard interrupts, those of a strategy's own flow last. */
function stagesOf(system: System): string[] {
  const ofMachine = stages.filter((stage) => hasStage(system, stage));
  return [...new Set([...ofMachine, ...(system.flowStages ?? [])])];
}

/** Ghosts of a hard interrupt whose flow is a strategy's own. */
export interface FlowGhosts {
  /** The dispatch has covered an event, or taken the trace of an occurrence, and no handler has begun. */
  covers: "event" | "occurrence" | null;
  /** The handler has begun. */
  handled: boolean;
}

const flowGhosts = {
  covers: optional(oneOf("event", "occurrence")) as FiniteType<FlowGhosts["covers"]>,
  handled: boolean,
};

/** The ghosts of a frame of a system that has them. */
export function ghostsOf(frame: object): FlowGhosts {
  return frame as FlowGhosts;
}

/** Whether the handler of the hard interrupt has begun. */
export function isAfterHandler({ flowStages }: System, frame: { readonly stage: Stage }): boolean {
  return flowStages === null ? stagesAfterHandler.has(frame.stage) : ghostsOf(frame).handled;
}

/** One hard interrupt on a CPU's stack. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
function frameType(system: System) {
  return record({
    /** The vector in service; 0 for the cleanup IPI, which is not among the numbered vectors. */
    vector: range(0, system.vectors - 1),
    /** Slot of the vector table as read at dispatch. */
    slot: slotType(system),
    stage: oneOf(...stagesOf(system)) as FiniteType<Stage>,
    /** The handler runs on another CPU and was made to run again: after the acknowledgement this CPU returns. */
    handledElsewhere: boolean,
    /** Ghost: whose events a dispatch stands for that has not found an owner yet. */
    source: array(system.devices, booleanIf(system.tracksSources)),
    // Not in the inferred type: other systems lack them.
    ...(system.flowStages === null ? {} : (flowGhosts as object)),
  });
}

/** A CPU with its local APIC and its vector table. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function cpuType(system: System) {
  const { vectors } = system;
  return record({
    /** IF: the CPU takes interrupts. */
    interruptsEnabled: boolean,
    /** The request register: arrived, not yet handed to the CPU. One bit: further arrivals merge. */
    irr: array(vectors, boolean),
    /** The in-service register: handed over, no EOI yet. */
    isr: array(vectors, boolean),
    /** Ghost: whose events a request bit stands for. */
    source: array(vectors, array(system.devices, booleanIf(system.tracksSources))),
    /** `vector_irq`. */
    table: array(vectors, slotType(system)),
    /** Hard interrupts, the running one last. A second one only where a strategy enables interrupts inside the first. */
    stack: sequence(system.nestsInterrupts ? 2 : 1, frameType(system)),
  });
}

/** An idle CPU whose table holds the interrupts that are targeted at it. */
export function initialCpu(
  system: System,
  cpu: number,
  targets: readonly Target[],
): ValueOf<ReturnType<typeof cpuType>> {
  const vectors = Array.from({ length: system.vectors }, (_, vector) => vector);
  return {
    interruptsEnabled: true,
    irr: vectors.map(() => false),
    isr: vectors.map(() => false),
    source: vectors.map(() => targets.map(() => false)),
    table: vectors.map((vector) => {
      const irq = targets.findIndex((target) => (isRouted(system) || target.cpu === cpu) && target.vector === vector);
      return irq < 0 ? "unused" : irq;
    }),
    stack: [],
  };
}
