import { always, because, every } from "../checker/index.ts";
import { deviceName, destinationOf, sendsNothing, targetName } from "../model/index.ts";
import { wouldBeFound } from "./carrier.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "the device's target is live at all times";

/**
 * At any time, also during a move, the device names a slot of its own interrupt, or an intermediate target that is
 * still to be checked. A masked device sends nothing.
 *
 * The rule behind `no-interrupt-lost`, and stronger: it is violated without any event.
 */
export const targetLiveInMove: PropertyEntry = {
  id: "target-live-in-move",
  title,
  severity: "danger",
  learns: "which step of a move makes the device name a target from which its handler is never reached",
  property: (interrupts) =>
    always(title, (state) =>
      every(
        state.device,
        (_, device) => {
          if (sendsNothing(interrupts.system, state, device) || wouldBeFound(interrupts, state, device)) return true;
          const target = destinationOf(state, device);
          return because(
            target === null
              ? "a message sent now would be routed to no CPU"
              : `a message sent now would go to ${targetName(target, interrupts.system)} and never reach its handler`,
          );
        },
        (_, device) => deviceName(device, state.device.length),
      ),
    ),
};
