import { choice } from "../../checker/index.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { x86BlockDirect, x86BlockTwoStep } from "./schemes/multi-message.ts";
import { always, tornPair } from "../expectations.ts";

/** Several messages of one function with one address and data pair, which move together. */
export const x86MultiMessageEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-multi-msi",
    architecture: "x86",
    title: "two messages, one pair, two-step",
    source: [
      "no kernel: several messages are refused without remapping (MSI_FLAG_MULTI_PCI_MSI, d474d92d7025)",
      "PCI: the function replaces the low bits of the message data",
    ],
    why: "one word changes at a time for all messages at once, and the old CPU looks at the request bits of all of them before the move ends",
    doubt:
      "made up: it answers what a move of several messages would need. The allocator refused them until d474d92d7025 (v6.2), since then the MSI core does",
    own: {
      update: choice(
        "two-step",
        ["two-step", "direct"],
        "how the pair is rewritten: in two steps with a check, or in place",
      ),
      checks: choice(
        "all",
        ["all", "first"],
        "the request bits that the check reads: of all messages, or of the first",
      ),
    },
    defaults: { devices: 2, vectors: 4, raises: 1 },
    strategy: ({ update, checks }) =>
      update === "direct" ? x86BlockDirect : x86BlockTwoStep(checks as "all" | "first"),
    violates: ({ update, checks }) => {
      if (update === "direct") return [...lossIds, "no-stray", ...tornPair];
      return checks === "all" ? [] : [...lossIds, "retrigger-once"];
    },
    losesLateMessages: always,
  }),
];
