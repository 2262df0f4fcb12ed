import { always, because, every } from "../checker/index.ts";
import { cpuName, deviceName, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "between moves, device and kernel agree";

/**
 * Outside a move the device's registers name the target that the descriptor has (PR11); where the message is constant,
 * the controller's own table does.
 *
 * A maintainer learns whether a move can end without having moved the device: nothing need be lost then, but the
 * interrupt stays where it was while the kernel says otherwise.
 */
export const deviceMatchesDescriptor: PropertyEntry = {
  id: "device-matches-descriptor",
  row: "PR11",
  title,
  severity: "bookkeeping",
  learns: "whether a move can end with the device still, or half, where it was",
  property: ({ system }) =>
    always(title, (state) =>
      every(
        state.irq,
        ({ cpu, vector, migration }, irq) => {
          if (migration.step !== 0) return true;
          const route = state.routing?.[irq];
          if (route !== undefined) {
            if (route.cpu === cpu) return true;
            const routed = route.cpu === null ? "to no CPU" : `to ${cpuName(route.cpu)}`;
            return because(`the controller routes it ${routed}, the descriptor names ${cpuName(cpu)}`);
          }
          const entry = state.remapping?.[irq];
          const { address, data } =
            entry === undefined ? state.device[irq]! : { address: entry.cpu, data: entry.vector };
          if (address === cpu && data === vector) return true;
          if (entry !== undefined) {
            return because(`the entry names ${targetName(entry)}, the descriptor ${targetName({ cpu, vector })}`);
          }
          const device = targetName({ cpu: address, vector: data }, system);
          return because(`the device names ${device}, the descriptor ${targetName({ cpu, vector }, system)}`);
        },
        (_, irq) => deviceName(irq, state.device.length),
      ),
    ),
};
