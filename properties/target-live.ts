import { always, because, every } from "../checker/index.ts";
import { deviceName, destinationOf, isOnline, isStarted, isStopped, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "the device's target is live between moves";

/**
 * Live means assigned to the device's own interrupt. An MSI-X function may use a cached copy of its entry; the copy is
 * what counts.
 */
export const targetLive: PropertyEntry = {
  id: "target-live",
  title,
  severity: "danger",
  learns: "whether a completed move can leave the device with a dead or foreign target",
  property: ({ system }) =>
    always(title, (state) =>
      every(
        state.device,
        (_, device) => {
          // While a CPU goes offline, its interrupts are moved one after the other.
          if (state.irq[device]!.migration.step !== 0 || isStopped(state)) return true;
          // A device that is not started sends nothing.
          if (!isStarted(state, device)) return true;
          const target = destinationOf(state, device);
          if (target === null) return because("its interrupt is routed to no CPU");
          const slot = state.cpu[target.cpu]!.table[target.vector]!;
          if (!isOnline(state, target.cpu)) return because(`${targetName(target, system)} is on an offline CPU`);
          return (
            slot === device ||
            because(
              `${targetName(target, system)} is ${typeof slot === "number" ? `assigned to device ${slot}` : slot}`,
            )
          );
        },
        (_, device) => deviceName(device, state.device.length),
      ),
    ),
};
