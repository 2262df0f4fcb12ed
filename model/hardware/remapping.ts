import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { deviceName, targetName } from "../names.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System, Target } from "../system.ts";

/** Target of the unit for a message of the device now; null when it aborts the message. */
export function translate({ remapping }: ReadonlySystemState | SystemState, device: number): Target | null {
  const { cached, cpu, valid, vector } = remapping![device]!;
  if (cached !== null) return { cpu: cached.cpu, vector: cached.vector };
  return valid ? { cpu, vector } : null;
}

/** The unit may cache a valid entry at any time. */
export function remappingActions(system: System): Record<string, SystemAction> {
  if (system.remapping === null) return {};
  return {
    "iommu.cache_entry": anyAction({
      over: { device: range(0, system.devices - 1) },
      actor: (_, { device }) => deviceName(device, system.devices),
      label: (state, { device }) => `IOMMU caches ${targetName(translate(state, device) ?? { cpu: 0, vector: 0 })}`,
      when: (state, { device }) => state.remapping![device]!.cached === null && state.remapping![device]!.valid,
      then: (draft, { device }) => {
        const entry = draft.remapping![device]!;
        entry.cached = { cpu: entry.cpu, vector: entry.vector };
      },
    }),
  };
}
