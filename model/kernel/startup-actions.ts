import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { canUnmask, mask, unmask } from "../hardware/events.ts";
import { cpuName, targetName } from "../names.ts";
import { isActivated, isOnline, isStarted, isStopped } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { MigrationStep } from "../strategy.ts";
import type { System } from "../system.ts";
import { freeMoved } from "./cleanup.ts";
import { depthActions, noteShutdown } from "./disable-depth.ts";
import { hasMove, isFree, startTask, takeMove } from "./tasks.ts";

/** `irq_startup`: the interrupt is enabled; a device that was masked for its shutdown is unmasked. */
export const startIrq: MigrationStep = {
  name: "start",
  needs: "startup",
  label: (state, { irq }) => {
    if (!state.device[irq]!.masked) return "start the interrupt";
    return isStarted(state, irq) ? "unmask the interrupt" : "start and unmask the interrupt";
  },
  // A disabled interrupt stays disabled when it is moved.
  needed: (state, { irq }) => state.startup![irq]!.depth === 0,
  when: (state, { irq, system }) => !state.device[irq]!.masked || canUnmask(system, state, irq),
  then: (draft, { irq, system }) => {
    draft.startup![irq]!.started = true;
    if (draft.device[irq]!.masked) unmask(system, draft, irq);
  },
};

/** A managed interrupt loses its last CPU: masked, its vector given back (`irq_shutdown_and_deactivate`). */
export function shutDown(system: System, draft: SystemState, irq: number): void {
  const { cpu, vector } = draft.irq[irq]!;
  freeMoved(draft, irq);
  if (system.device.maskable) mask(draft, irq);
  draft.cpu[cpu]!.table[vector] = "shutdown";
  draft.startup![irq]!.started = false;
  draft.startup![irq]!.activated = false;
  noteShutdown(system, draft, irq);
}

/** Actions that start and stop interrupts, in place of requests for another CPU. */
export function startupRequests(system: System): Record<string, SystemAction> {
  const cpu = range(0, system.cpus - 1);
  const irq = range(0, system.devices - 1);
  const name = (which: number): string => (system.devices === 1 ? "" : `irq ${which}, `);
  const request = (when: (state: ReadonlySystemState, which: number, to: number) => boolean): SystemAction =>
    anyAction({
      over: { irq, cpu, on: cpu },
      actor: (_, { on }) => cpuName(on),
      label: (_, { irq: which, cpu: to }) => `request_irq(${name(which)}${cpuName(to)})`,
      when: (state, { irq: which, cpu: to, on }) =>
        !state.irq[which]!.locked && when(state, which, to) && isFree(system, state, on),
      then: (draft, { irq: which, cpu: to, on }) => startTask(system, draft, which, to, on),
    });
  switch (system.startup!.lifecycle) {
    case "started-once":
      return {
        "user.request_irq": request((state, which, to) => !isStarted(state, which) && to !== state.irq[which]!.cpu),
      };
    case "freed-and-requested":
      return {
        "user.free_irq": anyAction({
          over: { irq },
          actor: (state, { irq: which }) => cpuName(state.irq[which]!.cpu),
          label: (state, { irq: which }) => `free_irq(${name(which)}): ${targetName(state.irq[which]!)} freed`,
          when: (state, { irq: which }) => hasMove(system, state) && isStarted(state, which) && isIdle(state, which),
          then: (draft, { irq: which }) => {
            takeMove(system, draft);
            free(system, draft, which);
          },
        }),
        "user.request_irq": request((state, which) => !isActivated(state, which)),
      };
    case "managed":
      if (system.startup!.depth !== undefined) return depthActions(system);
      return {
        /** `irq_affinity_online_cpu`, on the CPU that is back. */
        "irq.restart": anyAction({
          over: { irq },
          actor: (state, { irq: which }) => cpuName(state.irq[which]!.cpu),
          label: "restart managed interrupt",
          when: (state, { irq: which }) => {
            const { cpu: home, locked } = state.irq[which]!;
            if (isActivated(state, which) || locked || isStopped(state) || !isOnline(state, home)) return false;
            return isFree(system, state, home);
          },
          then: (draft, { irq: which }) => {
            const { cpu: home } = draft.irq[which]!;
            startTask(system, draft, which, home, home);
          },
        }),
      };
  }
}

/** `free_irq` waits until no handler runs; nothing of the device is on its way, for its driver has made it silent. */
function isIdle(state: ReadonlySystemState, irq: number): boolean {
  const { inProgress, locked, migration, previous } = state.irq[irq]!;
  if (locked || inProgress || migration.step > 0 || previous !== null) return false;
  if (state.fabric[irq]!.some((queue) => queue.length > 0)) return false;
  return state.cpu.every(({ stack }) => stack.every(({ slot }) => slot !== irq));
}

/** The vector goes back to the allocator; one that is still requested there is consumed in silence. */
function free(system: System, draft: SystemState, irq: number): void {
  const { cpu, vector } = draft.irq[irq]!;
  draft.cpu[cpu]!.table[vector] = "shutdown";
  draft.startup![irq]!.started = false;
  draft.startup![irq]!.activated = false;
  // The events of a device that was given up need no handler any more.
  if (system.coverage !== "occurrence") draft.device[irq]!.uncovered = false;
  if (!system.tracksSources) return;
  for (const { source } of draft.cpu) for (const bit of source) bit[irq] = false;
}
