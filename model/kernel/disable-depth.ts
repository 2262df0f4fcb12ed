import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { canUnmask, mask, unmask } from "../hardware/events.ts";
import { cpuName } from "../names.ts";
import { isInMask, isOnline, isStopped } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";
import { isFree, startTask } from "./tasks.ts";

/**
 * A managed interrupt is disabled by its driver, and suspended with the system; and CPUs of its mask that come up restart it
 * where it was shut down.
 *
 * Disabling masks the device at once (IRQ_DISABLE_UNLAZY); what it has to send meanwhile waits in its pending bit.
 */
export function depthActions(system: System): Record<string, SystemAction> {
  const irq = range(0, system.devices - 1);
  const cpu = range(0, system.cpus - 1);
  const name = (which: number): string => (system.devices === 1 ? "" : `irq ${which}`);
  const actor = (state: ReadonlySystemState, { irq: which }: { readonly irq: number }): string =>
    cpuName(state.irq[which]!.cpu);
  const isIdle = (state: ReadonlySystemState, which: number): boolean =>
    !isStopped(state) && !state.irq[which]!.locked && !state.irq[which]!.inProgress;
  const disables = (
    field: "disabled" | "suspended",
    label: string,
    mayBegin: (state: ReadonlySystemState) => boolean = () => true,
  ): SystemAction =>
    anyAction({
      over: { irq },
      actor,
      label: (_, { irq: which }) => `${label}(${name(which)})`,
      // A driver that sleeps does nothing.
      when: (state, { irq: which }) =>
        isIdle(state, which) && mayBegin(state) && !state.startup![which]![field] && !state.startup![which]!.suspended,
      then: (draft, { irq: which }) => {
        draft.startup![which]![field] = true;
        draft.startup![which]!.depth += 1;
        mask(draft, which);
      },
    });
  const enables = (
    field: "disabled" | "suspended",
    label: string,
    when: (state: ReadonlySystemState, which: number) => boolean,
  ): SystemAction =>
    anyAction({
      over: { irq, cpu },
      actor: (_, { cpu: on }) => cpuName(on),
      label: (_, { irq: which }) => `${label}(${name(which)})`,
      when: (state, { irq: which, cpu: on }) =>
        isIdle(state, which) &&
        state.startup![which]![field] &&
        state.startup![which]!.restoreOn === null &&
        when(state, which) &&
        isFree(system, state, on) &&
        canUnmask(system, state, which) &&
        // The interrupt is started on any online CPU of its mask, which may as well be the one that enables it.
        (!isInMask(system, state, which, on) ? !hasOnline(system, state, which) : true),
      then: (draft, { irq: which, cpu: on }) => {
        draft.startup![which]![field] = false;
        enable(system, draft, which, on);
      },
    });
  return {
    ...(system.startup!.depth!.driverDisables
      ? {
          "driver.disable_irq": disables("disabled", "disable_irq"),
          "driver.enable_irq": enables("disabled", "enable_irq", (state, which) => !state.startup![which]!.suspended),
        }
      : {}),
    "pm.suspend": disables("suspended", "suspend_device_irqs", (state) => areAllOnline(state) && !isRestoring(state)),
    "pm.resume": enables("suspended", "resume_device_irqs", areAllOnline),
    /** `irq_restore_affinity_of_irq`, for a CPU of the mask that has come up. */
    "irq.restore": anyAction({
      over: { irq, cpu },
      actor: (_, { cpu: on }) => cpuName(on),
      label: (state, { irq: which }) => restoreLabel(system, state, which),
      when: (state, { irq: which, cpu: on }) =>
        !isStopped(state) &&
        state.startup![which]!.restoreOn === on &&
        !state.irq[which]!.locked &&
        isFree(system, state, on),
      then: (draft, { irq: which, cpu: on }) => {
        const { depth } = system.startup!;
        const record = draft.startup![which]!;
        record.restoreOn = null;
        if (!restarts(system, draft, which)) return;
        record.depth = depth!.restart === "zeroes" ? 0 : record.depth - 1;
        if (depth!.restart === "lowers-once") record.shutDown = false;
        if (record.depth > 0) return;
        record.shutDown = false;
        startTask(system, draft, which, on, on);
      },
    }),
  };
}

/** Whether the CPU that has come up restarts the interrupt, or lowers its depth. */
function restarts(system: System, { startup }: ReadonlySystemState | SystemState, irq: number): boolean {
  const { shutDown, suspended } = startup![irq]!;
  return shutDown && !(suspended && system.startup!.depth!.whileSuspended === "skipped");
}

/** One reason fewer: `__enable_irq`. */
function enable(system: System, draft: SystemState, irq: number, on: number): void {
  const record = draft.startup![irq]!;
  if (record.depth !== 1) {
    // 0 is an unbalanced enable: the kernel warns.
    record.depth = Math.max(0, record.depth - 1);
    return;
  }
  if (!record.activated && !isInMask(system, draft, irq, on)) {
    // No CPU of the mask is online (IRQ_STARTUP_ABORT).
    record.shutDown = true;
    return;
  }
  record.depth = 0;
  record.shutDown = false;
  if (record.activated) unmask(system, draft, irq);
  else startTask(system, draft, irq, on, on);
}

/**
 * A suspend takes down the CPUs but one, and brings up those that it took down. With all online at both ends that need not be
 * remembered.
 */
function areAllOnline(state: ReadonlySystemState): boolean {
  return state.cpu.every((_, cpu) => isOnline(state, cpu));
}

function hasOnline(system: System, state: ReadonlySystemState, irq: number): boolean {
  return state.cpu.some((_, cpu) => isInMask(system, state, irq, cpu) && isOnline(state, cpu));
}

/** A managed interrupt is shut down with the last CPU of its mask (`irq_shutdown`). */
export function noteShutdown(system: System, draft: SystemState, irq: number): void {
  const { depth } = system.startup!;
  if (depth === undefined) return;
  const record = draft.startup![irq]!;
  record.depth = depth.restart === "zeroes" ? 1 : record.depth + 1;
  record.shutDown = true;
}

/** A CPU comes up: what is due for the interrupts that have it in their masks. */
export function noteOnline(system: System, draft: SystemState, cpu: number): void {
  if (system.startup?.depth === undefined) return;
  for (let irq = 0; irq < system.devices; irq++) {
    if (isInMask(system, draft, irq, cpu)) draft.startup![irq]!.restoreOn = cpu;
  }
}

/** Whether the last CPU that came up has yet to restore interrupts: CPUs come up, and go, one after the other. */
export function isRestoring({ startup }: ReadonlySystemState): boolean {
  return startup !== null && startup.some(({ restoreOn }) => restoreOn !== null);
}

function restoreLabel(system: System, state: ReadonlySystemState, irq: number): string {
  const { depth, shutDown } = state.startup![irq]!;
  if (!shutDown) return "restore affinity: not shut down";
  if (!restarts(system, state, irq)) return "restore affinity: suspended, skipped";
  const rest = system.startup!.depth!.restart === "zeroes" ? 0 : depth - 1;
  return rest === 0 ? "restart managed interrupt: depth 0" : `restore affinity: depth ${rest}, not started`;
}
