import { because, step } from "../checker/index.ts";
import { allocationDue, deviceName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no access to a powered-down device";

/**
 * A move must not access the registers of a device that a suspend has powered down. The PCI core skips the write of a
 * message where it knows that the device is not in D0; a device whose bus is off and that counts as in D0 hangs the
 * machine (37f9d5026cd7).
 */
export const noAccessUnpowered: PropertyEntry = {
  id: "no-access-unpowered",
  title,
  severity: "danger",
  learns: "whether the CPUs that go offline in a suspend make the kernel write to devices without power",
  applies: ({ system }) => system.redirect?.suspends === true,
  property: ({ program, system }) =>
    step(title, (before, { action, parameters }) => {
      if (!action.startsWith("move.")) return true;
      const irq = parameters["irq"] as number;
      if (before.routing![irq]!.redirect!.powered) return true;
      const due = program[before.irq[irq]!.migration.step - allocationDue - 1];
      const accesses = due?.accessesDevice === true || due?.flushes === true || due?.writes !== undefined;
      return !accesses || because(`${deviceName(irq, system.devices)} has no power`);
    }),
};
