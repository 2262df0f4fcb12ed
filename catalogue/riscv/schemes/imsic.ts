import {
  disableOldIdentity,
  enableNewIdentity,
  enterNewIdentity,
  leaveOldIdentity,
} from "../../../model/riscv/imsic-steps.ts";
import { writeMessage } from "../../../model/steps/steps.ts";
import type { MigrationStep, Strategy } from "../../../model/strategy.ts";
import type { ImsicFeatures, ImsicPower } from "../../../model/system.ts";

/** The driver of v6.10 to v6.14. */
const originalDriver: ImsicFeatures = {
  flow: "simple",
  syncsAtInterrupt: false,
  waitsForOldHart: false,
  checksTemporary: false,
  timerRunsOn: "its-hart",
  storesTakeTime: false,
};

/** The driver since v6.15, with 896f8e436f99 and 08fb624802d8. */
export const mergedDriver: ImsicFeatures = {
  flow: "edge",
  syncsAtInterrupt: true,
  waitsForOldHart: true,
  checksTemporary: true,
  timerRunsOn: "its-hart",
  storesTakeTime: false,
};

/** After the device was rewritten, by a task: the old identity hands over, the new one is enabled as the old one was. */
export const handOver: readonly MigrationStep[] = [leaveOldIdentity, enterNewIdentity(true)];

/** The same in the interrupt, where the chip masks before and unmasks after. */
export const handOverMasked: readonly MigrationStep[] = [leaveOldIdentity, enterNewIdentity(false), enableNewIdentity];

/** The message is written twice, so that only one of its words changes at a time: through (old hart, new identity). */
const throughTemporary: readonly MigrationStep[] = [...writeMessage("old-cpu"), ...writeMessage("new-cpu")];

/** `imsic_irq_set_affinity` of v6.10 to v6.14: the message is rewritten in place, address first, by a task on any hart. */
export const imsicOriginal: Strategy = {
  machine: "imsic",
  imsic: originalDriver,
  context: { kind: "task", runsOn: "any" },
  program: [...writeMessage("new-cpu"), ...handOver],
};

/** v2 01/11 of December 2024: still by a task on any hart, but through a temporary target that the old hart checks. */
export function imsicTemporaryId(flow: ImsicFeatures["flow"]): Strategy {
  return {
    machine: "imsic",
    imsic: { ...originalDriver, flow, syncsAtInterrupt: true, checksTemporary: true },
    context: { kind: "task", runsOn: "any" },
    program: [...throughTemporary, ...handOver],
  };
}

/** v3 10/10 of February 2025, rejected: in the interrupt, masked, and in one go, without a temporary target. */
export const imsicV3Patch: Strategy = {
  machine: "imsic",
  imsic: { ...mergedDriver, checksTemporary: false },
  context: { kind: "interrupt" },
  program: [disableOldIdentity, ...writeMessage("new-cpu"), ...handOverMasked],
};

/** 896f8e436f99 (v6.15): in the interrupt, masked, and through a temporary target that is checked before the end. */
export const imsicMerged: Strategy = {
  machine: "imsic",
  imsic: mergedDriver,
  context: { kind: "interrupt" },
  program: [disableOldIdentity, ...throughTemporary, ...handOverMasked],
};

/** The merged driver on harts that are powered down when they are idle. */
export function imsicIdle(power: ImsicPower): Strategy {
  return { ...imsicMerged, imsic: { ...mergedDriver, power } };
}
