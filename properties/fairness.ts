import { strongFairness, weakFairness, type FairnessAssumption } from "../checker/index.ts";
import { environmentOf, type InterruptSystem } from "../model/index.ts";

/** Actions that need a free CPU: the dispatch of a vector or an IPI, a timer, a task, a virtual CPU. */
const waitsForCpu = new Set([
  "cpu.accept",
  "cpu.accept_cleanup",
  "cpu.clear_vector_ipi",
  "ipi.accept",
  "cpu.cleanup_timer",
  "cpu.sync_timer",
  "cpu.sync_at_interrupt",
  "task.start",
  "cpu.accept_notification",
  "vcpu.load",
  "guest.accept",
  "demux.redirect",
  "demux.look",
]);

/**
 * Fairness assumptions of the liveness properties, for each action separately. Weak fairness of hardware and kernel: an
 * action that stays enabled eventually happens, such as the arrival of a message, a step of a kernel path, a timer.
 * Strong fairness of what needs a free CPU: it eventually runs if a CPU is free infinitely often, however busy a device
 * keeps the CPU in between. The interrupt controller, the end of each hard interrupt and the scheduler ensure this.
 * Strong fairness of the descriptor's lock, too, where a refused move takes it in each interrupt, and in a flow of one's own,
 * whose steps may wait for it: spinlocks are queued.
 * Nothing is assumed of the environment.
 */
export function machineIsFair({ model, system }: InterruptSystem): FairnessAssumption[] {
  const environment = environmentOf(model);
  const own = model.actions.filter((action) => !environment.includes(action));
  const isRefused = own.includes("move.refuse");
  const waitsForLock = (action: string): boolean =>
    system.flowStages === null ? isRefused && action === "irq.lock" : action.startsWith("irq.");
  const waiting = own.filter((action) => waitsForCpu.has(action) || waitsForLock(action));
  return [weakFairness(own.filter((action) => !waiting.includes(action))), strongFairness(waiting)];
}

/** The device keeps firing: it eventually raises an event if it stays able to. */
export const devicesKeepFiring: FairnessAssumption = weakFairness("device.raise");
