import type { CatalogueEntry } from "./entry.ts";
import { aplicEntries } from "./riscv/aplic.ts";
import { armEntries } from "./arm/entries.ts";
import { hypervEntries } from "./x86/hyperv.ts";
import { imsicEntries } from "./riscv/imsic.ts";
import { loongarchEntries } from "./loongarch/entries.ts";
import { maskedEntries } from "./x86/masked.ts";
import { x86MultiMessageEntries } from "./x86/multi-message.ts";
import { oneWordEntries } from "./x86/one-word.ts";
import { redirectEntries } from "./arm/redirect.ts";
import { plicEntries } from "./riscv/plic.ts";
import { x86CleanupEntries } from "./x86/cleanup.ts";
import { x86DirectEntries } from "./x86/direct.ts";
import { x86GuestEntries } from "./x86/guest.ts";
import { x86OfflineEntries } from "./x86/offline.ts";
import { x86PostedEntries } from "./x86/posted.ts";
import { x86ProtocolEntries } from "./x86/protocol.ts";
import { x86RemappedEntries } from "./x86/remapped.ts";
import { x86StartupEntries } from "./x86/startup.ts";
import { x86TwoStepEntries } from "./x86/two-step.ts";

/** All modelled migration schemes, by architecture. */
export const catalogue: readonly CatalogueEntry[] = [
  ...x86DirectEntries,
  ...x86TwoStepEntries,
  ...oneWordEntries,
  ...maskedEntries,
  ...x86CleanupEntries,
  ...x86ProtocolEntries,
  ...x86OfflineEntries,
  ...x86RemappedEntries,
  ...x86PostedEntries,
  ...x86GuestEntries,
  ...hypervEntries,
  ...x86MultiMessageEntries,
  ...x86StartupEntries,
  ...imsicEntries,
  ...plicEntries,
  ...aplicEntries,
  ...loongarchEntries,
  ...armEntries,
  ...redirectEntries,
];

/** The entry with the given id. */
export function entryOf(id: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.id === id);
}
