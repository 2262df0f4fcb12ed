import { type FiniteType, type ValueOf, array, boolean, oneOf, optional, range, record } from "../../checker/index.ts";
import { controllerOf, isRouted } from "../controller.ts";
import { type System, type Target, booleanIf } from "../system.ts";

/**
 * Entry of the controller's own table for one interrupt, where the device's message is constant: the registers of an
 * SPI in the GIC distributor, the translation of an event in the ITS, the enable bits of a source in a PLIC; or the CPU in the
 * descriptor that a demultiplexed interrupt is redirected to.
 *
 * A message that comes sets the request bit of the CPU that the table names. For a distributor `irr` therefore is the
 * pending bit of the SPI, kept at the CPU that it is signalled to; for the ITS it is the pending bit in the table of
 * that CPU's redistributor. For a demultiplexed interrupt it is the irq_work that is queued on that CPU.
 */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function routeType(system: System) {
  const cpu = range(0, system.cpus - 1) as FiniteType<number | null>;
  const { pendsAtCpu, routesToNone } = controllerOf(system);
  const switched = pendsAtCpu !== true;
  const mayBeDisabled = switched && system.redirect === null;
  // A PLIC has an enable bit for each hart, and an interrupt that moves may have none of them for a while.
  const mayBeNone = system.startsDisabled || routesToNone === true;
  return record({
    /** GICD_IROUTER or GICD_ITARGETSR, the collection, the hart with the enable bit, `redirect.target_cpu`; null: no CPU. */
    cpu: mayBeNone ? (optional(range(0, system.cpus - 1)) as FiniteType<number | null>) : cpu,
    /** The controller passes the interrupt on. */
    enabled: mayBeDisabled ? boolean : (oneOf(true) as FiniteType<boolean>),
    /** It is pending and not passed on to any CPU: for a demultiplexed one, its status bit is set. */
    waiting: booleanIf(switched),
    /** It was disabled while it was active, and the controller has forgotten that it is. */
    orphaned: booleanIf(system.activeState === "lost-when-disabled"),
    /**
     * Ghost: the dispatch on that CPU covered an event and no handler has begun; if the flow drops the interrupt, the
     * event is uncovered again.
     */
    covers: array(system.cpus, booleanIf(system.whileInProgress === "drop" && system.coverage !== "service")),
    /** The redirect of a demultiplexed interrupt; null on other machines. */
    redirect: redirectType(system),
  });
}

/** State of one demultiplexed interrupt; null where there is none. */
function redirectType(system: System): FiniteType<Redirect | null> {
  const { redirect } = system;
  if (redirect === null) return oneOf(null) as FiniteType<Redirect | null>;
  const none = oneOf(null) as FiniteType<number | null>;
  return record({
    looked: redirect.locksDescriptor ? none : optional(range(0, system.cpus - 1)),
    powered: redirect.suspends ? boolean : (oneOf(true) as FiniteType<boolean>),
    merged: booleanIf(redirect.acknowledges === "after-handler" && system.coverage === "occurrence"),
  }) as FiniteType<Redirect | null>;
}

/** State of one demultiplexed interrupt. */
export interface Redirect {
  /** The target that the parent's handler has read and not acted on; only without the descriptor's lock. */
  looked: number | null;
  /** Its device has power. */
  powered: boolean;
  /** Ghost: an event has merged with the status bit since the last dispatch, which the end of the interrupt clears. */
  merged: boolean;
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
    redirect: system.redirect === null ? null : { looked: null, powered: true, merged: false },
  }));
}
