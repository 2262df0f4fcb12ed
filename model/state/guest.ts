import { type FiniteType, type ValueOf, array, boolean, oneOf, optional, range, record } from "../../checker/index.ts";
import { type System, booleanIf } from "../system.ts";

/** Recipients of a message that is translated by an entry: its vector, the host's posted interrupts, or a virtual CPU. */
export type EntryMode = "remapped" | "posted" | "guest";

/** A virtual CPU, with the modes of the entries of the remapping table; null where no entry posts to one. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function guestType(system: System) {
  const { cpus, devices, guest } = system;
  const none = oneOf(null) as FiniteType<number | null>;
  const readsEarlier = guest?.notifiedCpu === "entry-read-earlier";
  const group = record({
    /** Physical CPU on which the virtual CPU runs; null while it is scheduled out. */
    cpu: optional(range(0, cpus - 1)),
    /** Interrupts posted to it that it has not taken. */
    pending: array(devices, boolean),
    /** It was notified, or has just been scheduled in: it looks at what is posted. */
    notified: boolean,
    entries: array(
      devices,
      record({
        mode: oneOf("remapped", "posted", "guest") as FiniteType<EntryMode>,
        /** The hypervisor wants the interrupt posted to the virtual CPU (`posted_vcpu`). */
        wanted: boolean,
        /** Physical CPU in the entry; null: not running. */
        cpu: guest === null || guest.notifiedCpu === "descriptor" ? none : optional(range(0, cpus - 1)),
        /** The hypervisor has read where the virtual CPU runs, and has not written the entry. */
        isRead: booleanIf(readsEarlier),
        /** The physical CPU that it has read. */
        read: readsEarlier ? optional(range(0, cpus - 1)) : none,
      }),
    ),
  });
  return (guest === null ? oneOf(null) : group) as FiniteType<ValueOf<typeof group> | null>;
}

/** The virtual CPU runs on CPU0, and no entry posts to it. */
export function initialGuest({ devices, guest, postedMsi }: System): ValueOf<ReturnType<typeof guestType>> {
  if (guest === null) return null;
  const mode = (device: number): EntryMode =>
    postedMsi !== null && (postedMsi.posts === "all" || device === 0) ? "posted" : "remapped";
  return {
    cpu: 0,
    pending: Array.from({ length: devices }, () => false),
    notified: false,
    entries: Array.from({ length: devices }, (_, device) => ({
      mode: mode(device),
      wanted: false,
      cpu: null,
      isRead: false,
      read: null,
    })),
  };
}
