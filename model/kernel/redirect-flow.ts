import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { PARENT_CPU, queuedOn } from "../hardware/demultiplexer.ts";
import { canAccept } from "../hardware/interrupts.ts";
import { cpuName, interruptName } from "../names.ts";
import { isOnline, isStopped } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";
import { claimFlow } from "./claim-flow.ts";
import { dispatch, interruptAt } from "./interrupt-flow.ts";
import { isFree } from "./tasks.ts";

/**
 * Handling of a demultiplexed interrupt (fcc1d0dabdb6): `generic_handle_demux_domain_irq` in the handler of the parent,
 * `irq_redirect_work` on the interrupt's own CPU, and `handle_edge_irq`.
 *
 * No other code clears a status bit before the interrupt's flow begins, so it is read in the step that acts on it. One
 * run of the parent's handler serves all bits that are set; here each is an interrupt of the parent of its own.
 */
export function redirectFlow(system: System): Record<string, SystemAction> {
  const { locksDescriptor, suspends } = system.redirect!;
  const { "cpu.stray": _, ...flow } = claimFlow(system, () => false);
  return {
    ...(locksDescriptor ? { "demux.redirect": redirectUnderLock(system) } : redirectInTwoSteps(system)),
    ...flow,
    "cpu.accept": acceptWork(system),
    "irq.finish": finish(system, flow["irq.finish"]!),
    ...(suspends ? powerActions(system) : {}),
  };
}

/** `demux_redirect_remote` under the descriptor's lock: acknowledge, look at the target, queue; or handle it here. */
function redirectUnderLock(system: System): SystemAction {
  return anyAction({
    over: { irq: range(0, system.devices - 1) },
    actor: () => cpuName(PARENT_CPU),
    label: (state, { irq }) => `${foundLabel(system, irq)}, ${passesOnLabel(state, irq, state.routing![irq]!.cpu!)}`,
    when: (state, { irq }) => isFound(system, state, irq) && !state.irq[irq]!.locked,
    then: (draft, { irq }) => {
      acknowledgeStatus(system, draft, irq);
      passOn(system, draft, irq, draft.routing![irq]!.cpu!);
    },
  });
}

/** The same without the lock: the target may change between the look at it and what follows from that. */
function redirectInTwoSteps(system: System): Record<string, SystemAction> {
  const isThread = system.redirect!.parent === "thread";
  const over = { irq: range(0, system.devices - 1) };
  const actor = (): string => cpuName(PARENT_CPU);
  return {
    "demux.look": anyAction({
      over,
      actor,
      label: (state, { irq }) => `${foundLabel(system, irq)}, target: ${cpuName(state.routing![irq]!.cpu!)}`,
      when: (state, { irq }) =>
        isFound(system, state, irq) && state.routing!.every(({ redirect }) => redirect!.looked === null),
      then: (draft, { irq }) => {
        acknowledgeStatus(system, draft, irq);
        draft.routing![irq]!.redirect!.looked = draft.routing![irq]!.cpu;
        if (!isThread) draft.cpu[PARENT_CPU]!.interruptsEnabled = false;
      },
    }),
    "demux.redirect": anyAction({
      over,
      actor,
      label: (state, { irq }) => passesOnLabel(state, irq, state.routing![irq]!.redirect!.looked ?? PARENT_CPU),
      when: (state, { irq }) =>
        state.routing![irq]!.redirect!.looked !== null && (!isThread || isFree(system, state, PARENT_CPU)),
      then: (draft, { irq }) => {
        const { redirect } = draft.routing![irq]!;
        const target = redirect!.looked!;
        redirect!.looked = null;
        if (!isThread) draft.cpu[PARENT_CPU]!.interruptsEnabled = true;
        passOn(system, draft, irq, target);
      },
    }),
  };
}

/** Whether the parent's handler can run and finds the status bit of the interrupt. */
function isFound(system: System, state: ReadonlySystemState, irq: number): boolean {
  if (!state.routing![irq]!.waiting || !isFree(system, state, PARENT_CPU)) return false;
  // Where the bit stays set until the interrupt ends, the parent fires on; what is queued already is not queued again.
  return system.redirect!.acknowledges === "before-redirect" || queuedOn(state, irq) === undefined;
}

/** `irq_pre_redirect`: the status bit is cleared. */
function acknowledgeStatus(system: System, draft: SystemState, irq: number): void {
  if (system.redirect!.acknowledges === "before-redirect") draft.routing![irq]!.waiting = false;
}

