import { type FiniteType, type ValueOf, array, boolean, oneOf, optional, range, record } from "../../checker/index.ts";
import { controllerOf, isRouted } from "../controller.ts";
import { type System, type Target, booleanIf } from "../system.ts";

/**
 * Entry of the controller's own table for one interrupt, where the device's message is constant: the registers of an
 * SPI in the GIC distributor, the translation of an event in the ITS, the enable bits of a source in a PLIC.
 *
 * A message that comes sets the request bit of the CPU that the table names. For a distributor `irr` therefore is the
 * pending bit of the SPI, kept at the CPU that it is signalled to; for the ITS it is the pending bit in the table of
 * that CPU's redistributor.
 */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function routeType(system: System) {
  const cpu = range(0, system.cpus - 1) as FiniteType<number | null>;
  const { pendsAtCpu, routesToNone } = controllerOf(system);
  const switched = pendsAtCpu !== true;
  // A PLIC has an enable bit for each hart, and an interrupt that moves may have none of them for a while.
  const mayBeNone = system.startsDisabled || routesToNone === true;
  return record({
    /** GICD_IROUTER or GICD_ITARGETSR, the collection of the event, the hart with the enable bit; null: no CPU. */
    cpu: mayBeNone ? (optional(range(0, system.cpus - 1)) as FiniteType<number | null>) : cpu,
    /** The controller passes the interrupt on. */
    enabled: switched ? boolean : (oneOf(true) as FiniteType<boolean>),
    /** It is pending and not passed on to any CPU. */
    waiting: booleanIf(switched),
    /** It was disabled while it was active, and the controller has forgotten that it is. */
    orphaned: booleanIf(system.activeState === "lost-when-disabled"),
    /**
     * Ghost: the dispatch on that CPU covered an event and no handler has begun; if the flow drops the interrupt, the
     * event is uncovered again.
     */
    covers: array(system.cpus, booleanIf(system.whileInProgress === "drop" && system.coverage !== "service")),
  });
}

/** The table of a system whose messages are constant; null where the message itself names the target. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function routingType(system: System) {
  const routes = array(system.devices, routeType(system));
  return (isRouted(system) ? routes : oneOf(null)) as FiniteType<ValueOf<typeof routes> | null>;
}

/** Every interrupt is passed on to its CPU; interrupt 0, where it has to be started first, to none. */
export function initialRouting(
  system: System,
  targets: readonly Target[],
): ValueOf<ReturnType<typeof routeType>>[] | null {
  if (!isRouted(system)) return null;
  return targets.map(({ cpu }, irq) => ({
    cpu: system.startsDisabled && irq === 0 ? null : cpu,
    enabled: !(system.startsDisabled && irq === 0),
    waiting: false,
    orphaned: false,
    covers: Array.from({ length: system.cpus }, () => false),
  }));
}
