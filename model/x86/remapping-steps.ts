import { drained } from "../hardware/fabric.ts";
import { hostMode } from "../hardware/guest.ts";
import { cpuName, targetName, vectorName } from "../names.ts";
import type { MigrationStep } from "../strategy.ts";
import { scheduleCleanup } from "../kernel/cleanup.ts";

/**
 * The entry of the remapping table is rewritten at once (`modify_irte`, one exchange of the whole entry). While it posts to a
 * virtual CPU, `cpu` and `vector` are the kernel's note of what the host's entry is to be (`irte_entry`).
 */
export const writeEntry: MigrationStep = {
  name: "write_entry",
  needs: "remapping",
  label: (state, { irq, system }) =>
    system.guest?.hostMove === "keeps-entry" && state.guest!.entries[irq]!.wanted
      ? `note ${targetName(state.irq[irq]!)}; the entry stays the guest's`
      : `write entry: ${targetName(state.irq[irq]!)}`,
  then: (draft, { irq, system }) => {
    const entry = draft.remapping![irq]!;
    entry.cpu = draft.irq[irq]!.cpu;
    entry.vector = draft.irq[irq]!.vector;
    if (system.guest?.hostMove === "overwrites-entry") draft.guest!.entries[irq]!.mode = hostMode(system, irq);
  },
};

/** The half of the entry with the CPU, where an entry takes two stores. */
export const writeEntryCpu: MigrationStep = {
  name: "write_entry_cpu",
  needs: "remapping",
  label: (state, { irq }) => `write entry: ${cpuName(state.irq[irq]!.cpu)}`,
  needed: (state, { irq }) => state.remapping![irq]!.cpu !== state.irq[irq]!.cpu,
  then: (draft, { irq }) => {
    draft.remapping![irq]!.cpu = draft.irq[irq]!.cpu;
  },
};

/** The half of the entry with the vector. */
export const writeEntryVector: MigrationStep = {
  name: "write_entry_vector",
  needs: "remapping",
  label: (state, { irq }) => `write entry: vector ${vectorName(state.irq[irq]!.vector)}`,
  needed: (state, { irq }) => state.remapping![irq]!.vector !== state.irq[irq]!.vector,
  then: (draft, { irq }) => {
    draft.remapping![irq]!.vector = draft.irq[irq]!.vector;
  },
};

/** The entry is made invalid (RemapEn = 0). */
export const disableEntry: MigrationStep = {
  name: "disable_entry",
  needs: "disabled-entries",
  label: () => "invalidate entry",
  then: (draft, { irq }) => {
    draft.remapping![irq]!.valid = false;
  },
};

/** The entry is made valid again. */
export const enableEntry: MigrationStep = {
  name: "enable_entry",
  needs: "disabled-entries",
  label: () => "validate entry",
  then: (draft, { irq }) => {
    draft.remapping![irq]!.valid = true;
  },
};

/**
 * The cached entry is invalidated, and the wait for that ends: no message that comes later uses it, and in a fabric
 * that a flush drains every message that came before has arrived.
 */
export const invalidateCache: MigrationStep = {
  name: "invalidate_cache",
  needs: "remapping",
  label: () => "invalidate cached entry, wait",
  when: (state, { irq, system }) => system.fabric !== "fifo-drain" || drained(state, irq),
  then: (draft, { irq }) => {
    draft.remapping![irq]!.cached = null;
  },
};

/** The old vector is queued for cleanup by the move itself (`vector_schedule_cleanup`), not by the first arrival. */
export const queueOldVector: MigrationStep = {
  name: "schedule_cleanup",
  label: () => "schedule cleanup of old vector",
  when: (state) => !state.vectorLock,
  needed: (state, { irq }) => state.irq[irq]!.previous !== null,
  then: (draft, { irq, system }) => scheduleCleanup(system, draft, irq),
};

/**
 * A hypervisor keeps the target of a device's messages, and a guest asks for another by one hypercall, with CPU and vector
 * (`hv_arch_irq_unmask`, HVCALL_RETARGET_INTERRUPT).
 *
 * @param failing whether it may fail: the guest logs the failure and continues
 * @param names the message that it names, by address and data: the one that is moved, or the first of its function
 */
export function retargetHypercall(failing: boolean, names: "own" | "first" = "own"): MigrationStep {
  return {
    name: "retarget",
    needs: "remapping",
    label: (state, { irq }) => {
      const message = state.irq.length === 1 ? "" : ` message ${names === "own" ? irq : 0}`;
      return `hypercall: retarget${message} to ${targetName(state.irq[irq]!)}`;
    },
    then: (draft, { irq }) => {
      const entry = draft.remapping![names === "own" ? irq : 0]!;
      entry.cpu = draft.irq[irq]!.cpu;
      entry.vector = draft.irq[irq]!.vector;
      entry.cached = null;
    },
    ...(failing ? { mayFail: { label: () => "hypercall fails: logged", afterwards: "goes-on" } } : {}),
  };
}
