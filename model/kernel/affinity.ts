import { type Action, range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { isPosted } from "../hardware/posted-msi.ts";
import { cpuName, targetName } from "../names.ts";
import { firstOnline, isMovedByStopper, isOnline, isStopped } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { Allocation, MigrationStep, Strategy } from "../strategy.ts";
import { isRouted } from "../controller.ts";
import { type System, masksBeforeAllocation, movedWith } from "../system.ts";
import { allocationInMask, maskRequests } from "./affinity-mask.ts";
import { ipiRequests } from "./ipi.ts";
import { abandon, advance, begin, dueStep, end, isAllocationDue, isRunning } from "./migration.ts";
import { startupRequests } from "./startup-actions.ts";
import { hasMove, isFree, startTask, takeMove } from "./tasks.ts";
import { assign, canAllocateAll, isBusy, isExhausted } from "./vector-table.ts";

/**
 * In an interrupt context: the move that was asked for begins now, unless the last one is not cleaned up yet; then
 * it stays asked for and is tried again at the next interrupt (`irq_move_masked_irq`). So does what a task asked for
 * and was refused. Where the device is masked first, the move is refused behind that, in a step of its own.
 */
export function startsMoveInInterrupt(system: System): (draft: SystemState, irq: number, cpu: number) => boolean {
  return (draft, irq, cpu) => {
    if (system.context.kind !== "interrupt" && system.whileBusy !== "rearmed") return false;
    const descriptor = draft.irq[irq]!;
    if (descriptor.requested === null) return false;
    // The acknowledge callback is where it would be called.
    if (system.postedMsi?.ackMoves === false && isPosted(system, irq)) return false;
    if (masksBeforeAllocation(system)) {
      begin(draft, { system, irq, cpu });
      return true;
    }
    if (isBusy(draft, irq) && system.whileBusy !== "overwritten") {
      if (system.whileBusy === "dropped") descriptor.requested = null;
      return false;
    }
    if (descriptor.requested === descriptor.cpu) {
      descriptor.requested = null;
      return false;
    }
    begin(draft, { system, irq, cpu });
    return true;
  };
}

/** `irq_set_affinity`: a request for another CPU. */
export function affinityRequests(system: System, strategy: Strategy): Record<string, SystemAction> {
  const cpu = range(0, system.cpus - 1);
  const irq = range(0, movers(system) - 1);
  const { context } = system;
  const label = (_: unknown, { irq: which, cpu: to }: { irq: number; cpu: number }): string =>
    `set_affinity(${system.devices === 1 ? "" : `irq ${which}, `}${cpuName(to)})`;
  if (system.startup !== null) return startupRequests(system);
  if (system.affinity !== null) return maskRequests(system);
  switch (context.kind) {
    case "ipi":
      return ipiRequests(system, context.waits);
    case "interrupt":
      return {
        "user.set_affinity": anyAction({
          over: { irq, cpu },
          // Asked for on any CPU; the chart shows it where the interrupt is now.
          actor: (state, { irq: which }) => cpuName(state.irq[which]!.cpu),
          label,
          when: (state, { irq: which, cpu: to }) => {
            const { requested, cpu: current, locked } = state.irq[which]!;
            if (isStopped(state) || !isOnline(state, to)) return false;
            return hasMove(system, state) && !locked && requested !== to && (requested !== null || to !== current);
          },
          then: (draft, { irq: which, cpu: to }) => {
            takeMove(system, draft);
            draft.irq[which]!.requested = to;
          },
        }),
      };
    case "task":
      return {
        "user.set_affinity": anyAction({
          over: { irq, cpu, on: cpu },
          actor: (_, { on }) => cpuName(on),
          label,
          when: (state, { irq: which, cpu: to, on }) => {
            const { cpu: current, locked } = state.irq[which]!;
            return (
              hasMove(system, state) &&
              !locked &&
              (system.whileBusy === "rearmed" || !movedWith(system, which).some((message) => isBusy(state, message))) &&
              isOnline(state, to) &&
              (to === current) === (strategy.staysOnCpu === true) &&
              (context.runsOn === "any" || (on === current) === (context.runsOn === "old-cpu")) &&
              isFree(system, state, on)
            );
          },
          then: (draft, { irq: which, cpu: to, on }) => {
            takeMove(system, draft);
            // A request that is refused, or that comes behind one, becomes pending.
            if (isBusy(draft, which) || draft.irq[which]!.requested !== null) draft.irq[which]!.requested = to;
            else startTask(system, draft, which, to, on);
          },
        }),
      };
    case "pinned-task":
      return {
        "user.set_affinity": anyAction({
          over: { irq, cpu },
          actor: (state, { irq: which }) => cpuName(state.irq[which]!.cpu),
          label,
          when: (state, { irq: which }) =>
            hasMove(system, state) && !isStopped(state) && state.irq[which]!.pinned[state.irq[which]!.cpu] === null,
          then: (draft, { irq: which, cpu: to }) => {
            takeMove(system, draft);
            const descriptor = draft.irq[which]!;
            descriptor.pinned[descriptor.cpu] = to;
          },
        }),
        "task.start": anyAction({
          over: { irq, on: cpu },
          actor: (_, { on }) => cpuName(on),
          label: (state, { irq: which, on }) =>
            refuses(system, state, which, on)
              ? "pinned task: no move due, or refused"
              : "pinned task: interrupts off, lock",
          when: (state, { irq: which, on }) =>
            state.irq[which]!.pinned[on] !== null && !state.irq[which]!.locked && isFree(system, state, on),
          then: (draft, { irq: which, on }) => {
            const descriptor = draft.irq[which]!;
            const to = descriptor.pinned[on]!;
            const refused = refuses(system, draft, which, on);
            descriptor.pinned[on] = null;
            if (!refused) startTask(system, draft, which, to, on);
          },
        }),
      };
  }
}

/** A pinned task finds its interrupt there already, still moving, or (when it looks again) no longer on its CPU. */
function refuses(system: System, state: ReadonlySystemState | SystemState, irq: number, on: number): boolean {
  const descriptor = state.irq[irq]!;
  if (descriptor.pinned[on] === descriptor.cpu || descriptor.previous !== null) return true;
  return system.context.kind === "pinned-task" && system.context.revalidates && descriptor.cpu !== on;
}

/** The steps of a move: the vector, then the strategy's program. */
export function migrationSteps(system: System, strategy: Strategy): Record<string, SystemAction> {
  const irq = range(0, movers(system) - 1);
  const allocation = strategy.allocation ?? "any";
  const actor = (state: ReadonlySystemState, { irq: which }: { irq: number }): string =>
    cpuName(state.irq[which]!.migration.cpu);
  const { program } = strategy;
  const mayBeRefused =
    masksBeforeAllocation(system) && (system.context.kind === "interrupt" || system.whileBusy === "rearmed");
  // A move that the stopper asks for was refused before it began, if at all.
  const isRefused = (state: ReadonlySystemState, which: number): boolean =>
    mayBeRefused &&
    !isMovedByStopper(state, which) &&
    (state.irq[which]!.requested === state.irq[which]!.cpu ||
      (isBusy(state, which) && system.whileBusy !== "overwritten"));
  const atAllocation = (state: ReadonlySystemState, which: number): boolean =>
    isAllocationDue(program, state.irq[which]!.migration.step) && isRunning(system, state, which) && !state.vectorLock;
  const allocate: Action<SystemState, { irq: number; vector: number }> = {
    over: { irq, vector: range(0, system.vectors - 1) },
    actor,
    label: (state, { irq: which, vector }) =>
      `allocate ${targetName({ cpu: state.irq[which]!.requested ?? 0, vector }, system)}`,
    when: (state, { irq: which, vector }) =>
      atAllocation(state, which) &&
      !isRefused(state, which) &&
      canAllocateAll(system, state, allocation, which, state.irq[which]!.requested ?? 0, vector),
    then: (draft, { irq: which, vector }) => take(draft, which, draft.irq[which]!.requested ?? 0, vector),
  };
  const take = (draft: SystemState, which: number, to: number, vector: number): void => {
    const { migration } = draft.irq[which]!;
    for (const message of movedWith(system, which)) {
      assign(system, draft, message, to, system.sharesMessage ? vector + message : vector);
    }
    advance(program, draft, { system, irq: which, cpu: migration.cpu });
  };
  const refuse: Action<SystemState, { irq: number }> = {
    over: { irq },
    actor,
    label: (state, { irq: which }) =>
      state.irq[which]!.requested === state.irq[which]!.cpu ? "it is there already" : "the move is refused: -EBUSY",
    when: (state, { irq: which }) => atAllocation(state, which) && isRefused(state, which),
    then: (draft, { irq: which }) => {
      const descriptor = draft.irq[which]!;
      if (descriptor.requested === descriptor.cpu || system.whileBusy === "dropped") descriptor.requested = null;
      abandon(program, draft, { system, irq: which, cpu: descriptor.migration.cpu });
    },
  };
  const giveUp: Action<SystemState, { irq: number }> = {
    over: { irq },
    actor,
    label: "no free vector: -ENOSPC",
    when: (state, { irq: which }) =>
      atAllocation(state, which) && !isRefused(state, which) && isOutOfVectors(system, state, allocation, which),
    then: (draft, { irq: which }) => {
      const descriptor = draft.irq[which]!;
      if (isMovedByStopper(draft, which) && system.hotplug?.triesAllCpus === true) {
        const other = firstOnline(draft, (candidate) => !isExhausted(system, draft, allocation, which, candidate));
        if (other !== undefined && !isExhausted(system, draft, allocation, which, other)) {
          descriptor.requested = other;
          return;
        }
      }
      descriptor.requested = null;
      abandon(program, draft, { system, irq: which, cpu: descriptor.migration.cpu });
    },
  };
  const names = [...new Set(program.filter(({ allocates }) => allocates !== true).map(({ name }) => name))];
  return {
    ...(isRouted(system)
      ? {}
      : {
          "move.allocate":
            system.affinity === null
              ? anyAction(allocate)
              : anyAction(
                  allocationInMask(
                    system,
                    allocation,
                    (state, which) => atAllocation(state, which) && !isRefused(state, which),
                    take,
                  ),
                ),
          "move.give_up": anyAction(giveUp),
        }),
    ...(mayBeRefused ? { "move.refuse": anyAction(refuse) } : {}),
    ...Object.fromEntries(names.map((name) => [`move.${name}`, stepsNamed(system, program, name)])),
    ...Object.fromEntries(
      program.flatMap(({ name, mayFail }) =>
        mayFail === undefined ? [] : [[`move.${name}_fails`, failuresOf(system, program, name)]],
      ),
    ),
  };
}

/** Number of interrupts that are moved by themselves: messages of one function move with the first. */
function movers({ devices, sharesMessage }: System): number {
  return sharesMessage ? 1 : devices;
}

/** Whether no CPU that was asked for has a free vector. */
function isOutOfVectors(system: System, state: ReadonlySystemState, allocation: Allocation, irq: number): boolean {
  const { mask, requested } = state.irq[irq]!;
  if (mask === null) return isExhausted(system, state, allocation, irq, requested ?? 0);
  return mask.every((isAsked, cpu) => !isAsked || isExhausted(system, state, allocation, irq, cpu));
}

/** The failures of all steps of a name, each possible whenever the step is. */
function failuresOf(system: System, program: readonly MigrationStep[], name: string): SystemAction {
  const taken = stepsNamed(system, program, name);
  return anyAction({
    over: { irq: range(0, movers(system) - 1) },
    actor: (state, { irq }) => cpuName(state.irq[irq]!.migration.cpu),
    label: (state, { irq }) =>
      dueStep(program, state, irq)!.mayFail!.label(state, { system, irq, cpu: state.irq[irq]!.migration.cpu }),
    when: (state, { irq }) => dueStep(program, state, irq)?.mayFail !== undefined && taken.when!(state, { irq }),
    then: (draft, { irq }) => {
      const where = { system, irq, cpu: draft.irq[irq]!.migration.cpu };
      const failure = dueStep(program, draft, irq)!.mayFail!;
      failure.then?.(draft, where);
      if (failure.afterwards === "goes-on") advance(program, draft, where);
      else end(draft, where);
    },
  });
}

/** One action for all steps of a name: a program may write the data register twice. */
function stepsNamed(system: System, program: readonly MigrationStep[], name: string): SystemAction {
  return anyAction({
    over: { irq: range(0, movers(system) - 1) },
    actor: (state, { irq }) => cpuName(state.irq[irq]!.migration.cpu),
    label: (state, { irq }) =>
      dueStep(program, state, irq)!.label(state, { system, irq, cpu: state.irq[irq]!.migration.cpu }),
    when: (state, { irq }) => {
      const step = dueStep(program, state, irq);
      if (step?.name !== name || !isRunning(system, state, irq)) return false;
      return step.when === undefined || step.when(state, { system, irq, cpu: state.irq[irq]!.migration.cpu });
    },
    then: (draft, { irq }) => {
      const where = { system, irq, cpu: draft.irq[irq]!.migration.cpu };
      dueStep(program, draft, irq)!.then(draft, where);
      advance(program, draft, where);
    },
  });
}
