import { type FiniteType, type ValueOf, array, boolean, oneOf, record } from "../../checker/index.ts";
import { type System, booleanIf } from "../system.ts";

/** The MSI enable bits; null where none is ever cleared. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function enableBitsType(system: System) {
  const bits = array(
    system.devices,
    record({
      enabled: boolean,
      /** INTx was asserted; no handler is registered for it. */
      legacyLine: booleanIf(system.whileDisabled === "legacy-line"),
    }),
  );
  return (system.whileDisabled === null ? oneOf(null) : bits) as FiniteType<ValueOf<typeof bits> | null>;
}

/** All set. */
export function initialEnableBits(system: System): ValueOf<ReturnType<typeof enableBitsType>> {
  if (system.whileDisabled === null) return null;
  return Array.from({ length: system.devices }, () => ({ enabled: true, legacyLine: false }));
}
