import { array, boolean, oneOf, record, type FiniteType, type ValueOf } from "../../checker/index.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import type { System } from "../system.ts";
import { send } from "./fabric.ts";

/**
 * The driver of an APLIC in MSI mode, which turns wires into messages to the interrupt files of the harts.
 *
 * A source that is sensitive to a level becomes pending when its wire rises, and its message is sent as soon as it is
 * enabled. That clears the pending bit, and the source is then ignored until its wire has fallen. A write of SETIPNUM sets
 * the pending bit again if the wire is still high. A write of the source's configuration need not set it when the wire is
 * high already (AIA, 4.5.2 and 4.9.2).
 */
export interface AplicFeatures {
  /** `aplic_msi_irq_eoi` writes SETIPNUM. */
  readonly retriggersAtEnd: boolean;
}

/** The sources of an APLIC, source i being device i's; null where there is none. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function aplicType(system: System) {
  const sources = array(
    system.devices,
    record({
      /** The source is configured (`sourcecfg`); before, its wire is not looked at. */
      configured: boolean,
      /** Its messages are sent (`setie`, `clrie`). */
      enabled: boolean,
      /** `setip`: a message is to be sent. */
      pending: boolean,
    }),
  );
  return (system.aplic === null ? oneOf(null) : sources) as FiniteType<ValueOf<typeof sources> | null>;
}

/** Every source configured and enabled; source 0, where it has to be started first, neither. */
export function initialAplic({ aplic, devices, startsDisabled }: System): ValueOf<ReturnType<typeof aplicType>> {
  if (aplic === null) return null;
  return Array.from({ length: devices }, (_, source) => {
    const started = !startsDisabled || source !== 0;
    return { configured: started, enabled: started, pending: false };
  });
}

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
