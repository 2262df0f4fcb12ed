import type { Bug } from "./bug.ts";

/** Bugs of RISC-V, and of code that it shares with other architectures. */
export const riscvBugs: readonly Bug[] = [
  {
    id: "B21",
    title: "IMSIC driver ignored torn messages",
    fix: "896f8e436f99 (v6.15)",
    introduced: "027e125acdba (v6.10)",
    source: [
      "raised by Thomas Gleixner in review; v2 01/11 of December 2024 was the first answer",
      "recorded with 6.12: one torn store, a disk that hung for 30 s",
    ],
    cause: "a task wrote address and data one after the other, and (new hart, old identity) was not checked",
    before: { entry: "imsic-original", property: "no-interrupt-lost" },
    after: { entry: "imsic-merged", property: "no-interrupt-lost" },
  },
  {
    id: "B22",
    title: "torn IMSIC message in interrupt context",
    fix: "896f8e436f99 (v6.15)",
    source: ["v3 10/10, February 2025, rejected", "merged in another form in February 2025"],
    cause: "the patch assumed that disabled interrupts and masking at the parent hide a torn message",
    before: { entry: "imsic-v3-patch", property: "no-interrupt-lost" },
    after: { entry: "imsic-merged", property: "no-interrupt-lost" },
  },
  {
    id: "B23",
    title: "IMSIC sync timer on the wrong hart",
    fix: "08fb624802d8 (v6.15)",
    introduced: "0f67911e821c (v6.15)",
    source: ["irqchip/riscv-imsic: Start local sync timer on correct CPU"],
    cause: "the timer for enabling the new identity ran on the requesting hart instead of the new one",
    doubt: "an unbounded delay rather than a loss: any other interrupt on the new hart ends it",
    before: { entry: "imsic-sync-wrong-cpu", property: "enable-converges" },
    after: { entry: "imsic-merged", property: "enable-converges" },
  },
  {
    id: "B33",
    title: "IMSIC hart offline: sync skipped",
    fix: "cefafbd56140 (2026)",
    introduced: "0f67911e821c (v6.15), by the tag of the fix; the sync is skipped since 21a8f8a0eb35 (v6.10)",
    source: ["irqchip/riscv-imsic: Clear interrupt move state during CPU offlining, May 2026"],
    cause:
      "the outgoing hart is already offline when its interrupts move, so its sync was skipped and its pending interrupts stayed",
    doubt:
      "the commit is about move_prev, which stayed set so that all further moves were refused; the loss of a message at the temporary identity follows from the model",
    before: { entry: "imsic-offline", property: "no-interrupt-lost" },
    after: { entry: "imsic-offline", parameters: { "dying-sync": true }, property: "no-interrupt-lost" },
  },
];
