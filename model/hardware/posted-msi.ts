import { array, boolean, oneOf, record, type FiniteType, type ValueOf } from "../../checker/index.ts";
import { takesMessages } from "../kernel/hotplug.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import { booleanIf, type System, type Target } from "../system.ts";

/**
 * Posted MSI of a host (Intel VT-d, ed1e48ea4370): the remapping unit sets a bit for the vector in memory (PIR) and, unless
 * one is outstanding already, sends the CPU one notification vector. Its handler calls the handlers of all vectors that
 * are set and gives one EOI at the end. An IPI goes to the vector itself.
 */
export interface PostedMsiFeatures {
  /** Whose messages are posted: of all devices, or of device 0 alone, those of the others going to their vectors. */
  readonly posts: "all" | "first";
  /** The acknowledge callback of the chip begins a move that was deferred (`irq_move_irq`, v6.15), or does nothing. */
  readonly ackMoves: boolean;
  /** It gives an EOI where the vector itself was dispatched, for an IPI (0edc78b82bea, v6.19). */
  readonly ackEndsRetriggered: boolean;
  /** The kernel's test for a pending vector reads PIR as well as IRR (`is_vector_pending`). */
  readonly testsSeePosted: boolean;
}

/** What a CPU's notification handler is doing. */
export type Handling =
  /** It does not run. */
  | "no"
  /** It has taken what was posted and calls the handlers; nothing new is notified meanwhile. */
  | "harvesting"
  /** It has cleared the outstanding bit. */
  | "cleared"
  /** It has taken what was posted until then and calls the handlers. */
  | "last-look";

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
      /** What the handler has taken out of PIR and called no handler for. */
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

/** Whether messages of the device are posted. */
export function isPosted({ postedMsi }: System, device: number): boolean {
  return postedMsi !== null && (postedMsi.posts === "all" || device === 0);
}

/** A message is posted: its bit in memory is set, and the CPU notified unless that is outstanding. */
export function post(system: System, draft: SystemState, { cpu, vector }: Target, device: number): void {
  if (!takesMessages(draft, cpu)) {
    if (system.coverage === "occurrence") draft.device[device]!.uncovered = true;
    return;
  }
  const descriptor = draft.postedMsi![cpu]!;
  descriptor.pir[vector] = true;
  if (system.tracksSources) descriptor.source[vector]![device] = true;
  if (descriptor.outstanding) return;
  descriptor.outstanding = true;
  descriptor.notified = true;
}

/** The handler takes all that is posted out of memory. It has called the handlers of what it took before. */
export function harvest(system: System, draft: SystemState, cpu: number): void {
  const descriptor = draft.postedMsi![cpu]!;
  for (let vector = 0; vector < system.vectors; vector++) {
    descriptor.taken[vector] = descriptor.pir[vector]!;
    descriptor.pir[vector] = false;
    if (!system.tracksSources) continue;
    for (let device = 0; device < system.devices; device++) {
      descriptor.takenSource[vector]![device] = descriptor.source[vector]![device]!;
      descriptor.source[vector]![device] = false;
    }
  }
}

/** Whether the CPU is in its notification handler: then its own EOI is the only one. */
export function isInNotification({ postedMsi }: ReadonlySystemState | SystemState, cpu: number): boolean {
  return postedMsi !== null && postedMsi[cpu]!.handling !== "no";
}

/** Whether the kernel's test finds the vector pending on the CPU. */
export function isVectorPending(
  system: System,
  state: ReadonlySystemState | SystemState,
  cpu: number,
  vector: number,
): boolean {
  if (state.cpu[cpu]!.irr[vector]!) return true;
  return system.postedMsi !== null && system.postedMsi.testsSeePosted && state.postedMsi![cpu]!.pir[vector]!;
}

/** The events of the device that a pending vector stands for, posted or requested, become the IPI's. */
export function takeOver(system: System, draft: SystemState, { cpu, vector }: Target, device: number): boolean {
  const places = [draft.cpu[cpu]!.source[vector]!];
  if (draft.postedMsi !== null) places.push(draft.postedMsi[cpu]!.source[vector]!);
  const carried = places.some((source) => source[device]!);
  // Where each occurrence counts, the IPI takes the event over; else the bit goes on to stand for it too.
  if (carried && system.coverage === "occurrence") for (const source of places) source[device] = false;
  return carried;
}
