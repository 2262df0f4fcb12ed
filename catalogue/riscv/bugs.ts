import type { Bug } from "../bug.ts";

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
  {
    id: "B35",
    title: "a PLIC source freezes when it is moved while it is handled",
    fix: "1072020685f4 (2026)",
    introduced: "cc9f04f9a84f",
    source: ["plic_irq_eoi", "irqchip/sifive-plic: Fix frozen interrupt due to affinity setting, February 2026"],
    cause:
      "the change of affinity clears the enable bit of the hart that handles, the driver looks at another flag, and the PLIC ignores the completion: nothing is passed on any more",
    before: { entry: "plic-disabled-flag", property: "no-interrupt-lost" },
    after: { entry: "plic", property: "no-interrupt-lost" },
  },
  {
    id: "B36",
    title: "the same behind a chained chip, after the repair",
    introduced: "cc9f04f9a84f; what 1072020685f4 left of it",
    source: ["chained_irq_exit", "sophgo/linux-riscv pull request 472, July 2026; no such change was found upstream"],
    cause:
      "neither the completion nor the change of affinity holds the descriptor's lock, so the enable bit is cleared between the look at it and the completion",
    doubt:
      "the pull request was merged in that tree; its text was read, its patch was not. The repaired side takes both to be under enable_lock, which the text names",
    before: { entry: "plic-chained", property: "no-interrupt-lost" },
    after: { entry: "plic-chained", parameters: { eoi: "enable-bit-locked" }, property: "no-interrupt-lost" },
  },
  {
    id: "B56",
    title: "Zephyr: a PLIC source freezes when it is moved while it is handled",
    source: [
      "plic_irq_handler and riscv_plic_irq_set_affinity of Zephyr, at 0202bd860cbf",
      "the fault that Linux repaired by 1072020685f4 (B35), in a driver that tests nothing",
    ],
    state: "suspected",
    cause:
      "a change of affinity clears the enable bit of the hart that handles, which then completes all the same, and the PLIC ignores that",
    doubt:
      "from a stored copy of the driver; no report was found, and the repaired side is that of B36: test and completion with the lock",
    before: { entry: "plic-zephyr", property: "no-interrupt-lost" },
    after: { entry: "plic-zephyr", parameters: { eoi: "enable-bit-locked" }, property: "no-interrupt-lost" },
  },
  {
    id: "B51",
    title: "an IMSIC loses its registers in a low power state",
    fix: "f48b4bd0915b (December 2025; stable 6.19 and 6.18)",
    source: [
      "imsic_pm_notifier",
      "irqchip/riscv-imsic: Add a CPU pm notifier to restore the IMSIC on exit, December 2025",
    ],
    cause: "the interrupt file was reset while its hart had no power, and nothing restored its registers afterwards",
    before: { entry: "imsic-idle", parameters: { "on-exit": "leaves" }, property: "no-interrupt-lost" },
    after: { entry: "imsic-idle", property: "no-interrupt-lost" },
  },
  {
    id: "B38",
    title: "an APLIC misses a wire that is high when it is configured",
    fix: "03f9885c60ad (v6.11)",
    source: ["aplic_irq_set_type", "irqchip/riscv-aplic: Retrigger MSI interrupt on source configuration, August 2024"],
    cause:
      "a write of the source's configuration need not set the pending bit, so in MSI mode no message was sent for a wire that was high already, and it does not rise again",
    before: { entry: "aplic-msi-no-retrigger", property: "no-interrupt-lost" },
    after: { entry: "aplic-msi", property: "no-interrupt-lost" },
  },
];
