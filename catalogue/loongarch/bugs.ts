import type { Bug } from "../bug.ts";

/** Bugs of LoongArch, and of code that it shares with other architectures. */
export const loongarchBugs: readonly Bug[] = [
  {
    id: "B30",
    title: "AVEC cleanup IPI before the write",
    introduced: "ae16f05c928a (v6.12)",
    source: ["avecintc_set_affinity, read; no report was found"],
    state: "suspected",
    cause:
      "the clear-vector IPI to the old CPU is sent before the message is written that moves the device off that CPU",
    doubt: "a suspicion from reading the code; the fixed side is the order of the driver with the redirect table",
    before: { entry: "avec", property: "no-interrupt-lost" },
    after: { entry: "avec", parameters: { cleanup: "after-write" }, property: "no-interrupt-lost" },
  },
  {
    id: "B34",
    title: "AVEC CPU offline: pending vectors left",
    introduced: "ae16f05c928a (v6.12)",
    source: ["avecintc_sync and loongson_cpu_disable, read; no report was found"],
    state: "suspected",
    cause: "pending vectors of the outgoing CPU are not scanned, and its old vector is never freed",
    doubt: "a suspicion from reading the code; the fixed side is hypothetical: a scan as in fixup_irqs of x86",
    before: { entry: "avec-offline", property: "no-interrupt-lost" },
    after: { entry: "avec-offline", parameters: { scan: true }, property: "no-interrupt-lost" },
  },
  {
    id: "B46",
    title: "AVEC rewrites a message that need not change",
    fix: "d9ba741cd168 (2026)",
    introduced: "ae16f05c928a (v6.12)",
    source: ["avecintc_set_affinity, patch of May and June 2026"],
    cause: "a request that the present target satisfies still rewrote the message",
    doubt: "nothing is lost by it: the word that is written is the one that is there",
    before: { entry: "avec-mask", parameters: { satisfied: "rewrites" }, property: "no-needless-move" },
    after: { entry: "avec-mask", property: "no-needless-move" },
  },
];
