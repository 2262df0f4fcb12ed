import { type FiniteType, type ValueOf, array, boolean, oneOf, optional, range, record } from "../../checker/index.ts";
import { type System, booleanIf } from "../system.ts";

/** Reasons at once why an interrupt is not enabled: its driver, a suspended system, the shutdown with its last CPU. */
const MAX_DEPTH = 3;

/** The started and activated interrupts; null where all are, always. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function startupType(system: System) {
  const counts = system.startup?.depth !== undefined;
  const irqs = array(
    system.devices,
    record({
      /** IRQD_IRQ_STARTED: the interrupt is enabled, the device may send. */
      started: boolean,
      /** IRQD_ACTIVATED: it has a vector. */
      activated: boolean,
      /** `desc->depth`. */
      depth: range(0, counts ? MAX_DEPTH : 0),
      /** IRQD_MANAGED_SHUTDOWN: it was shut down with the last CPU of its mask. */
      shutDown: booleanIf(counts),
      /** Its driver has disabled it. */
      disabled: booleanIf(system.startup?.depth?.driverDisables === true),
      /** IRQS_SUSPENDED. */
      suspended: booleanIf(counts),
      /** CPU that has come up and is yet to restore the interrupts of its masks (`irq_affinity_online_cpu`). */
      restoreOn: counts ? optional(range(0, system.cpus - 1)) : (oneOf(null) as FiniteType<number | null>),
    }),
  );
  return (system.startup === null ? oneOf(null) : irqs) as FiniteType<ValueOf<typeof irqs> | null>;
}

/** Started, but for interrupts that are yet to be. */
export function initialStartup({ devices, startup }: System): ValueOf<ReturnType<typeof startupType>> {
  if (startup === null) return null;
  const started = startup.lifecycle !== "started-once";
  return Array.from({ length: devices }, () => ({
    started,
    activated: true,
    depth: 0,
    shutDown: false,
    disabled: false,
    suspended: false,
    restoreOn: null,
  }));
}
