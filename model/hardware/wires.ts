import type { SystemState } from "../state.ts";
import type { System } from "../system.ts";
import { setPending } from "./aplic.ts";
import { forwardLine } from "./plic.ts";

/** An event of a device with a wire: it is high until the driver has served the device, and its controller sees it rise. */
export function raiseWire(system: System, draft: SystemState, irq: number): void {
  draft.device[irq]!.line = true;
  if (draft.aplic === null) forwardLine(system, draft, irq);
  else setPending(system, draft, irq);
}

/** The driver has served the device. An APLIC forgets what it has not sent. */
export function lowerWire(draft: SystemState, irq: number): void {
  draft.device[irq]!.line = false;
  if (draft.aplic !== null) draft.aplic[irq]!.pending = false;
}
