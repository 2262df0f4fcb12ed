import { type FiniteType, type ValueOf, array, boolean, oneOf, record } from "../../checker/index.ts";
import type { System } from "../system.ts";

/** The started and activated interrupts; null where all are, always. */
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
