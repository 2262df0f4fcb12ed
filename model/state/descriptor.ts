import { type FiniteType, type ValueOf, array, boolean, oneOf, optional, range, record } from "../../checker/index.ts";
import { isRouted } from "../controller.ts";
import { type System, type Target, booleanIf } from "../system.ts";
import { targetType } from "./device.ts";

/** The descriptor of one interrupt: `irq_desc` with x86's `apic_chip_data`. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function descriptorType(system: System) {
  const cpu = range(0, system.cpus - 1);
  const none = oneOf(null) as FiniteType<number | null>;
  // Where the controller has a table of its own there is no old vector to give back.
  const keepsOld = !isRouted(system);
  return record({
    /** The current assignment: `apicd->cpu`, `apicd->vector`. */
    cpu,
    vector: range(0, system.vectors - 1),
    /** The assignment before the last move, until it is cleaned up: `prev_cpu`, `prev_vector`. */
    previous: keepsOld ? optional(targetType(system)) : (oneOf(null) as FiniteType<Target | null>),
    /** `move_in_progress`: the new target is programmed and nothing has arrived there. */
    moveInProgress: booleanIf(keepsOld),
    /** Linked in the cleanup list of the previous CPU. */
    onCleanupList: booleanIf(keepsOld),
    /** The CPU that was asked for and not given yet: IRQD_SETAFFINITY_PENDING with its mask of one CPU. */
    requested: optional(cpu),
    /** The CPUs that were asked for, until one is allocated; null where a request names one. */
    mask: (system.affinity === null ? none : array(system.cpus, boolean)) as FiniteType<boolean[] | null>,
    /** Tasks pinned to a CPU that are due to move the interrupt to the CPU named; or IPIs. */
    pinned: array(
      system.cpus,
      system.context.kind === "pinned-task" || system.context.kind === "ipi" ? optional(cpu) : none,
    ),
    /** The CPU that waits for the IPI that it sent. */
    sender: system.context.kind === "ipi" && system.context.waits ? optional(cpu) : none,
    /** CPU whose cleanup list it is linked in, where that need not be the previous CPU's. */
    queuedOn: system.whileBusy === "overwritten" ? optional(cpu) : none,
    /** The old target that a running move has looked up, where `previous` may be given back meanwhile. */
    leaving:
      system.whileBusy === "overwritten" ? optional(targetType(system)) : (oneOf(null) as FiniteType<Target | null>),
    /** IRQD_IRQ_INPROGRESS: a handler is running somewhere. */
    inProgress: boolean,
    /** IRQS_PENDING: it occurred meanwhile and must be handled again. */
    pending: boolean,
    /** `desc->lock` is held. */
    locked: boolean,
    /** The move in progress: the steps taken of the strategy's program, and on which CPU. */
    migration: record({
      step: range(0, system.programLength),
      cpu,
      /** Result of the check of the intermediate target. */
      sawPending: boolean,
      /** The device was masked when the move began, so the move leaves it masked. */
      wasMasked: booleanIf(system.device.maskable),
    }),
  });
}

/** An interrupt at rest on its target. */
export function initialDescriptor(system: System, target: Target): ValueOf<ReturnType<typeof descriptorType>> {
  return {
    cpu: target.cpu,
    vector: target.vector,
    previous: null,
    moveInProgress: false,
    onCleanupList: false,
    requested: null,
    mask: system.affinity === null ? null : Array.from({ length: system.cpus }, () => false),
    pinned: Array.from({ length: system.cpus }, () => null),
    sender: null,
    queuedOn: null,
    leaving: null,
    inProgress: false,
    pending: false,
    locked: false,
    migration: { step: 0, cpu: 0, sawPending: false, wasMasked: false },
  };
}

/**
 * Values of a descriptor's `migration.step`: 0, no move; 1, the vector is due; n + 2, step n of the program is. If the
 * program allocates the vector itself, 1 does not occur.
 */
export const allocationDue = 1;
