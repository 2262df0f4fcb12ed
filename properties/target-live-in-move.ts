import { always, because, every } from "../checker/index.ts";
import { deviceName, destinationOf, sendsNothing, targetName } from "../model/index.ts";
import { wouldBeFound } from "./carrier.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "a message sent now would be handled";

/**
 * Whatever the device names at any time, in a move too, is a slot of its own interrupt, or one at which a check that is
 * still due will look (PR10). A device that is masked sends nothing.
 *
 * The rule behind `no-interrupt-lost`, stronger than it: no event has to happen for it to be broken.
 *
 * A maintainer learns which step of a move opens the window, and which closes it.
 */
export const targetLiveInMove: PropertyEntry = {
  id: "target-live-in-move",
  row: "PR10",
  title,
  severity: "danger",
  learns: "which step of a move lets the device name a target at which its handler is never found",
  property: (interrupts) =>
    always(title, (state) =>
      every(
        state.device,
        (_, device) => {
          if (sendsNothing(interrupts.system, state, device) || wouldBeFound(interrupts, state, device)) return true;
          const target = destinationOf(state, device);
          return because(
            target === null
              ? "a message now would be routed to no CPU"
              : `a message now would go to ${targetName(target, interrupts.system)}, where nothing leads to its handler`,
          );
        },
        (_, device) => deviceName(device, state.device.length),
      ),
    ),
};
