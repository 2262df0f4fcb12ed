import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { msiMasked, msiMaskedNoPendingBit } from "./schemes/msi-masked.ts";
import { msixMasked, msixUnmasked } from "./schemes/msix.ts";
import { always, losesBehindCleanupMasked, nothing, tornPair } from "../expectations.ts";

/** Entries that mask the device while its message is rewritten. */
export const maskedEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "msi-masked",
    architecture: "x86",
    title: "maskable MSI, masked to update",
    source: ["pci_msi_mask_irq", "pci_write_msg_msi"],
    why: "the masked device sends no half-written message, and its pending bit records events",
    strategy: () => msiMasked,
    violates: nothing,
    losesLateMessages: losesBehindCleanupMasked,
  }),
  catalogueEntry({
    id: "msi-masked-no-pending-bit",
    architecture: "x86",
    title: "masked, without a pending bit",
    source: ["a broken device"],
    why: "an event while masked leaves no trace",
    strategy: () => msiMaskedNoPendingBit,
    violates: () => lossIds,
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "msix-masked",
    architecture: "x86",
    title: "MSI-X entry, masked to update",
    source: ["pci_write_msg_msix", "da181dc974ad (2021)"],
    why: "as for maskable MSI; and unmasking makes the function fetch the entry again",
    strategy: () => msixMasked,
    violates: nothing,
    losesLateMessages: losesBehindCleanupMasked,
  }),
  catalogueEntry({
    id: "msix-unmasked",
    architecture: "x86",
    title: "MSI-X entry written unmasked",
    source: ["pci_write_msg_msix before da181dc974ad"],
    why: "the function may use a torn entry, or keep using its cached copy of the old one after the cleanup",
    strategy: () => msixUnmasked,
    violates: () => [...lossIds, "no-stray", "target-live", ...tornPair, "cleanup-done"],
    losesLateMessages: always,
  }),
];
