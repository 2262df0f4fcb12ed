import type { MigrationStep } from "../strategy.ts";

/** The MSI enable bit is cleared (`pci_msi_set_enable`). */
export const disableMsi: MigrationStep = {
  name: "disable_msi",
  needs: "enable-bit",
  label: () => "MSI enable bit = 0",
  then: (draft, { irq }) => {
    draft.enableBits![irq]!.enabled = false;
  },
};

/** The MSI enable bit is set again; the legacy line goes down. */
export const enableMsi: MigrationStep = {
  name: "enable_msi",
  needs: "enable-bit",
  label: () => "MSI enable bit = 1",
  then: (draft, { irq }) => {
    draft.enableBits![irq]!.enabled = true;
    draft.enableBits![irq]!.legacyLine = false;
  },
};
