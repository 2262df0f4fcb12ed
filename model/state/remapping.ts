import { type FiniteType, type ValueOf, array, oneOf, optional, range, record } from "../../checker/index.ts";
import { type System, type Target, booleanIf } from "../system.ts";
import { targetType } from "./device.ts";

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
      /** Copy of the entry in the unit's interrupt entry cache: used instead of the entry until it is invalidated. */
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
