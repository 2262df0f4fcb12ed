import { cpuName } from "../names.ts";
import { settle } from "./settle.ts";
import type { MigrationStep } from "../strategy.ts";

/** Steps of a move of an interrupt that is redirected in software. */

/** `irq_chip_redirect_set_affinity`: later events are redirected to the new CPU. Queued work stays on its CPU. */
export const setRedirectTarget: MigrationStep = {
  name: "set_target",
  needs: "demultiplexer",
  label: (state, { irq }) => `redirect target = ${cpuName(state.irq[irq]!.requested ?? 0)}`,
  then: (draft, { irq }) => {
    draft.routing![irq]!.cpu = settle(draft, irq);
  },
};

/** `msi_domain_set_affinity` after IRQ_SET_MASK_OK: the message, which is the parent's, is written once more. */
export const rewriteMessage: MigrationStep = {
  name: "rewrite_message",
  needs: "demultiplexer",
  label: () => "pci_write_msg_msi(), the same message",
  accessesDevice: true,
  then: () => {},
};
