import { always, because, every } from "../checker/index.ts";
import { deviceName, destinationOf, isOnline, isStarted, isStopped, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "between moves, the target is valid";

/**
 * Outside a move the device names a slot that is its own interrupt's (PR9).
 *
 * With an MSI-X function the pair that counts is the one it works with, which may be a copy of the entry.
 *
 * A maintainer learns whether a finished move can leave the device pointing at nobody, or at somebody else.
 */
export const targetLive: PropertyEntry = {
  id: "target-live",
  row: "PR9",
  title,
  severity: "danger",
  learns: "whether a finished move can leave the device pointing at a dead or a foreign slot",
  property: ({ system }) =>
    always(title, (state) =>
      every(
        state.device,
        (_, device) => {
          // While a CPU goes offline its interrupts are being moved, one after the other.
          if (state.irq[device]!.migration.step !== 0 || isStopped(state)) return true;
          // What nobody sends need not be live.
          if (!isStarted(state, device)) return true;
          const target = destinationOf(state, device);
          if (target === null) return because("its interrupt is routed to no CPU");
          const slot = state.cpu[target.cpu]!.table[target.vector]!;
          if (!isOnline(state, target.cpu)) return because(`${targetName(target, system)} is on a CPU that is offline`);
          return (
            slot === device ||
            because(`${targetName(target, system)} is ${typeof slot === "number" ? `device ${slot}'s` : slot}`)
          );
        },
        (_, device) => deviceName(device, state.device.length),
      ),
    ),
};
