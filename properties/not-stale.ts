import { always, because, every } from "../checker/index.ts";
import { deviceName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet } from "./quiet.ts";

const title = "when idle, no device awaits its handler";

/**
 * At rest every handshake device may raise again (PR3): its handler has run since its last event.
 *
 * A device of the other kind may hide a loss behind its next event; this kind has no next event.
 *
 * A maintainer learns whether a driver such as that of xHCI or NVMe can be stuck for good, until its timeout.
 */
export const notStale: PropertyEntry = {
  id: "not-stale",
  row: "PR3",
  title,
  severity: "loss",
  learns: "whether a device that waits for its handler before it raises again can be stuck forever",
  applies: ({ system }) => system.deviceKind === "handshake",
  property: () =>
    always(title, (state) =>
      isQuiet(state)
        ? every(
            state.device,
            ({ armed }) => armed || because("its handler has not run since its last event, and nothing is under way"),
            (_, device) => deviceName(device, state.device.length),
          )
        : true,
    ),
};
