import type { SystemAction } from "./action.ts";
import { startsMoveInInterrupt } from "./kernel/affinity.ts";
import { avecActions } from "./loongarch/avec.ts";
import { claimFlow } from "./kernel/claim-flow.ts";
import { cleanupActions } from "./kernel/cleanup-actions.ts";
import { fasteoiFlow } from "./kernel/fasteoi-flow.ts";
import { imsicActions } from "./riscv/imsic-actions.ts";
import { interruptFlow } from "./kernel/interrupt-flow.ts";
import { postedMsiActions } from "./x86/posted-msi-flow.ts";
import { redirectFlow } from "./kernel/redirect-flow.ts";
import { plicFlow } from "./riscv/plic-flow.ts";
import type { MachineId, System } from "./system.ts";

/**
 * The specific part of a kind of interrupt controller, hardware and kernel: how a CPU takes an interrupt and goes
 * through its flow, and how an old target is given back. Devices, the fabric, requests and the steps of a move are the
 * same for all.
 */
export type Machine = (system: System) => Record<string, SystemAction>;

/** The machines that a strategy can be made for. */
export const machines: Readonly<Record<MachineId, Machine>> = {
  "local-apic": (system) => ({
    ...interruptFlow(system, startsMoveInInterrupt(system)),
    ...postedMsiActions(system),
    ...cleanupActions(system),
  }),
  "gic-distributor": (system) => fasteoiFlow(system),
  "gic-its": (system) => fasteoiFlow(system),
  plic: plicFlow,
  imsic: (system) => ({
    ...claimFlow(system, startsMoveInInterrupt(system)),
    ...imsicActions(system),
  }),
  avec: (system) => ({
    ...claimFlow(system, startsMoveInInterrupt(system)),
    ...avecActions(system),
  }),
  demultiplexer: redirectFlow,
};
