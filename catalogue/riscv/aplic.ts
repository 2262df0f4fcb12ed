import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { aplicMsi } from "./schemes/aplic.ts";
import { never, nothing } from "../expectations.ts";

const specification =
  "the RISC-V AIA specification: a write of sourcecfg might or might not set the pending bit of a wire that is high; in MSI mode a message clears it";

/** RISC-V: wires that an APLIC turns into messages to the interrupt files of the harts. */
export const aplicEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "aplic-msi",
    architecture: "riscv",
    title: "APLIC in MSI mode, level wire",
    source: [
      "aplic_msi_irq_set_type since 03f9885c60ad (v6.11)",
      "aplic_msi_irq_eoi",
      "aplic_msi_write_msg",
      specification,
    ],
    why: "the target is one word, and the driver has the APLIC look at the wire after it has configured the source and at the end of each interrupt",
    doubt:
      "the message of the APLIC arrives in the step that sends it, so that what imsic-merged-late-message asks is not asked here; that the move is made by a task follows from the flag for moves in the interrupt, which chips of PCI devices have alone",
    strategy: () => aplicMsi("retriggers"),
    violates: nothing,
    losesLateMessages: never,
  }),
  catalogueEntry({
    id: "aplic-msi-no-retrigger",
    architecture: "riscv",
    title: "APLIC before 03f9885c60ad",
    source: ["aplic_irq_set_type, to 03f9885c60ad (v6.11)", specification],
    why: "the wire is high when its source is configured: it is not pending then, so no message is sent, and it never rises again",
    doubt:
      "the APLIC is taken to leave the pending bit alone, as the specification allows; one that sets it loses nothing",
    movesUnasked: true,
    strategy: () => aplicMsi("leaves"),
    violates: () => lossIds,
    losesLateMessages: never,
  }),
];
