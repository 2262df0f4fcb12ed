import type { CatalogueEntry } from "../entry.ts";
import { armEntries } from "./arm.ts";
import { imsicEntries } from "./imsic.ts";
import { loongarchEntries } from "./loongarch.ts";
import { maskedEntries } from "./masked.ts";
import { oneWordEntries } from "./one-word.ts";
import { x86CleanupEntries } from "./x86-cleanup.ts";
import { x86DirectEntries } from "./x86-direct.ts";
import { x86OfflineEntries } from "./x86-offline.ts";
import { x86ProtocolEntries } from "./x86-protocol.ts";
import { x86RemappedEntries } from "./x86-remapped.ts";
import { x86StartupEntries } from "./x86-startup.ts";
import { x86TwoStepEntries } from "./x86-two-step.ts";

/** Every way to move an interrupt that is modelled, in the order of the strategy table of docs/model.md. */
export const catalogue: readonly CatalogueEntry[] = [
  ...x86DirectEntries,
  ...x86TwoStepEntries,
  ...oneWordEntries,
  ...maskedEntries,
  ...x86CleanupEntries,
  ...x86ProtocolEntries,
  ...x86OfflineEntries,
  ...x86RemappedEntries,
  ...x86StartupEntries,
  ...imsicEntries,
  ...loongarchEntries,
  ...armEntries,
].toSorted(byRow);

/** By the number of the row, then by its letters, then by id. */
function byRow(one: CatalogueEntry, other: CatalogueEntry): number {
  return one.row.localeCompare(other.row, "en", { numeric: true });
}

/** The entry of an id. */
export function entryOf(id: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.id === id);
}
