import { disableMsi, enableMsi } from "../../../model/steps/enable-bit.ts";
import { postAddress, postData, readBack } from "../../../model/hardware/posted-writes.ts";
import { startIrq } from "../../../model/kernel/startup-actions.ts";
import {
  lockAndMark,
  maskDevice,
  readIrr,
  retrigger,
  unlockVectors,
  writeMessage,
} from "../../../model/steps/steps.ts";
import { x86Hotplug } from "../../../model/x86/offline.ts";
import type { Strategy } from "../../../model/strategy.ts";
import type { DepthFeatures, WhileDisabled } from "../../../model/system.ts";
import { maskableMsi } from "./msi-masked.ts";

/** The default affinity is set after the interrupt was started, in a task: on a device that may send. */
export const x86StartupLate: Strategy = {
  context: { kind: "task", runsOn: "any" },
  startup: { lifecycle: "started-once", driverQuiesces: true },
  program: [startIrq, ...writeMessage("new-cpu")],
};

/** The affinity is set before the interrupt is started: the message is rewritten while it cannot be sent. */
export const x86StartupEarly: Strategy = { ...x86StartupLate, program: [...writeMessage("new-cpu"), startIrq] };

/** An interrupt is freed while its vector is requested still, and requested again. */
export const x86FreeAndRequest: Strategy = {
  context: { kind: "task", runsOn: "any" },
  startup: { lifecycle: "freed-and-requested", driverQuiesces: true },
  program: [...writeMessage("new-cpu"), startIrq],
};

/** A managed interrupt goes down with its CPU, and is restarted with it. */
export function x86Managed(driverQuiesces: boolean): Strategy {
  return {
    context: { kind: "task", runsOn: "any" },
    device: maskableMsi,
    hotplug: { ...x86Hotplug(), onlines: 1 },
    startup: { lifecycle: "managed", driverQuiesces },
    program: [...writeMessage("new-cpu"), startIrq],
  };
}

/**
 * A managed interrupt with two CPUs in its mask: it moves within the mask, goes down with the last of them, and its driver may
 * have disabled it.
 */
export function x86ManagedDepth(depth: DepthFeatures): Strategy {
  const { hotplug, ...managed } = x86Managed(true);
  return {
    ...managed,
    hotplug: { ...hotplug!, offlines: 2, onlines: 2 },
    startup: { lifecycle: "managed", driverQuiesces: true, mask: [0, 1], depth },
    // `migrate_one_irq` masks around the move of an interrupt that is started, and the last step unmasks.
    program: [maskDevice, ...writeMessage("new-cpu"), startIrq],
  };
}

/** MSI is switched off while the message is rewritten: the first proposal of January 2020. */
export function x86EnableToggled(whileDisabled: WhileDisabled): Strategy {
  return {
    context: { kind: "task", runsOn: "any" },
    whileDisabled,
    program: [disableMsi, ...writeMessage("new-cpu"), enableMsi],
  };
}

/** The two-step update where writes to the device are posted, with a read back of each write or without. */
export function x86TwoStepPosted(readsBack: boolean): Strategy {
  const flush = readsBack ? [readBack] : [];
  return {
    context: { kind: "interrupt" },
    postsWrites: true,
    program: [lockAndMark, postData, ...flush, postAddress, ...flush, unlockVectors, readIrr, retrigger],
  };
}
