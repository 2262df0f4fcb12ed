import { range } from "../../checker/index.ts";
import { anyAction, type SystemAction } from "../action.ts";
import { cpuName, deviceName, interruptName, targetName } from "../names.ts";
import type { ReadonlySystemState } from "../state/system-state.ts";
import { isRouted } from "../controller.ts";
import type { System } from "../system.ts";
import { canRaise, destinationOf, messageOf, raise } from "./events.ts";
import { deliver } from "./fabric.ts";
import { translate } from "./remapping.ts";

/** Target of an event of the device now. */
function destinationName(system: System, state: ReadonlySystemState, device: number): string {
  if (state.enableBits?.[device]!.enabled === false) return "MSI is off";
  if (state.remapping !== null && translate(state, device) === null) return "aborted: entry invalid";
  if (state.guest?.entries[device]!.mode === "guest") return "the vCPU";
  if (!isRouted(system)) return targetName(messageOf(state, device), system);
  const target = destinationOf(state, device);
  const number = interruptName(system, state.irq[device]!.vector);
  if (system.redirect !== null) return number;
  return target === null ? `${number}, routed to no CPU` : `${number} of ${cpuName(target.cpu)}`;
}

/** Actions of devices and the fabric on their own. */
export function deviceActions(system: System): Record<string, SystemAction> {
  const over = { device: range(0, system.devices - 1) };
  const actor = (_: unknown, { device }: { readonly device: number }): string => deviceName(device, system.devices);
  const actions: Record<string, SystemAction> = {
    "device.raise": anyAction({
      over,
      actor,
      label: (state, { device }) => {
        if (system.trigger === "level") return `wire of source ${device} goes high`;
        return state.device[device]!.masked
          ? "raise while masked"
          : `raise -> ${destinationName(system, state, device)}`;
      },
      when: (state, { device }) => canRaise(system, state, device),
      then: (draft, { device }) => raise(system, draft, device),
    }),
  };
  if (system.device.cachesEntry) {
    /** A function may keep a private copy of an entry while it is unmasked (PCIe 6.1.4.5). */
    actions["device.fetch_entry"] = anyAction({
      over,
      actor,
      label: (state, { device }) => `caches entry ${targetName(messageOf(state, device), system)}`,
      when: (state, { device }) => !state.device[device]!.masked && state.device[device]!.cachedEntry === null,
      then: (draft, { device: index }) => {
        const device = draft.device[index]!;
        device.cachedEntry = { cpu: device.address, vector: device.data };
      },
    });
  }
  if (system.fabric !== "none") {
    actions["fabric.deliver"] = anyAction({
      over: { ...over, cpu: range(0, system.cpus - 1) },
      actor,
      label: (state, { device, cpu }) =>
        isRouted(system)
          ? `message arrives: ${destinationName(system, state, device)}`
          : `message arrives: ${targetName({ cpu, vector: state.fabric[device]![cpu]![0] ?? 0 }, system)}`,
      when: (state, { device, cpu }) => state.fabric[device]![cpu]!.length > 0,
      then: (draft, { device, cpu }) => deliver(system, draft, device, cpu),
    });
  }
  return actions;
}
