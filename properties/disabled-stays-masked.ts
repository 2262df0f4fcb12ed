import { always, because, every } from "../checker/index.ts";
import { deviceName, isKeptDisabled } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "a disabled interrupt is not enabled by others";

/**
 * An interrupt that its driver has disabled, or that is suspended with the system, stays masked until driver or resume enable
 * it, whatever CPUs come and go.
 */
export const disabledStaysMasked: PropertyEntry = {
  id: "disabled-stays-masked",
  title,
  severity: "danger",
  learns: "whether a CPU that comes up can enable an interrupt whose driver does not expect it",
  applies: ({ system }) => system.startup?.depth !== undefined,
  property: () =>
    always(title, (state) =>
      every(
        state.device,
        ({ masked }, device) =>
          masked || !isKeptDisabled(state, device) || because("its interrupt is disabled, and it is not masked"),
        (_, device) => deviceName(device, state.device.length),
      ),
    ),
};
