import { choice } from "../../checker/index.ts";
import type { EntryParameters } from "../../model/parameters.ts";
import type { PlicFeatures, Trigger } from "../../model/system.ts";
import { type PropertyId, lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { manyMoves, never, nothing } from "../expectations.ts";
import { plicAffinity } from "./schemes/plic.ts";
import { sg2042Msi } from "./schemes/sg2042-msi.ts";

const trigger = {
  trigger: choice(
    "level",
    ["level", "edge"],
    "what the gateway sees: a wire that is high until it is served, or pulses, one of which it keeps",
  ),
};

const specification =
  "the PLIC specification: a completion of a source that is not enabled for the hart is ignored, and the gateway passes nothing on before one is taken";

/** A completion that is ignored leaves the source claimed for good. */
const frozen = [...lossIds, "target-live-in-move", "eoi-balanced"] as const satisfies readonly PropertyId[];

/** The same after a second move of the chained chip's parent, which may leave the source enabled for no hart as well. */
const frozenOrDisabled = (parameters: EntryParameters): readonly PropertyId[] => [
  ...frozen,
  "no-livelock",
  ...(manyMoves(parameters) && parameters["eoi"] === "enable-bit"
    ? (["target-live", "device-matches-descriptor"] as const)
    : []),
];

/** RISC-V: sources of a PLIC, whose interrupts end with a completion. */
export const plicEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "plic",
    architecture: "riscv",
    title: "PLIC since 1072020685f4",
    source: ["plic_set_affinity", "plic_irq_eoi since 1072020685f4 (2026)", specification],
    why: "the driver reads the hart's enable bit before it completes, and sets it meanwhile where it is clear; the descriptor's lock keeps a change of affinity out",
    own: trigger,
    strategy: (parameters) => plicAffinity({ eoi: "enable-bit", flow: "fasteoi" }, parameters["trigger"] as Trigger),
    violates: nothing,
    losesLateMessages: never,
  }),
  catalogueEntry({
    id: "plic-disabled-flag",
    architecture: "riscv",
    title: "PLIC before 1072020685f4",
    source: ["plic_set_affinity", "plic_irq_eoi from cc9f04f9a84f to 1072020685f4 (2026)", specification],
    why: "a change of affinity clears the enable bit of the hart that handles and leaves the flag alone that the driver tests, so the completion is ignored",
    own: trigger,
    strategy: (parameters) => plicAffinity({ eoi: "disabled-flag", flow: "fasteoi" }, parameters["trigger"] as Trigger),
    violates: () => [...frozen, "no-livelock"],
    losesLateMessages: never,
  }),
  catalogueEntry({
    id: "plic-chained",
    architecture: "riscv",
    title: "PLIC behind a chained chip",
    source: [
      "chained_irq_exit",
      "plic_irq_eoi since 1072020685f4 (2026)",
      "sophgo/linux-riscv pull request 472 (July 2026)",
      specification,
    ],
    why: "the descriptor's lock is not held, so the enable bit may be cleared between its test and the completion, which is then ignored",
    doubt:
      "the pull request's text was read, its patch was not: the repaired side (--eoi enable-bit-locked) takes look and completion to be under enable_lock, which the text names. The same change was not found upstream. That a change of affinity reaches the PLIC without the lock needs a chained chip that passes it on to its parent",
    own: {
      ...trigger,
      eoi: choice(
        "enable-bit",
        ["disabled-flag", "enable-bit", "enable-bit-locked"],
        "what the driver looks at before it completes: its flag, the enable bit, or the enable bit under enable_lock",
      ),
    },
    strategy: (parameters) =>
      plicAffinity(
        { eoi: parameters["eoi"] as PlicFeatures["eoi"], flow: "chained" },
        parameters["trigger"] as Trigger,
      ),
    violates: (parameters) => (parameters["eoi"] === "enable-bit-locked" ? [] : frozenOrDisabled(parameters)),
    losesLateMessages: never,
  }),
  catalogueEntry({
    id: "plic-zephyr",
    architecture: "riscv",
    title: "PLIC of Zephyr, completes untested",
    source: [
      "plic_irq_handler and riscv_plic_irq_set_affinity of Zephyr, at 0202bd860cbf",
      "zephyr pull request 78681 (2024), which added the affinity",
      specification,
    ],
    why: "the handler completes whether or not its hart's enable bit is still set, and without the lock that a change of affinity takes, so a completion after that change is ignored",
    doubt:
      "read in a stored copy of the file; its release and today's main branch were not looked up. The loop over harts sets and clears their bits one by one, in the order of their numbers: here the old one is cleared first. An edge is completed before its handler there, which leaves a smaller window",
    suspicion: {
      modelled:
        "a source claimed by a hart whose handler runs, while another hart changes its affinity: the old hart's enable bit is cleared and the new one's set, and then the old hart completes",
      restsOn:
        "plic_irq_handler at 0202bd860cbf, which writes the completion without a look at the enable bit and without data->lock; riscv_plic_irq_set_affinity, which clears the bit under that lock; and the PLIC specification",
      refutedBy:
        "a rule that affinity changes only while the source is not claimed, a later test of the bit in the handler, or a PLIC that takes completions from harts for which the source is disabled. No report was found",
    },
    own: {
      ...trigger,
      eoi: choice(
        "none",
        ["none", "enable-bit-locked"],
        "what the handler tests before it completes: nothing, or its hart's enable bit, with the lock of a change of affinity",
      ),
    },
    strategy: (parameters) =>
      plicAffinity(
        { eoi: parameters["eoi"] as PlicFeatures["eoi"], flow: "chained" },
        parameters["trigger"] as Trigger,
      ),
    violates: (parameters) => (parameters["eoi"] === "none" ? [...frozen, "no-livelock"] : []),
    losesLateMessages: never,
  }),
  catalogueEntry({
    id: "sg2042-msi",
    architecture: "riscv",
    title: "SG2042 MSI before a PLIC",
    source: ["plic_set_affinity", "9d8c41816bac (v6.18)", "plic_irq_eoi since 1072020685f4 (2026)", specification],
    why: "started first, the source is enabled for its CPU, and an affinity change moves that; a completion enables the source where the change has disabled it",
    doubt:
      "copies of both drivers were read: unmasking sets a priority, and only a start or irq_enable sets an enable bit, for the CPU that is effective then. Whether the core sets the affinity before or after the start depends on IRQCHIP_AFFINITY_PRE_STARTUP of the outermost chip; here it comes after, and the other order ends the same. The flow is that of handle_fasteoi_irq; on the SG2042 the source is an edge, completed by irq_ack before the handler, which leaves a smaller window to --eoi disabled-flag: from the claim to the descriptor's lock",
    own: {
      startup: choice(
        "startup-first",
        ["startup-first", "affinity-first"],
        "whether the interrupt is started before its affinity is set",
      ),
      eoi: choice(
        "enable-bit",
        ["enable-bit", "disabled-flag"],
        "what the PLIC's driver looks at before it completes: the enable bit, or its flag (to v6.19)",
      ),
    },
    // The program that starts the interrupt moves it, too.
    movesUnasked: true,
    strategy: ({ startup, eoi }) =>
      sg2042Msi(startup as "affinity-first" | "startup-first", eoi as PlicFeatures["eoi"]),
    violates: (parameters) => {
      const { startup, eoi, moves } = parameters;
      // The source has to be enabled for a hart before a move can take it away.
      const isFrozen = eoi === "disabled-flag" && (startup === "affinity-first" ? manyMoves(parameters) : moves !== 0);
      if (startup === "startup-first") return isFrozen ? frozen : [];
      return [
        ...(isFrozen ? frozen : lossIds),
        "target-live",
        "target-live-in-move",
        "device-matches-descriptor",
        "no-livelock",
      ];
    },
    losesLateMessages: ({ startup, eoi, moves }) =>
      startup === "affinity-first" || (eoi === "disabled-flag" && moves !== 0),
  }),
];
