import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { hostMode } from "../hardware/guest.ts";
import { isFree } from "../kernel/tasks.ts";
import { cpuName, targetName } from "../names.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";

/**
 * A hypervisor with one virtual CPU: it is scheduled in and out (`vcpu_load`, `vcpu_put`), takes what is posted to it, and
 * the hypervisor has interrupts posted to it or not (`irq_set_vcpu_affinity`), under the descriptor's lock.
 *
 * Merged: an entry is written and its cached copy invalidated in one step. A message that uses the copy in between might as
 * well have come before.
 */
export function guestActions(system: System): Record<string, SystemAction> {
  if (system.guest === null) return {};
  const cpus = range(0, system.cpus - 1);
  const device = range(0, system.devices - 1);
  const entryOf = (index: number): string => (system.devices === 1 ? "the entry" : `entry ${index}`);
  const actor = (state: ReadonlySystemState, { device: index }: { readonly device: number }): string =>
    cpuName(state.irq[index]!.cpu);
  const mayChange = (state: ReadonlySystemState, index: number): boolean => !state.irq[index]!.locked;
  const isOutside = (state: ReadonlySystemState, index: number): boolean =>
    mayChange(state, index) && !state.guest!.entries[index]!.wanted && !state.guest!.entries[index]!.isRead;
  const begin = (draft: SystemState, index: number, cpu: number | null): void => {
    const entry = draft.guest!.entries[index]!;
    entry.mode = "guest";
    entry.wanted = true;
    entry.cpu = cpu;
    draft.remapping![index]!.cached = null;
  };
  const beginAt = (state: ReadonlySystemState | SystemState): number | null =>
    system.guest!.notifiedCpu === "entry" ? state.guest!.cpu : null;
  return {
    ...(system.guest.notifiedCpu === "entry-read-earlier"
      ? {
          "kvm.begin_posting": anyAction({
            over: { device },
            actor,
            label: (state) => `read where the vCPU runs: ${whereText(state.guest!.cpu)}`,
            when: (state, { device: index }) => isOutside(state, index),
            then: (draft, { device: index }) => {
              const entry = draft.guest!.entries[index]!;
              entry.isRead = true;
              entry.read = draft.guest!.cpu;
            },
          }),
          "kvm.write_entry": anyAction({
            over: { device },
            actor,
            label: (state, { device: index }) =>
              `${entryOf(index)} posts to the vCPU: ${whereText(state.guest!.entries[index]!.read)}`,
            when: (state, { device: index }) => mayChange(state, index) && state.guest!.entries[index]!.isRead,
            then: (draft, { device: index }) => {
              const entry = draft.guest!.entries[index]!;
              begin(draft, index, entry.read);
              entry.isRead = false;
              entry.read = null;
            },
          }),
        }
      : {
          "kvm.begin_posting": anyAction({
            over: { device },
            actor,
            label: (state, { device: index }) =>
              system.guest!.notifiedCpu === "descriptor"
                ? `${entryOf(index)} posts to the vCPU`
                : `${entryOf(index)} posts to the vCPU: ${whereText(beginAt(state))}`,
            when: (state, { device: index }) => isOutside(state, index),
            then: (draft, { device: index }) => begin(draft, index, beginAt(draft)),
          }),
        }),
    "kvm.end_posting": anyAction({
      over: { device },
      actor,
      label: (state, { device: index }) =>
        `${entryOf(index)} is the host's again: ${endMode(system, index)} to ${targetName(state.irq[index]!)}`,
      when: (state, { device: index }) => mayChange(state, index) && state.guest!.entries[index]!.wanted,
      then: (draft, { device: index }) => {
        const entry = draft.guest!.entries[index]!;
        entry.mode = endMode(system, index);
        entry.wanted = false;
        entry.cpu = null;
        draft.remapping![index]!.cached = null;
      },
    }),
    "vcpu.load": anyAction({
      over: { cpu: cpus },
      actor: (_, { cpu }) => cpuName(cpu),
      label: "vCPU scheduled in",
      when: (state, { cpu }) => state.guest!.cpu === null && isFree(system, state, cpu),
      then: (draft, { cpu }) => runOn(system, draft, cpu),
    }),
    "vcpu.put": anyAction({
      actor: (state) => cpuName(state.guest!.cpu ?? 0),
      label: "vCPU scheduled out",
      when: (state) => state.guest!.cpu !== null && inGuest(state, state.guest!.cpu),
      then: (draft) => runOn(system, draft, null),
    }),
    "guest.accept": anyAction({
      over: { device },
      actor: (state) => cpuName(state.guest!.cpu ?? 0),
      label: (_, { device: index }) =>
        `vCPU takes ${system.devices === 1 ? "the interrupt" : `device ${index}'s interrupt`}`,
      when: (state, { device: index }) => {
        const { cpu, notified, pending } = state.guest!;
        return cpu !== null && notified && pending[index]! && inGuest(state, cpu);
      },
      then: (draft, { device: index }) => {
        const guest = draft.guest!;
        guest.pending[index] = false;
        guest.notified = guest.pending.includes(true);
        if (system.coverage !== "occurrence") draft.device[index]!.uncovered = false;
        if (system.deviceKind === "handshake") draft.device[index]!.armed = true;
      },
    }),
  };
}

/** The virtual CPU is scheduled in, or out; entries that name its physical CPU are written (`avic_vcpu_load`). */
function runOn(system: System, draft: SystemState, cpu: number | null): void {
  const guest = draft.guest!;
  guest.cpu = cpu;
  guest.notified = cpu !== null && guest.pending.includes(true);
  if (system.guest!.notifiedCpu === "descriptor") return;
  for (const entry of guest.entries) if (entry.mode === "guest") entry.cpu = cpu;
}

/** Whether the CPU executes the guest: the host has nothing to do there. */
function inGuest({ cpu }: ReadonlySystemState, index: number): boolean {
  const { interruptsEnabled, stack } = cpu[index]!;
  return interruptsEnabled && stack.length === 0;
}

function endMode(system: System, device: number): "remapped" | "posted" {
  return system.guest!.afterwards === "remapped" || hostMode(system, device) === "remapped" ? "remapped" : "posted";
}

function whereText(cpu: number | null): string {
  return cpu === null ? "not running" : `on ${cpuName(cpu)}`;
}
