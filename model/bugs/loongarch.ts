import type { Bug } from "./bug.ts";

/** Bugs of LoongArch and of what it shares with others. */
export const loongarchBugs: readonly Bug[] = [
  {
    id: "B30",
    title: "AVEC cleanup IPI before the write",
    introduced: "ae16f05c928a (v6.12)",
    source: ["avecintc_set_affinity, read; no report was found"],
    state: "suspected",
    cause:
      "the old CPU is told to give its vector back before the message is written that takes the device away from it",
    doubt: "a suspicion from the code; the repaired side is the order that the driver with the redirect table has",
    before: { entry: "avec", property: "no-interrupt-lost" },
    after: { entry: "avec", parameters: { cleanup: "after-write" }, property: "no-interrupt-lost" },
  },
  {
    id: "B34",
    title: "AVEC CPU offline: pending left",
    introduced: "ae16f05c928a (v6.12)",
    source: ["avecintc_sync and loongson_cpu_disable, read; no report was found"],
    state: "suspected",
    cause: "nothing looks at what is pending on the outgoing CPU, and its old vector is never given back",
    doubt: "a suspicion from the code; the repaired side is made up: a scan as in fixup_irqs of x86",
    before: { entry: "avec-offline", property: "no-interrupt-lost" },
    after: { entry: "avec-offline", parameters: { scan: true }, property: "no-interrupt-lost" },
  },
];
