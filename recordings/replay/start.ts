import type { ReadonlySystemState, SystemState } from "../../model/index.ts";
import type { Fit } from "./fit.ts";
import type { Fits } from "./fits.ts";
import { stoppedBefore } from "./graph.ts";

/**
 * The states in which a move of the device's interrupt may begin, when all that is known is where its message goes and
 * which CPU is about to rewrite it: what is pending, whether that CPU is in the device's interrupt. No move is under
 * way, and the last one is cleaned up, for else this one would have been refused.
 */
export function startingFits(fits: Fits, target: { cpu: number; vector: number }, by: number): Fit[] {
  const { model } = fits.graph.system;
  const found: Fit[] = [];
  for (const pending of [false, true]) {
    for (const inInterrupt of [false, true]) {
      const state = structuredClone(model.initial[0]) as SystemState;
      const device = state.device[0]!;
      const irq = state.irq[0]!;
      state.cpu[irq.cpu]!.table[irq.vector] = "unused";
      state.cpu[target.cpu]!.table[target.vector] = 0;
      if (state.imsic !== null) {
        const old = state.imsic[irq.cpu]!;
        old.enabled[irq.vector] = false;
        old.identity[irq.vector]!.enable = false;
        state.imsic[target.cpu]!.enabled[target.vector] = true;
        state.imsic[target.cpu]!.identity[target.vector]!.enable = true;
      }
      device.address = target.cpu;
      device.data = target.vector;
      irq.cpu = target.cpu;
      irq.vector = target.vector;
      state.cpu[target.cpu]!.irr[target.vector] = pending;
      device.uncovered = pending;
      if (inInterrupt && by >= 0) {
        const cpu = state.cpu[by]!;
        cpu.interruptsEnabled = false;
        if (state.imsic === null) cpu.isr[target.vector] = true;
        cpu.stack.push({
          vector: target.vector,
          slot: 0,
          stage: "entry",
          handledElsewhere: false,
          source: state.device.map(() => false),
        });
      }
      found.push(fitOf(state as ReadonlySystemState));
      // A message may also have come while the CPU was on its way offline: then it is not taken first.
      const offline = { action: "user.offline_cpu", parameters: { cpu: by } };
      const stopped = inInterrupt ? null : stoppedBefore(fits.graph.system, state as ReadonlySystemState, offline);
      if (stopped !== null) found.push(fitOf(stopped));
    }
  }
  return found;
}

function fitOf(state: ReadonlySystemState): Fit {
  return { state, ends: 0, message: false, stores: 0, ipi: null, outcome: null };
}
