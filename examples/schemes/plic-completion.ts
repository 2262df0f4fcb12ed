/**
 * The end of an interrupt of a PLIC, before and after commit 1072020685f4: the source is enabled for the time of its
 * completion where it is found disabled. The commit changed the test. Where the PLIC's interrupt is the parent of a
 * chained chip, the test and the completion are not under the descriptor's lock.
 */
import { choice } from "irqproof/checker";
import {
  cpuName,
  hardware,
  interruptName,
  routingSteps,
  type Flow,
  type FlowStep,
  type FlowWhere,
  type ReadonlySystemState,
  type Strategy,
  type SystemState,
} from "irqproof/model";
import { scheme } from "irqproof/properties";

type Test = (state: ReadonlySystemState | SystemState, where: FlowWhere) => boolean;

/** `irqd_irq_disabled(d)`: a change of affinity leaves the flag alone. */
const readsFlag: Test = (state, { irq }) => state.routing![irq]!.enabled;

/** The hart's enable bit. */
const readsEnableBit: Test = (state, { irq, cpu }) => hardware.isEnabledFor(state, irq, cpu);

const isUnlocked: FlowStep["when"] = (state, { irq }) => !state.irq[irq]!.locked;

/** `plic_irq_eoi` in `handle_fasteoi_irq`, which holds the descriptor's lock: test and completion are one step. */
const underLock = (test: Test): Flow => ({
  finish: {
    label: (state, where) => `plic_irq_eoi: ${test(state, where) ? "complete" : "enable, complete, disable"}`,
    when: isUnlocked,
    then(draft, where) {
      draft.irq[where.irq]!.inProgress = false;
      if (test(draft, where)) hardware.completeSource(draft, where);
      else hardware.enableCompleteDisable(draft, where);
      return "return";
    },
  },
});

/** The same in `chained_irq_exit`, without the lock: two steps, and the handler begins without the lock, too. */
const chained = (test: Test): Flow => ({
  entry: { label: () => "chained_irq_enter", then: () => "handler" },
  finish: {
    label: (state, where) => `plic_irq_eoi: read enable: ${test(state, where) ? 1 : 0}`,
    then: (draft, where) => (test(draft, where) ? "complete-enabled" : "complete-disabled"),
  },
  "complete-enabled": {
    label: (_, { system, irq, cpu }) => `complete ${interruptName(system, irq)} on ${cpuName(cpu)}`,
    then(draft, where) {
      hardware.completeSource(draft, where);
      return "return";
    },
  },
  "complete-disabled": {
    label: (_, { system, irq }) => `enable, complete, disable ${interruptName(system, irq)}`,
    then(draft, where) {
      hardware.enableCompleteDisable(draft, where);
      return "return";
    },
  },
});

export default scheme({
  name: "plic-completion",
  title: "an interrupt of a PLIC moves while it is handled",
  parameters: {
    test: choice("enable-bit", ["enable-bit", "disabled-flag"], "what plic_irq_eoi reads"),
    caller: choice("fasteoi", ["fasteoi", "chained"], "who calls it: under the descriptor's lock, or without it"),
  },
  strategy({ test, caller }): Strategy {
    const reads = test === "enable-bit" ? readsEnableBit : readsFlag;
    return {
      machine: "plic",
      trigger: "level",
      context: { kind: "task", runsOn: "any" },
      program: [routingSteps.clearEnableBit, routingSteps.setEnableBit],
      flow: caller === "fasteoi" ? underLock(reads) : chained(reads),
    };
  },
});
