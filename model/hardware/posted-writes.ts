import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { cpuName, deviceName, vectorName } from "../names.ts";
import { oldTarget } from "../state/queries.ts";
import type { ReadonlySystemState } from "../state/system-state.ts";
import type { MigrationStep } from "../strategy.ts";
import type { System } from "../system.ts";
import { drained } from "./fabric.ts";

/** A write reaches its device, in program order. */
export function postedActions(system: System): Record<string, SystemAction> {
  if (!system.postsWrites) return {};
  return {
    "device.write_lands": anyAction({
      over: { device: range(0, system.devices - 1) },
      actor: (_, { device }) => deviceName(device, system.devices),
      label: (state, { device }) => {
        const write = state.posted![device]![0];
        if (write === undefined) return "write lands";
        return write.register === "address"
          ? `write lands: ${cpuName(write.value)}`
          : `write lands: vector ${vectorName(write.value)}`;
      },
      when: (state, { device }) => state.posted![device]!.length > 0,
      then: (draft, { device: index }) => {
        const write = draft.posted![index]!.shift()!;
        draft.device[index]![write.register] = write.value;
      },
    }),
  };
}

/** The data register is written, and the write is on its way. */
export const postData: MigrationStep = {
  name: "post_data",
  needs: "posted-writes",
  label: (state, { irq }) => `write_data(vector ${vectorName(state.irq[irq]!.vector)}), posted`,
  needed: (state, { irq }) => oldTarget(state, irq).vector !== state.irq[irq]!.vector,
  then: (draft, { irq }) => {
    draft.posted![irq]!.push({ register: "data", value: draft.irq[irq]!.vector });
  },
};

/** The address register is written, and the write is on its way. */
export const postAddress: MigrationStep = {
  name: "post_address",
  needs: "posted-writes",
  label: (state, { irq }) => `write_address(${cpuName(state.irq[irq]!.cpu)}), posted`,
  needed: (state, { irq }) => oldTarget(state, irq).cpu !== state.irq[irq]!.cpu,
  then: (draft, { irq }) => {
    draft.posted![irq]!.push({ register: "address", value: draft.irq[irq]!.cpu });
  },
};

/** A register is read back: every write before it has reached the device. */
export const readBack: MigrationStep = {
  name: "read_back",
  needs: "posted-writes",
  label: () => "read back",
  when: (state: ReadonlySystemState, { irq, system }) =>
    state.posted![irq]!.length === 0 && (system.fabric !== "fifo-drain" || drained(state, irq)),
  then: () => {},
};
