import { boolean, oneOf, optional, range, record, type FiniteType, type ValueOf } from "../../checker/index.ts";
import { isRouted } from "../controller.ts";
import { booleanIf, type System, type Target } from "../system.ts";

/** A CPU and one of its vectors, as a type. */
export function targetType(system: System): FiniteType<Target> {
  return record({ cpu: range(0, system.cpus - 1), vector: range(0, system.vectors - 1) });
}

/** A PCI function with MSI or MSI-X: the registers of one interrupt, and what is known of its events. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function deviceType(system: System) {
  const { device, raises } = system;
  return record({
    /** The address register: which CPU a message goes to. */
    address: range(0, system.cpus - 1),
    /** The data register: which vector a message names. */
    data: range(0, system.vectors - 1),
    masked: booleanIf(device.maskable),
    /** An event happened while masked: the message is sent on unmask. */
    pending: booleanIf(device.pendingBit),
    /** A wire instead of messages: high from an event until the handler has served the device. */
    line: booleanIf(system.trigger === "level"),
    /** MSI-X: the copy of the entry that the function works with instead of the registers. */
    cachedEntry: device.cachesEntry ? optional(targetType(system)) : (oneOf(null) as FiniteType<Target | null>),
    /** A handshake device raises only when its handler has run since the last event. */
    armed: system.deviceKind === "handshake" ? boolean : (oneOf(true) as FiniteType<boolean>),
    raisesLeft: range(0, raises === "unbounded" ? 0 : raises),
    /**
     * Ghost: an event happened that nothing has covered. With coverage "occurrence": an event's only trace is gone
     * without a dispatch, which nothing can make good.
     */
    uncovered: boolean,
  });
}

/** A device that is programmed and has not raised yet. */
export function initialDevice(system: System, target: Target): ValueOf<ReturnType<typeof deviceType>> {
  return {
    // Constant where the controller's own table names the CPU.
    address: isRouted(system) ? 0 : target.cpu,
    data: target.vector,
    masked: false,
    pending: false,
    line: false,
    cachedEntry: null,
    armed: true,
    raisesLeft: system.raises === "unbounded" ? 0 : system.raises,
    uncovered: false,
  };
}
