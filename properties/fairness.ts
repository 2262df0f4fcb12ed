import { strongFairness, weakFairness, type FairnessAssumption } from "../checker/index.ts";
import { environmentOf, type InterruptSystem } from "../model/index.ts";

/** What needs a CPU that has nothing else to do: a requested vector, an IPI, a timer, a task. */
const waitsForCpu = new Set([
  "cpu.accept",
  "cpu.accept_cleanup",
  "cpu.clear_vector_ipi",
  "ipi.accept",
  "cpu.cleanup_timer",
  "cpu.sync_timer",
  "cpu.sync_at_interrupt",
  "task.start",
]);

/**
 * What the liveness properties assume of the machine, of each step on its own. Weak fairness of what hardware and kernel
 * do: what stays possible happens some time, such as a message on its way, a step of a kernel path, a timer. Strong
 * fairness of what needs a free CPU: it gets one if there is one again and again, however busy a device keeps the CPU
 * in between. The controller, the end of a hard interrupt and the scheduler see to that. Strong fairness of the
 * descriptor's lock, too, where a move that is refused takes it in each interrupt: spinlocks are queued. Of the
 * environment: nothing.
 */
export function machineIsFair({ model }: InterruptSystem): FairnessAssumption[] {
  const environment = environmentOf(model);
  const own = model.actions.filter((action) => !environment.includes(action));
  const isRefused = own.includes("move.refuse");
  const waiting = own.filter((action) => waitsForCpu.has(action) || (isRefused && action === "irq.lock"));
  return [weakFairness(own.filter((action) => !waiting.includes(action))), strongFairness(waiting)];
}

/** The proviso "as long as the device keeps firing": it raises some time, if that stays possible. */
export const devicesKeepFiring: FairnessAssumption = weakFairness("device.raise");
