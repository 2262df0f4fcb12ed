import { isOnline, sendsNothing, type ReadonlySystemState, type System } from "../../../model/index.ts";
import type { LaneState } from "../../wire.ts";
import type { SystemLanes } from "./lanes.ts";
import { isStray, recipientOf } from "./owner.ts";

const IDLE: LaneState = { tone: "plain", kind: "idle", text: "" };

/** Activity of each lane of a system in a state. */
export function laneStatesOf(
  system: System,
  lanes: SystemLanes,
  state: ReadonlySystemState,
  isTargetLive: boolean,
): LaneState[] {
  return lanes.lanes.map(({ kind }, lane) => {
    if (kind === "cpu") return cpuState(state, lane);
    if (kind === "device") return deviceState(system, state, lane - lanes.device(0), isTargetLive);
    if (kind !== "fabric") return IDLE;
    const waiting = state.fabric.flat().reduce((sum, queue) => sum + queue.length, 0);
    return waiting === 0 ? IDLE : { tone: "plain", kind: "busy", text: `${waiting} on the way` };
  });
}

function cpuState(state: ReadonlySystemState, cpu: number): LaneState {
  const { interruptsEnabled, stack } = state.cpu[cpu]!;
  if (!isOnline(state, cpu)) return { tone: "plain", kind: "offline", text: "offline" };
  const frame = stack.at(-1);
  if (frame !== undefined) {
    if (isStray(frame)) return { tone: "bad", kind: "busy", text: "in an unassigned vector" };
    if (frame.slot === "retriggered") return { tone: "warn", kind: "busy", text: "in an expected stray" };
    return { tone: "good", kind: "busy", text: "in an interrupt" };
  }
  return interruptsEnabled ? IDLE : { tone: "plain", kind: "irqs-off", text: "interrupts off" };
}

/** Target of the next message of a device. */
function deviceState(system: System, state: ReadonlySystemState, device: number, isTargetLive: boolean): LaneState {
  if (sendsNothing(system, state, device)) {
    const text = state.device[device]!.masked ? "masked" : "sends nothing";
    return { tone: "plain", kind: "points", text };
  }
  return { kind: "points", ...recipientOf(system, state, device, isTargetLive) };
}
