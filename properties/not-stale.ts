import { always, because, every } from "../checker/index.ts";
import { deviceName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet } from "./quiet.ts";

const title = "when idle, no device awaits its handler";

/**
 * For handshake devices, such as xHCI and NVMe: their drivers are stuck until a timeout. A device of the other kind may
 * hide a loss behind its next event; this kind has no next event.
 */
export const notStale: PropertyEntry = {
  id: "not-stale",
  title,
  severity: "loss",
  learns: "whether a device that waits for its handler before it raises again can be stuck forever",
  applies: ({ system }) => system.deviceKind === "handshake",
  property: () =>
    always(title, (state) =>
      isQuiet(state)
        ? every(
            state.device,
            ({ armed }) => armed || because("its handler has not run since its last event, and never will"),
            (_, device) => deviceName(device, state.device.length),
          )
        : true,
    ),
};
