import { type FiniteType, type ValueOf, array, boolean, oneOf, record } from "../../checker/index.ts";
import { type System, booleanIf } from "../system.ts";

/** The posted-interrupt descriptor of each CPU; null where messages go to their vectors. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function postedMsiType(system: System) {
  const descriptors = array(
    system.cpus,
    record({
      /** PIR: one bit for each vector. */
      pir: array(system.vectors, boolean),
      /** Ghost: whose events such a bit stands for. */
      source: array(system.vectors, array(system.devices, booleanIf(system.tracksSources))),
      /** Vectors that the handler has taken out of PIR and called no handler for. */
      taken: array(system.vectors, boolean),
      /** Ghost: whose events that stands for. */
      takenSource: array(system.vectors, array(system.devices, booleanIf(system.tracksSources))),
      /** ON: a notification was sent, and its handler does not look for the last time yet. */
      outstanding: boolean,
      /** The notification vector in the CPU's IRR. */
      notified: boolean,
      handling: oneOf("no", "harvesting", "cleared", "last-look") as FiniteType<Handling>,
    }),
  );
  return (system.postedMsi === null ? oneOf(null) : descriptors) as FiniteType<ValueOf<typeof descriptors> | null>;
}

/** Nothing posted. */
export function initialPostedMsi(system: System): ValueOf<ReturnType<typeof postedMsiType>> {
  if (system.postedMsi === null) return null;
  const vectors = Array.from({ length: system.vectors }, (_, vector) => vector);
  const devices = Array.from({ length: system.devices }, (_, device) => device);
  return Array.from({ length: system.cpus }, () => ({
    pir: vectors.map(() => false),
    source: vectors.map(() => devices.map(() => false)),
    taken: vectors.map(() => false),
    takenSource: vectors.map(() => devices.map(() => false)),
    outstanding: false,
    notified: false,
    handling: "no",
  }));
}

/** Stage of a CPU's notification handler. */
export type Handling =
  /** It does not run. */
  | "no"
  /** It has taken what was posted and calls the handlers; nothing new is notified meanwhile. */
  | "harvesting"
  /** It has cleared the outstanding bit. */
  | "cleared"
  /** It has taken what was posted until then and calls the handlers. */
  | "last-look";
