import type { Bug } from "./bug.ts";

/** Bugs of RISC-V and of what it shares with others. */
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
    cause: "address and data were written one after the other by a task, and nobody looked at (new hart, old identity)",
    before: { entry: "imsic-original", property: "no-interrupt-lost" },
    after: { entry: "imsic-merged", property: "no-interrupt-lost" },
  },
  {
    id: "B22",
    title: "IMSIC moved in the interrupt, torn",
    fix: "896f8e436f99 (v6.15)",
    source: ["v3 10/10, February 2025, rejected", "merged in another form in February 2025"],
    cause:
      "it was believed that interrupts off and the mask of the parent hide a message that is half old and half new",
    before: { entry: "imsic-v3-patch", property: "no-interrupt-lost" },
    after: { entry: "imsic-merged", property: "no-interrupt-lost" },
  },
  {
    id: "B23",
    title: "IMSIC sync timer on the wrong hart",
    fix: "08fb624802d8 (v6.15)",
    introduced: "0f67911e821c (v6.15)",
    source: ["irqchip/riscv-imsic: Start local sync timer on correct CPU"],
    cause: "the timer that was to enable the new identity ran on the hart that asked for the move",
    doubt: "a delay without a bound rather than a loss: anything else that interrupts the new hart ends it",
    before: { entry: "imsic-sync-wrong-cpu", property: "enable-converges" },
    after: { entry: "imsic-merged", property: "enable-converges" },
  },
  {
    id: "B33",
    title: "IMSIC hart offline: sync skipped",
    fix: "cefafbd56140 (2026)",
    introduced: "0f67911e821c (v6.15), by the tag of the fix; the sync is skipped since 21a8f8a0eb35 (v6.10)",
    source: ["irqchip/riscv-imsic: Clear interrupt move state during CPU offlining, May 2026"],
    cause: "the outgoing hart is not online any more when its interrupts move, so what is pending there was not moved",
    doubt:
      "the commit is about move_prev, which stayed set and refused all further moves; that what was pending at the temporary identity was lost follows from the model",
    before: { entry: "imsic-offline", property: "no-interrupt-lost" },
    after: { entry: "imsic-offline", parameters: { "dying-sync": true }, property: "no-interrupt-lost" },
  },
  {
    id: "B40",
    title: "IMSIC interrupt stranded on a dead hart",
    introduced: "0f67911e821c (v6.15)",
    source: [
      "imsic_irq_force_complete_move and imsic_irq_set_affinity, read in the series and in two later copies",
      "Xen repaired the same gap in 2024: handle moving interrupts in _assign_irq_vector()",
    ],
    state: "suspected",
    cause:
      "the new hart goes offline before its sync, the move off it is refused (-EBUSY), and the interrupt stays on a hart that is dead",
    doubt:
      "a suspicion from the code, which cefafbd56140 leaves as it is; no report was found, and the repaired side is made up: the dying hart is brought up to date before its interrupts move, too",
    before: { entry: "imsic-offline-stranded", property: "no-interrupt-lost" },
    after: { entry: "imsic-offline-stranded", parameters: { "sync-first": true }, property: "no-interrupt-lost" },
  },
];
