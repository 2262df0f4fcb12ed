import { always, because, every } from "../checker/index.ts";
import { cpuName, deviceName, hostMode, targetName, type System } from "../model/index.ts";
import type { PropertyEntry, State } from "./property-entry.ts";

const title = "device and descriptor agree between moves";

/**
 * Compares the device's registers with the target in the descriptor; where the message is constant, the controller's
 * own table instead. An entry that may post to a virtual CPU does so while the hypervisor asks for it, and otherwise is of
 * the host's mode. A mismatch need not lose an event, but the interrupt does not go where the kernel reports it.
 */
export const deviceMatchesDescriptor: PropertyEntry = {
  id: "device-matches-descriptor",
  title,
  severity: "bookkeeping",
  learns: "whether a move can end with the device not rewritten, or only half rewritten",
  property: ({ system }) =>
    always(title, (state) =>
      every(
        state.irq,
        ({ cpu, vector, migration }, irq) => {
          if (migration.step !== 0) return true;
          const mode = state.guest?.entries[irq]!.mode;
          const due = dueMode(system, state, irq);
          if (mode !== undefined && mode !== due) {
            return because(`the entry ${modeText[mode]}, where the kernel wants one that ${modeText[due]}`);
          }
          const route = state.routing?.[irq];
          if (route !== undefined) {
            if (route.cpu === cpu) return true;
            const routed = route.cpu === null ? "to no CPU" : `to ${cpuName(route.cpu)}`;
            return because(`the controller routes it ${routed}, but the descriptor has ${cpuName(cpu)}`);
          }
          const entry = state.remapping?.[irq];
          const { address, data } =
            entry === undefined ? state.device[irq]! : { address: entry.cpu, data: entry.vector };
          if (address === cpu && data === vector) return true;
          if (entry !== undefined) {
            return because(`the entry has ${targetName(entry)}, but the descriptor ${targetName({ cpu, vector })}`);
          }
          const device = targetName({ cpu: address, vector: data }, system);
          return because(`the device has ${device}, but the descriptor ${targetName({ cpu, vector }, system)}`);
        },
        (_, irq) => deviceName(irq, state.device.length),
      ),
    ),
};

const modeText = { guest: "posts to the vCPU", posted: "posts to the host", remapped: "is remapped" } as const;

/** Mode that the entry of the interrupt is to have. */
function dueMode(system: System, { guest }: State, irq: number): keyof typeof modeText {
  return guest?.entries[irq]!.wanted === true ? "guest" : hostMode(system, irq);
}
