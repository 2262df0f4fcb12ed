import { ModelError, range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { mustDispatch } from "../hardware/interrupts.ts";
import { cpuName } from "../names.ts";
import { PARENT_CPU } from "../hardware/demultiplexer.ts";
import { isRouted } from "../controller.ts";
import { firstOnline, isEnabled, isOnline, isStopped, losesLastCpu } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { Hotplug, OfflineStep, OfflineWhere, Strategy } from "../strategy.ts";
import type { System } from "../system.ts";
import { cleanupDue } from "./cleanup.ts";
import { isRestoring, noteOnline } from "./disable-depth.ts";
import { begin } from "./migration.ts";
import { isFree } from "./tasks.ts";
import { canAllocate, isBusy } from "./vector-table.ts";

/**
 * `set_cpu_online(cpu, false)`, under vector_lock where vectors are allocated: from here on none is given out on this
 * CPU.
 */
export const clearOnline: OfflineStep = {
  name: "clear_online",
  label: () => "set_cpu_online(false)",
  then: (draft, { cpu }) => {
    draft.hotplug!.online[cpu] = false;
  },
};

/** CPUs that go offline and come back; nothing in a system without hotplug. */
export function hotplugActions(
  system: System,
  { hotplug }: Pick<Strategy, "hotplug">,
  program: readonly OfflineStep[],
): Record<string, SystemAction> {
  if (hotplug === undefined) return {};
  const names = [...new Set(program.map(({ name }) => name))];
  return {
    "user.offline_cpu": offlineRequest(system, program),
    ...Object.fromEntries(names.map((name) => [`offline.${name}`, stepsNamed(system, program, name)])),
    "cpu.die": death(system, hotplug),
    ...((hotplug.onlines ?? 0) > 0 ? { "user.online_cpu": onlineRequest(system, hotplug) } : {}),
  };
}

/**
 * The stopper starts: interrupts are off on every CPU from here on.
 *
 * The CPUs do not reach this point in the same instant; each loops with interrupts on until all are there. So nothing
 * is requested any more of what was sent before, no task runs, and what a CPU does while others are there already
 * could as well have come first.
 */
function offlineRequest(system: System, program: readonly OfflineStep[]): SystemAction {
  return anyAction({
    over: { cpu: range(0, system.cpus - 1) },
    actor: (_, { cpu }) => cpuName(cpu),
    label: "CPU goes offline: all CPUs stopped",
    when: (state, { cpu }) => {
      const { online, offlinesLeft } = state.hotplug!;
      if (offlinesLeft === 0 || isStopped(state) || !online[cpu]! || isRestoring(state)) return false;
      // The parent's own move is not modelled; a suspend leaves its CPU online, too.
      if (system.redirect !== null && cpu === PARENT_CPU) return false;
      for (let other = 0; other < system.cpus; other++) {
        if (!online[other]!) {
          // The last CPU that went is dead before the next one goes.
          if (!isDead(state, other)) return false;
        } else if (!isFree(system, state, other) || hasRequest(system, state, other)) return false;
      }
      return canUnplug(system, state, cpu) && isQuiesced(system, state, cpu);
    },
    then: (draft, { cpu }) => {
      const { stopper } = draft.hotplug!;
      draft.hotplug!.offlinesLeft -= 1;
      if (system.startup?.driverQuiesces === true) {
        for (let irq = 0; irq < system.devices; irq++) {
          if (losesLastCpu(system, draft, irq, cpu)) draft.startup![irq]!.started = false;
        }
      }
      for (let other = 0; other < system.cpus; other++) draft.cpu[other]!.interruptsEnabled = false;
      stopper.cpu = cpu;
      stopper.step = 0;
      advance(program, draft, { system, cpu });
    },
  });
}

/** Whether the CPU takes an interrupt, or the IPI of an AVEC, before it can stop. */
function hasRequest(system: System, state: ReadonlySystemState, cpu: number): boolean {
  if (system.cleanup === "clear-vector-ipi" && cleanupDue(system, state, cpu)) return true;
  if (state.postedMsi !== null && state.postedMsi[cpu]!.notified) return true;
  // The outgoing CPU may have its interrupts off already when the parent's handler queues an irq_work there.
  if (system.redirect !== null) return false;
  return state.cpu[cpu]!.irr.some((requested, vector) => requested && isEnabled(state, cpu, vector));
}

/** The drivers of managed interrupts have made their devices silent and have seen to everything of theirs. */
function isQuiesced(system: System, state: ReadonlySystemState, cpu: number): boolean {
  if (system.startup?.driverQuiesces !== true) return true;
  return state.irq.every(
    (_, device) =>
      !losesLastCpu(system, state, device, cpu) ||
      ((system.coverage === "occurrence" || !state.device[device]!.uncovered) &&
        state.fabric[device]!.every((queue) => queue.length === 0)),
  );
}

/** Another CPU stays online, and the others have room for its interrupts (`lapic_can_unplug_cpu`). */
function canUnplug(system: System, state: ReadonlySystemState, cpu: number): boolean {
  // A routed interrupt has its number on every CPU.
  if (isRouted(system)) return state.cpu.some((_, other) => other !== cpu && isOnline(state, other));
  let free = 0;
  for (let other = 0; other < system.cpus; other++) {
    if (other === cpu || !isOnline(state, other)) continue;
    for (const slot of state.cpu[other]!.table) if (typeof slot !== "number") free++;
  }
  let due = 0;
  for (const irq of state.irq) if (irq.cpu === cpu) due++;
  return free > 0 && free >= due;
}

/** One action for all steps of a name. */
function stepsNamed(system: System, program: readonly OfflineStep[], name: string): SystemAction {
  const where = (state: ReadonlySystemState | SystemState): OfflineWhere => ({
    system,
    cpu: state.hotplug!.stopper.cpu,
  });
  return anyAction({
    actor: (state) => cpuName(state.hotplug!.stopper.cpu),
    label: (state) => program[state.hotplug!.stopper.step - 1]!.label(state, where(state)),
    when: (state) => {
      const { step, irq } = state.hotplug!.stopper;
      const due = program[step - 1];
      if (due?.name !== name || irq !== null) return false;
      return due.when === undefined || due.when(state, where(state));
    },
    then: (draft) => {
      program[draft.hotplug!.stopper.step - 1]!.then(draft, where(draft));
      advance(program, draft, where(draft));
    },
  });
}

/** After a step: the next one that is needed becomes due; after the last, all CPUs continue. */
function advance(program: readonly OfflineStep[], draft: SystemState, where: OfflineWhere): void {
  const { stopper } = draft.hotplug!;
  for (let next = stopper.step; next < program.length; next++) {
    const { needed } = program[next]!;
    if (needed === undefined || needed(draft, where)) {
      stopper.step = next + 1;
      return;
    }
  }
  if (stopper.irq !== null) {
    const last = program[stopper.step - 1]?.name ?? "the first";
    throw new ModelError(
      `the last step of the outgoing CPU, ${last}, begins a move, and nothing waits for its end: add a step after it that is always taken`,
    );
  }
  stopper.step = 0;
  stopper.cpu = 0;
  for (let cpu = 0; cpu < where.system.cpus; cpu++) {
    if (isOnline(draft, cpu) || cpu === where.cpu) draft.cpu[cpu]!.interruptsEnabled = true;
  }
}

/**
 * A step of the stopper moves an interrupt off the outgoing CPU: to the CPU that was asked for, if it is online, or
 * to one that is. The strategy's program runs here; the stopper's next step is due when it has ended. An interrupt
 * that is still to be cleaned up after another move is refused (-EBUSY), and stays.
 *
 * @param evenIfBusy the move is made nevertheless, and the old vector stays on its CPU's list
 */
export function moveOffThisCpu(
  draft: SystemState,
  { system, cpu }: OfflineWhere,
  irq: number,
  evenIfBusy = false,
): void {
  const descriptor = draft.irq[irq]!;
  if (isBusy(draft, irq) && !evenIfBusy) return;
  const { requested } = descriptor;
  const to =
    requested !== null && requested !== cpu && isOnline(draft, requested)
      ? requested
      : (onlineInMaskWithRoom(system, draft, irq) ?? firstOnline(draft, (other) => hasRoom(system, draft, irq, other)));
  if (to === undefined) return;
  descriptor.requested = to;
  const { stopper } = draft.hotplug!;
  stopper.irq = irq;
  stopper.from = { cpu: descriptor.cpu, vector: descriptor.vector };
  begin(draft, { system, irq, cpu });
}

/** The first online CPU of a managed interrupt's mask that has room for it. */
function onlineInMaskWithRoom(system: System, draft: SystemState, irq: number): number | undefined {
  if (system.startup?.mask === undefined) return undefined;
  return system.startup.mask.find((cpu) => isOnline(draft, cpu) && hasRoom(system, draft, irq, cpu));
}

/** Whether the CPU has a free vector for the interrupt. */
function hasRoom(system: System, state: ReadonlySystemState | SystemState, irq: number, cpu: number): boolean {
  for (let vector = 0; vector < system.vectors; vector++) {
    if (canAllocate(state, "any", irq, cpu, vector)) return true;
  }
  return false;
}

/** The outgoing CPU has dispatched the last pending interrupt that it takes, and stops for good (`play_dead`). */
function death(system: System, { die }: Hotplug): SystemAction {
  return anyAction({
    over: { cpu: range(0, system.cpus - 1) },
    actor: (_, { cpu }) => cpuName(cpu),
    label: "dead",
    when: (state, { cpu }) => {
      const { interruptsEnabled, stack } = state.cpu[cpu]!;
      return !isOnline(state, cpu) && interruptsEnabled && stack.length === 0 && !mustDispatch(system, state, cpu);
    },
    then: (draft, { cpu }) => {
      draft.cpu[cpu]!.interruptsEnabled = false;
      die?.(draft, { system, cpu });
    },
  });
}

/** Whether the CPU is offline and takes nothing any more. */
function isDead(state: ReadonlySystemState, cpu: number): boolean {
  const { interruptsEnabled, stack } = state.cpu[cpu]!;
  return !isOnline(state, cpu) && !interruptsEnabled && stack.length === 0;
}

/** A dead CPU comes back: its controller takes messages, interrupts are on. */
function onlineRequest(system: System, hotplug: Hotplug): SystemAction {
  return anyAction({
    over: { cpu: range(0, system.cpus - 1) },
    actor: (_, { cpu }) => cpuName(cpu),
    label: "CPU comes online",
    when: (state, { cpu }) =>
      state.hotplug!.onlinesLeft > 0 &&
      !isStopped(state) &&
      !isRestoring(state) &&
      isDead(state, cpu) &&
      !state.vectorLock,
    then: (draft, { cpu }) => {
      draft.hotplug!.onlinesLeft -= 1;
      comeOnline(system, hotplug, draft, cpu);
    },
  });
}

/** Effect of coming back on a CPU. */
export function comeOnline(system: System, { online }: Hotplug, draft: SystemState, cpu: number): void {
  const { hotplug } = draft;
  hotplug!.online[cpu] = true;
  hotplug!.controllerOn[cpu] = true;
  draft.cpu[cpu]!.interruptsEnabled = true;
  online?.(draft, { system, cpu });
  noteOnline(system, draft, cpu);
}
