import { type FiniteType, type ValueOf, array, boolean, oneOf, optional, range, record } from "../../checker/index.ts";
import { type System, type Target, booleanIf } from "../system.ts";
import { targetType } from "./device.ts";

/** The driver's record of one identity of a hart (`struct imsic_vector`); the interrupt is in the vector table. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
function identityType(system: System) {
  return record({
    /** Requested state of the enable bit. */
    enable: boolean,
    /** `move_next`: the new target of the interrupt that was moved away from here. */
    next: optional(targetType(system)),
    /** `move_prev`: where the interrupt was that was moved here. */
    previous: optional(targetType(system)),
    /** The hart has yet to be brought up to date with this. */
    dirty: boolean,
  });
}

/** An interrupt file of a hart, with the pending bits `eip` in `irr`, and the driver's record of the hart. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function interruptFileType(system: System) {
  const { vectors, imsic } = system;
  const delayed = imsic?.storesTakeTime === true;
  return record({
    /** `eie`: the hart is given only pending identities that are enabled. */
    enabled: array(vectors, boolean),
    identity: array(vectors, identityType(system)),
    /** The hart on which the timer will run that brings this one up to date, if it is armed. */
    timer: optional(range(0, system.cpus - 1)),
    /** The hart has no power: it does nothing until it is powered up. */
    down: booleanIf(imsic?.power !== undefined),
    /** Stores of harts to this file that have not taken effect. */
    arriving: array(vectors, booleanIf(delayed)),
    /** Ghost: whose events those stand for. */
    arrivingSource: array(vectors, array(system.devices, booleanIf(delayed && system.tracksSources))),
    /**
     * Ghost: the running hard interrupt covered an event and its handler has not begun; if the flow drops it, the event
     * is uncovered again.
     */
    covers: booleanIf(imsic?.flow === "simple" && system.coverage !== "service"),
  });
}

/** The interrupt files of all harts; null where there are none. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function imsicType(system: System) {
  const files = array(system.cpus, interruptFileType(system));
  return (system.imsic === null ? oneOf(null) : files) as FiniteType<ValueOf<typeof files> | null>;
}

/** Every owned identity enabled, the kernel and the harts agreeing. */
export function initialImsic(
  system: System,
  targets: readonly Target[],
): ValueOf<ReturnType<typeof interruptFileType>>[] | null {
  if (system.imsic === null) return null;
  const vectors = Array.from({ length: system.vectors }, (_, vector) => vector);
  return Array.from({ length: system.cpus }, (_, cpu) => {
    const owned = vectors.map((vector) => targets.some((target) => target.cpu === cpu && target.vector === vector));
    return {
      enabled: owned,
      identity: owned.map((enable) => ({ enable, next: null, previous: null, dirty: false })),
      timer: null,
      down: false,
      arriving: vectors.map(() => false),
      arrivingSource: vectors.map(() => targets.map(() => false)),
      covers: false,
    };
  });
}