/** The interrupt is handled here, or its irq_work queued on the target, unless it is queued already. */
function passOn(system: System, draft: SystemState, irq: number, target: number): void {
  const { vector } = draft.irq[irq]!;
  const isHere = target === PARENT_CPU;
  const at = isHere ? target : (queuedOn(draft, irq) ?? target);
  if (!isHere) draft.cpu[at]!.irr[vector] = true;
  if (system.tracksSources) draft.cpu[at]!.source[vector]![irq] = true;
  if (!isHere) return;
  forgetMerged(draft, irq);
  take(system, draft, PARENT_CPU, vector);
}

/** `irq_redirect_work`: an irq_work leaves its queue, and calls the interrupt's flow. */
function acceptWork(system: System): SystemAction {
  return anyAction({
    over: { cpu: range(0, system.cpus - 1), vector: range(0, system.devices - 1) },
    actor: (_, { cpu }) => cpuName(cpu),
    label: (_, { vector }) => `irq_work of ${interruptName(system, vector)} runs`,
    when: (state, { cpu, vector }) =>
      canAccept(state, cpu, vector) && state.cpu[cpu]!.stack.length === 0 && isOnline(state, cpu),
    then: (draft, { cpu, vector }) => {
      forgetMerged(draft, vector);
      take(system, draft, cpu, vector);
    },
  });
}

/** The flow of the interrupt begins on the CPU. It gives no end of interrupt: that is the parent's, or the IPI's. */
function take(system: System, draft: SystemState, cpu: number, vector: number): void {
  dispatch(system, draft, cpu, vector);
  draft.cpu[cpu]!.isr[vector] = false;
}

/** The dispatch covers the events that have merged with the status bit so far. */
function forgetMerged(draft: SystemState, irq: number): void {
  draft.routing![irq]!.redirect!.merged = false;
}

/** The end of the interrupt, which clears the status bit where nothing has done so before. */
function finish(system: System, action: SystemAction): SystemAction {
  if (system.redirect!.acknowledges === "before-redirect") return action;
  return {
    ...action,
    label: (state, parameters) => {
      const irq = interruptAt(state, parameters["cpu"] as number, "finish") ?? 0;
      if (state.irq[irq]!.pending) return "pending: rerun the handler";
      return `clear status of ${interruptName(system, irq)}, return from interrupt`;
    },
    then: (draft, parameters) => {
      const { stack } = draft.cpu[parameters["cpu"] as number]!;
      const irq = stack.at(-1)!.slot as number;
      const returns = !draft.irq[irq]!.pending;
      action.then(draft, parameters);
      if (!returns) return;
      const route = draft.routing![irq]!;
      route.waiting = false;
      if (route.redirect!.merged && queuedOn(draft, irq) === undefined) draft.device[irq]!.uncovered = true;
      route.redirect!.merged = false;
    },
  };
}

/** A suspend of the system, which powers its devices down, and the resume. */
function powerActions(system: System): Record<string, SystemAction> {
  const setPower = (draft: SystemState, powered: boolean): void => {
    for (let irq = 0; irq < system.devices; irq++) draft.routing![irq]!.redirect!.powered = powered;
  };
  const isPowered = (state: ReadonlySystemState): boolean => state.routing![0]!.redirect!.powered;
  return {
    "pm.suspend": anyAction({
      actor: () => cpuName(PARENT_CPU),
      label: "suspend: devices powered down",
      // Tasks are frozen where they hold no lock.
      when: (state) =>
        isPowered(state) && !isStopped(state) && state.irq.every(({ migration }) => migration.step === 0),
      then: (draft) => setPower(draft, false),
    }),
    "pm.resume": anyAction({
      actor: () => cpuName(PARENT_CPU),
      label: "resume: devices powered up",
      when: (state) => !isPowered(state) && !isStopped(state),
      then: (draft) => setPower(draft, true),
    }),
  };
}

function foundLabel(system: System, irq: number): string {
  const name = interruptName(system, irq);
  return system.redirect!.acknowledges === "before-redirect" ? `clear status of ${name}` : `status of ${name} is set`;
}

function passesOnLabel(state: ReadonlySystemState, irq: number, target: number): string {
  if (target === PARENT_CPU) return "handle it here";
  return queuedOn(state, irq) === undefined ? `irq_work to ${cpuName(target)}` : "irq_work is queued already";
}
