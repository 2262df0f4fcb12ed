import type { Finding } from "./finding.ts";

/** The PLIC's driver of Zephyr completes without a look at the enable bit. */
export const plicZephyrFinding: Finding = {
  bug: "B56",
  name: "plic-zephyr",
  subject: "intc_plic: source freezes when moved while its handler runs",
  summary:
    "plic_irq_handler() of Zephyr writes the completion without a test of its hart's enable bit. A PLIC ignores the completion of a source that is not enabled for the hart, so a change of affinity between claim and completion leaves the source claimed for good. Linux repaired this in 2026 (1072020685f4); a vendor's tree repaired it for chained interrupts, where no lock is held, as here.",
  affected: [
    {
      what: "drivers/interrupt_controller/intc_plic.c of Zephyr at 0202bd860cbf, with CONFIG_PLIC_IRQ_AFFINITY (pull request 78681, 2024)",
      date: "2026-11-30",
      doubt: "a stored copy was read; its release and today's main branch were not looked up",
    },
  ],
  functions: {
    "user.set_affinity": "cmd_affinity_set()",
    // riscv_plic_irq_set_affinity(), by which both of these are called.
    "move.clear_enable": "plic_irq_enable_set_state()",
    "move.set_enable": "plic_irq_enable_set_state()",
    "cpu.accept": "plic_irq_handler()",
    "irq.handler": "ite->isr()",
    "irq.finish": "plic_irq_handler()",
  },
  unchecked:
    "real hardware, QEMU and today's main branch: this follows from the driver, the PLIC specification and the model alone. No report was found.",
  related: [
    {
      side: { entry: "plic-disabled-flag", property: "no-interrupt-lost" },
      says: "Linux before 1072020685f4, which tested a flag that a change of affinity leaves alone (B35).",
    },
    {
      side: { entry: "plic-chained", property: "no-interrupt-lost" },
      says: "A test of the enable bit without the lock does not suffice: it is cleared between test and completion (B36).",
    },
    {
      side: { entry: "gicv2m", property: "no-interrupt-lost" },
      says: "A controller whose end of interrupt does not depend on an enable bit has no such fault.",
    },
  ],
  machine: {
    steps: [
      "Two harts, a level-triggered source that is busy, and a thread on the other hart that changes its affinity in a loop (CONFIG_PLIC_SHELL_IRQ_AFFINITY has a command for it). The window is the run time of the handler.",
      "It is confirmed when the source's count (plic stats) stands still while its wire is high, and its pending bit is clear. A completion from a hart for which the source is enabled again frees it.",
      "It is refuted by a source that stays alive through any number of changes, with a handler that takes a millisecond.",
    ],
    commands: [
      { line: "plic affinity set PLIC IRQ 0x1" },
      { line: "plic affinity set PLIC IRQ 0x2" },
      { line: "plic stats get PLIC" },
    ],
  },
  repair: {
    text: "Take data->lock around the completion, and where the enable bit of the hart is clear, set it for the duration of the write. Or leave the bit of a hart that handles the source to the end of its handler.",
    lines: [],
  },
};
