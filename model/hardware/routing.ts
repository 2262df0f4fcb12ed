import { array, boolean, oneOf, optional, range, record, type FiniteType, type ValueOf } from "../../checker/index.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import { booleanIf, isRouted, type System, type Target } from "../system.ts";
import { request } from "./interrupts.ts";

/**
 * What the controller's own table says of one interrupt, where the device's message is constant: the registers of an
 * SPI in the GIC distributor, the translation of an event in the ITS, the enable bits of a source in a PLIC.
 *
 * A message that comes sets the request bit of the CPU that the table names. For a distributor `irr` therefore is the
 * pending bit of the SPI, kept at the CPU that it is signalled to; for the ITS it is the pending bit in the table of
 * that CPU's redistributor.
 */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function routeType(system: System) {
  const cpu = range(0, system.cpus - 1) as FiniteType<number | null>;
  const switched = system.machine !== "gic-its";
  // A PLIC has an enable bit for each hart, and an interrupt that moves may have none of them for a while.
  const mayBeNone = system.startsDisabled || system.machine === "plic";
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

/** An interrupt becomes pending at the controller: requested from its CPU, or waiting while it is passed on to none. */
export function arriveAtController(system: System, draft: SystemState, irq: number): void {
  const route = draft.routing![irq]!;
  if (route.enabled && route.cpu !== null) {
    request(system, draft, { cpu: route.cpu, vector: draft.irq[irq]!.vector }, irq);
  } else {
    route.waiting = true;
  }
}

/** The CPU of the table changes, or the table passes the interrupt on or not: what is pending goes along. */
export function reroute(
  system: System,
  draft: SystemState,
  irq: number,
  change: { readonly cpu?: number | null; readonly enabled?: boolean },
): void {
  const route = draft.routing![irq]!;
  const { vector } = draft.irq[irq]!;
  const pending = takePending(draft, irq, vector) || route.waiting;
  if (change.cpu !== undefined) route.cpu = change.cpu;
  if (change.enabled !== undefined && system.machine !== "gic-its") route.enabled = change.enabled;
  if (system.machine !== "gic-its") route.waiting = false;
  if (pending) arriveAtController(system, draft, irq);
}

/** Clears the request bit of the CPU that the table names, and says whether it was set. */
function takePending(draft: SystemState, irq: number, vector: number): boolean {
  const { cpu: from, enabled } = draft.routing![irq]!;
  if (!enabled || from === null) return false;
  const cpu = draft.cpu[from]!;
  const pending = cpu.irr[vector]!;
  cpu.irr[vector] = false;
  cpu.source[vector]!.fill(false);
  return pending;
}

/**
 * Whether the interrupt is active in the distributor, or claimed from the PLIC: no CPU is given it again before its end
 * of interrupt.
 */
export function isActive(state: ReadonlySystemState | SystemState, vector: number): boolean {
  return state.cpu.some(({ isr }) => isr[vector]!);
}

/**
 * Whether the interrupt is active for good: no CPU is in it any more, so the end of it that the controller waits for
 * never comes. It was given and had no effect.
 */
export function isFrozen(state: ReadonlySystemState, vector: number): boolean {
  return (
    state.routing !== null &&
    state.cpu.some(({ isr, stack }) => isr[vector]! && !stack.some((frame) => frame.vector === vector))
  );
}
