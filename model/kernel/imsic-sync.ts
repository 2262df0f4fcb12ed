import type { AnyState } from "../state/system-state.ts";
import { store } from "../hardware/imsic-stores.ts";
import { isOnline } from "../state/queries.ts";
import type { SystemState } from "../state/system-state.ts";
import type { System, Target } from "../system.ts";

/** The kernel's record of an identity. */
export function identityAt<State extends AnyState>(
  state: State,
  { cpu, vector }: Target,
): NonNullable<State["imsic"]>[number]["identity"][number] {
  return state.imsic![cpu]!.identity[vector]!;
}

/**
 * A hart is brought up to date, on the hart itself, under its lock (`__imsic_local_sync`): enable bits are set and
 * cleared, and where an interrupt was moved away, what is pending goes after it and the identity is given back.
 *
 * One step: the lock keeps other harts from what the kernel keeps of this one, and a message that comes between the
 * looks at two pending bits might as well have come before or after all of it.
 */
export function sync(system: System, draft: SystemState, cpu: number): void {
  const file = draft.imsic![cpu]!;
  let complete = true;
  for (let vector = 0; vector < system.vectors; vector++) {
    const identity = file.identity[vector]!;
    if (!identity.dirty) continue;
    file.enabled[vector] = identity.enable;
    if (identity.previous !== null) {
      const { previous } = identity;
      if (system.imsic!.waitsForOldHart && identityAt(draft, previous).next !== null) {
        complete = false;
        continue;
      }
      identity.previous = null;
    }
    if (identity.next !== null) {
      transfer(system, draft, { cpu, vector }, { cpu: identity.next.cpu, vector: identity.next.vector });
      identity.next = null;
      release(draft, { cpu, vector });
    }
    identity.dirty = false;
  }
  if (!complete) armTimer(system, draft, cpu, cpu);
}

/** Pending bits at the old target, and at the one passed through, are stored to the new target. */
function transfer(system: System, draft: SystemState, old: Target, next: Target): void {
  const irq = draft.cpu[old.cpu]!.table[old.vector];
  if (typeof irq !== "number") return;
  const temporary = { cpu: old.cpu, vector: next.vector };
  if (system.imsic!.checksTemporary && temporary.vector !== old.vector && isPending(draft, temporary)) {
    const source = readAndClear(system, draft, temporary);
    // Where each occurrence counts, a store carries an event only to where its handler is.
    const others = source.map((of, device) => of && (device !== irq || system.coverage !== "occurrence"));
    if (identityAt(draft, temporary).enable) store(system, draft, temporary, others);
    else forget(system, draft, others, irq);
    store(system, draft, next, onlyOf(source, irq));
  }
  if (!isPending(draft, old)) return;
  const source = readAndClear(system, draft, old);
  forget(system, draft, source, irq);
  store(system, draft, next, onlyOf(source, irq));
}

function isPending(draft: SystemState, { cpu, vector }: Target): boolean {
  return draft.cpu[cpu]!.irr[vector]!;
}

/** The pending bit is read and cleared in one instruction. */
function readAndClear(system: System, draft: SystemState, { cpu, vector }: Target): boolean[] {
  const source = draft.device.map((_, device) => draft.cpu[cpu]!.source[vector]![device]!);
  draft.cpu[cpu]!.irr[vector] = false;
  if (system.tracksSources) draft.cpu[cpu]!.source[vector]!.fill(false);
  return source;
}

function onlyOf(source: readonly boolean[], irq: number): boolean[] {
  return source.map((of, device) => of && device === irq);
}

/** With coverage "occurrence", the events of others that a cleared bit stood for have lost their only trace. */
function forget(system: System, draft: SystemState, source: readonly boolean[], irq: number): void {
  if (system.coverage !== "occurrence") return;
  for (let device = 0; device < system.devices; device++) {
    if (source[device]! && device !== irq) draft.device[device]!.uncovered = true;
  }
}

/** The identity becomes unassigned (`imsic_vector_free`). */
export function release(draft: SystemState, { cpu, vector }: Target): void {
  draft.cpu[cpu]!.table[vector] = "unused";
  for (const descriptor of draft.irq) {
    const { previous } = descriptor;
    if (previous === null || previous.cpu !== cpu || previous.vector !== vector) continue;
    descriptor.previous = null;
    descriptor.moveInProgress = false;
  }
}

/**
 * Synchronises a hart after a change: at once if the caller runs there, else by a timer (`__imsic_remote_sync`). A hart
 * that is offline is synchronised when it comes back.
 */
export function requestSync(system: System, draft: SystemState, target: Target, caller: number): void {
  identityAt(draft, target).dirty = true;
  if (!isOnline(draft, target.cpu)) return;
  if (target.cpu === caller) sync(system, draft, caller);
  else armTimer(system, draft, target.cpu, caller);
}

function armTimer(system: System, draft: SystemState, cpu: number, caller: number): void {
  const file = draft.imsic![cpu]!;
  if (file.timer === null) file.timer = system.imsic!.timerRunsOn === "its-hart" ? cpu : caller;
}

/** The chip's mask and unmask: requests this state of the enable bit (`imsic_vector_mask`, `imsic_vector_unmask`). */
export function setEnable(system: System, draft: SystemState, target: Target, enable: boolean, caller: number): void {
  identityAt(draft, target).enable = enable;
  requestSync(system, draft, target, caller);
}

/** A new identity from the allocator: disabled; the interrupt's old target is noted before any hart looks. */
export function prepareIdentity(draft: SystemState, target: Target, previous: Target): void {
  const identity = identityAt(draft, target);
  identity.enable = false;
  identity.next = null;
  identity.previous = { cpu: previous.cpu, vector: previous.vector };
}
