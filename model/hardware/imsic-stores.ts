import type { SystemState } from "../state/system-state.ts";
import type { System, Target } from "../system.ts";
import { request } from "./interrupts.ts";

/**
 * A hart stores an identity to an interrupt file, its own or another's. The specification lets it take effect any time
 * later.
 *
 * @param source whose events the store stands for
 */
export function store(system: System, draft: SystemState, target: Target, source: readonly boolean[]): void {
  const file = draft.imsic![target.cpu]!;
  if (!system.imsic!.storesTakeTime) {
    takeEffect(system, draft, target, source);
    return;
  }
  file.arriving[target.vector] = true;
  if (!system.tracksSources) return;
  for (let device = 0; device < system.devices; device++) {
    if (source[device]!) file.arrivingSource[target.vector]![device] = true;
  }
}

/** A store to an interrupt file takes effect. */
export function arrive(system: System, draft: SystemState, target: Target): void {
  const file = draft.imsic![target.cpu]!;
  const source = draft.device.map((_, device) => file.arrivingSource[target.vector]![device]!);
  file.arriving[target.vector] = false;
  if (system.tracksSources) file.arrivingSource[target.vector]!.fill(false);
  takeEffect(system, draft, target, source);
}

function takeEffect(system: System, draft: SystemState, target: Target, source: readonly boolean[]): void {
  draft.cpu[target.cpu]!.irr[target.vector] = true;
  if (!system.tracksSources) return;
  for (let device = 0; device < system.devices; device++) {
    if (source[device]!) request(system, draft, target, device);
  }
}
