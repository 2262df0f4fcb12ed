import { array, oneOf, optional, range, record, type FiniteType, type ValueOf } from "../../checker/index.ts";
import { anyAction, type SystemAction } from "../action.ts";
import { deviceName, targetName } from "../names.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import { booleanIf, type System, type Target } from "../system.ts";
import { targetType } from "./device.ts";

/** What an interrupt remapping unit of a system can show of itself. */
export interface RemappingFeatures {
  /** An entry is made invalid for a while, as by the AMD driver before v5.9. */
  readonly disablesEntries: boolean;
}

/**
 * Interrupt remapping (Intel VT-d, AMD-Vi): the device's message holds an index and never changes; the entry of the
 * table says where it goes. A message is translated when it is sent. Null where messages name CPU and vector.
 */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function remappingType(system: System) {
  const entries = array(
    system.devices,
    record({
      /** The entry may be used; otherwise a message is aborted with a fault. */
      valid: system.remapping?.disablesEntries === true ? booleanIf(true) : (oneOf(true) as FiniteType<boolean>),
      cpu: range(0, system.cpus - 1),
      vector: range(0, system.vectors - 1),
      /** What the unit's interrupt entry cache holds of it: used instead of the entry until it is invalidated. */
      cached: optional(targetType(system)),
    }),
  );
  return (system.remapping === null ? oneOf(null) : entries) as FiniteType<ValueOf<typeof entries> | null>;
}

/** Every entry valid, none cached. */
export function initialRemapping(
  system: System,
  targets: readonly Target[],
): ValueOf<ReturnType<typeof remappingType>> {
  if (system.remapping === null) return null;
  return targets.map(({ cpu, vector }) => ({ valid: true, cpu, vector, cached: null }));
}

/** Where the unit sends a message of the device now; null when it aborts the message. */
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
      actor: ({ device }) => deviceName(device, system.devices),
      label: ({ device }, state) => `IOMMU caches ${targetName(translate(state, device) ?? { cpu: 0, vector: 0 })}`,
      when: (state, { device }) => state.remapping![device]!.cached === null && state.remapping![device]!.valid,
      then: (draft, { device }) => {
        const entry = draft.remapping![device]!;
        entry.cached = { cpu: entry.cpu, vector: entry.vector };
      },
    }),
  };
}
