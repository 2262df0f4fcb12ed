import { setEnabled, setPending } from "../hardware/aplic.ts";
import { targetName } from "../names.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { MigrationStep, Where } from "../strategy.ts";

/** Steps of an APLIC in MSI mode. Those of the interrupt file behind it are in imsic-steps.ts. */

const source = ({ irq }: Where): string => `source ${irq}`;

/** The register `sourcecfg` is written (`aplic_irq_set_type`). A wire that is high already need not become pending. */
export const configureSource: MigrationStep = {
  name: "configure",
  needs: "aplic",
  label: (_, where) => `sourcecfg(${source(where)}) = level`,
  needed: (state, { irq }) => !state.aplic![irq]!.configured,
  then: (draft, { irq }) => {
    draft.aplic![irq]!.configured = true;
  },
};

/** And SETIPNUM: a wire that is high becomes pending (`aplic_msi_irq_set_type` since 03f9885c60ad). */
export const retriggerSource: MigrationStep = {
  name: "retrigger_source",
  needs: "aplic",
  label: (state, where) => `SETIPNUM = ${source(where)}${state.device[where.irq]!.line ? "" : ", whose wire is low"}`,
  needed: isNotEnabled,
  samplesWire: true,
  then: (draft, { irq, system }) => setPending(system, draft, irq),
};

/** The register `target` has hart and identity in one word (`aplic_msi_write_msg`). */
export const writeTarget: MigrationStep = {
  name: "write_target",
  needs: "aplic",
  label: (state, where) => `target(${source(where)}) = ${targetName(state.irq[where.irq]!, where.system)}`,
  writes: (state, irq) => ({ cpu: state.irq[irq]!.cpu, vector: state.irq[irq]!.vector }),
  then: (draft, { irq }) => {
    const { cpu, vector } = draft.irq[irq]!;
    draft.device[irq]!.address = cpu;
    draft.device[irq]!.data = vector;
  },
};

/** The source is enabled (`aplic_irq_unmask`): a message that is due goes out. */
export const enableSource: MigrationStep = {
  name: "enable_source",
  needs: "aplic",
  label: (_, where) => `setie(${source(where)})`,
  needed: isNotEnabled,
  enables: true,
  then: (draft, { irq, system }) => setEnabled(system, draft, irq, true),
};

function isNotEnabled(state: ReadonlySystemState | SystemState, { irq }: Where): boolean {
  return !state.aplic![irq]!.enabled;
}
