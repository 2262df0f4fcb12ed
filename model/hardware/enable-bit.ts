import { array, boolean, oneOf, record, type FiniteType, type ValueOf } from "../../checker/index.ts";
import type { MigrationStep } from "../kernel/migration.ts";
import { booleanIf, type System } from "../system.ts";

/** What a device does with an event while its MSI enable bit is clear: nothing, or it asserts its legacy line (INTx). */
export type WhileDisabled = "dropped" | "legacy-line";

/** The MSI enable bits; null where nobody clears one. */
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

/** The MSI enable bit is cleared (`pci_msi_set_enable`). */
export const disableMsi: MigrationStep = {
  name: "disable_msi",
  label: () => "MSI enable bit = 0",
  then: (draft, { irq }) => {
    draft.enableBits![irq]!.enabled = false;
  },
};

/** The MSI enable bit is set again; the legacy line goes down. */
export const enableMsi: MigrationStep = {
  name: "enable_msi",
  label: () => "MSI enable bit = 1",
  then: (draft, { irq }) => {
    draft.enableBits![irq]!.enabled = true;
    draft.enableBits![irq]!.legacyLine = false;
  },
};
