import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";
import { send } from "./fabric.ts";

/** The wire has risen, or SETIPNUM is written. */
export function setPending(system: System, draft: SystemState, irq: number): void {
  const source = draft.aplic![irq]!;
  if (!source.configured || !draft.device[irq]!.line) return;
  source.pending = true;
  sendPending(system, draft, irq);
}

/** The source is enabled or not; a message that waits for that is sent. */
export function setEnabled(system: System, draft: SystemState, irq: number, enabled: boolean): void {
  draft.aplic![irq]!.enabled = enabled;
  sendPending(system, draft, irq);
}

/** Sends what is pending to the hart and identity that the source's register `target` has. */
function sendPending(system: System, draft: SystemState, irq: number): void {
  const source = draft.aplic![irq]!;
  if (!source.pending || !source.enabled) return;
  source.pending = false;
  const { address, data } = draft.device[irq]!;
  send(system, draft, irq, { cpu: address, vector: data });
}

/** The end of an interrupt whose source is a wire: the driver has the APLIC look at it again. */
export function endOfWiredInterrupt(system: System, draft: SystemState, irq: number): void {
  if (system.aplic?.retriggersAtEnd === true) setPending(system, draft, irq);
}

/** Whether the APLIC sends a message of the source when its wire rises. */
export function sendsMessages({ aplic }: ReadonlySystemState, irq: number): boolean {
  return aplic === null || (aplic[irq]!.configured && aplic[irq]!.enabled);
}
