import { array, boolean, oneOf, record, type FiniteType, type ValueOf } from "../../checker/index.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import type { System } from "../system.ts";

/** Interrupts that are not always started. The strategy's program is what starts one, or moves it as it is started. */
export interface StartupFeatures {
  readonly lifecycle: /** At first assigned and not started; `request_irq` runs the program, to another CPU, once. */
    | "started-once"
    /** Started; `free_irq` gives its vector back, and `request_irq` takes one anew by the program. */
    | "freed-and-requested"
    /** Bound to its CPU: shut down when that goes offline, and restarted by the program when it is back. */
    | "managed";
  /** The driver keeps the device silent, and has had all its events handled, before the interrupt is stopped. */
  readonly driverQuiesces: boolean;
}

type AnyState = ReadonlySystemState | SystemState;

/** Which interrupts are started and activated; null where all are, always. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function startupType(system: System) {
  const irqs = array(
    system.devices,
    record({
      /** IRQD_IRQ_STARTED: the interrupt is enabled, the device may send. */
      started: boolean,
      /** IRQD_ACTIVATED: it has a vector. */
      activated: boolean,
    }),
  );
  return (system.startup === null ? oneOf(null) : irqs) as FiniteType<ValueOf<typeof irqs> | null>;
}

/** Started, but for interrupts that are yet to be. */
export function initialStartup({ devices, startup }: System): ValueOf<ReturnType<typeof startupType>> {
  if (startup === null) return null;
  const started = startup.lifecycle !== "started-once";
  return Array.from({ length: devices }, () => ({ started, activated: true }));
}

/** Whether the interrupt is enabled. */
export function isStarted({ startup }: AnyState, irq: number): boolean {
  return startup === null || startup[irq]!.started;
}

/** Whether the interrupt has a vector. */
export function isActivated({ startup }: AnyState, irq: number): boolean {
  return startup === null || startup[irq]!.activated;
}

/** Whether the device of the interrupt may have events: a stopped one only if its driver does not keep it silent. */
export function maySend(system: System, state: AnyState, irq: number): boolean {
  return isStarted(state, irq) || (system.startup!.lifecycle === "managed" && !system.startup!.driverQuiesces);
}
