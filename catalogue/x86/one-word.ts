import { catalogueEntry, type CatalogueEntry } from "../entry.ts";
import { x86SameCpu, x86SameVector } from "./schemes/one-word.ts";
import { exceptForService, losesBehindCleanup, nothing } from "../expectations.ts";

/** Entries that change only one word of the message. */
export const oneWordEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-same-vector",
    architecture: "x86",
    title: "same vector on the new CPU",
    source: ["proposed and rejected: it exhausts the vectors"],
    why: "one word changes, in one write, so there is no intermediate target",
    strategy: () => x86SameVector,
    violates: nothing,
    losesLateMessages: losesBehindCleanup,
  }),
  catalogueEntry({
    id: "x86-same-cpu",
    architecture: "x86",
    title: "new vector on the same CPU",
    source: ["not done for started interrupts (e027fffff799)"],
    why: "one word changes, in one write, and both vectors are live until a cleanup that checks the old one",
    strategy: () => x86SameCpu,
    violates: nothing,
    // An arrival on the old vector already counts as the first on the new target, because only the CPU is compared.
    losesLateMessages: exceptForService,
  }),
];
