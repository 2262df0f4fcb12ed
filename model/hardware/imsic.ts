import { array, boolean, oneOf, optional, range, record, type FiniteType, type ValueOf } from "../../checker/index.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import { booleanIf, type System, type Target } from "../system.ts";
import { targetType } from "./device.ts";

/** In which version the driver of the IMSIC is modelled, and what of the hardware it meets. */
export interface ImsicFeatures {
  /** `handle_simple_irq`, which drops what comes while the handler runs; or `handle_edge_irq` (896f8e436f99, v6.15). */
  readonly flow: "simple" | "edge";
  /** An external interrupt first brings the hart up to date with what the kernel asked for (0f67911e821c, v6.15). */
  readonly syncsAtInterrupt: boolean;
  /** The new identity forgets the old one only when that one has been dealt with (0f67911e821c, v6.15). */
  readonly waitsForOldHart: boolean;
  /** The old hart also looks at the identity that a two-step update passes through (896f8e436f99, v6.15). */
  readonly checksTemporary: boolean;
  /** On which hart the timer runs that brings another hart up to date: 08fb624802d8 (v6.15) made it the right one. */
  readonly timerRunsOn: "its-hart" | "caller";
  /** What a hart stores to an interrupt file may take effect any time later. */
  readonly storesTakeTime: boolean;
}

/** What the driver keeps of one identity of a hart (`struct imsic_vector`); the interrupt is in the vector table. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function identityType(system: System) {
  return record({
    /** What the enable bit is to be. */
    enable: boolean,
    /** `move_next`: the new target of the interrupt that was moved away from here. */
    next: optional(targetType(system)),
    /** `move_prev`: where the interrupt was that was moved here. */
    previous: optional(targetType(system)),
    /** The hart has yet to be brought up to date with this. */
    dirty: boolean,
  });
}

/** An interrupt file of a hart, of which `irr` has the pending bits `eip`, with what the driver keeps of the hart. */
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
      arriving: vectors.map(() => false),
      arrivingSource: vectors.map(() => targets.map(() => false)),
      covers: false,
    };
  });
}

/** Whether the controller gives the CPU an identity that is pending: not where it is disabled. */
export function isEnabled(state: ReadonlySystemState | SystemState, cpu: number, vector: number): boolean {
  return state.imsic === null || state.imsic[cpu]!.enabled[vector]!;
}
