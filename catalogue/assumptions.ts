import type { InterruptSystem } from "../model/interrupt-system.ts";
import { isRouted } from "../model/controller.ts";

/** The evidence for an assumption. */
export type AssumptionStatus =
  /** Read in a kernel's code or commit, a specification, or a device model. */
  | "confirmed"
  /** Code relies on it, or it is common knowledge; the authoritative text was not read. */
  | "unconfirmed"
  /** Ensured by the scheme's own code, and modelled accordingly. */
  | "by the code"
  /** Assumed by the model. */
  | "taken";

/** An assumption that a verdict depends on and that the model cannot verify. */
export interface Assumption {
  /**
   * A1 to A5: what the schemes that hold have in common. O1 to O17: what hardware orders, and what it does not. F1 to F3:
   * what the properties of infinite runs take for granted.
   */
  readonly id: string;
  /** A sentence without a full stop. */
  readonly says: string;
  readonly status: AssumptionStatus;
  /** Its source, or the code that relies on it. */
  readonly source?: string;
  /** Its modelling with the given parameters. */
  readonly here?: string;
}

interface Known extends Omit<Assumption, "here"> {
  /** Whether a verdict on the system depends on it. */
  readonly applies: (system: InterruptSystem) => boolean;
  readonly here?: (system: InterruptSystem) => string | undefined;
}

const hasStep =
  (...names: readonly string[]) =>
  ({ program }: InterruptSystem): boolean =>
    names.every((name) => program.some((step) => step.name === name));

const checks = ({ program }: InterruptSystem): boolean => program.some((step) => step.checks === true);
const retriggers = ({ program }: InterruptSystem): boolean => program.some((step) => step.retriggers === true);
const writesTwoWords = hasStep("write_address", "write_data");

/** Whether liveness properties are checked: they are defined for one device. */
const hasRuns = ({ system }: InterruptSystem): boolean => system.devices === 1;

/** Modelling of the path of a message. */
function way({ system }: InterruptSystem): string {
  switch (system.fabric) {
    case "none":
      return "guaranteed by fabric=none: a message arrives in the step that sends it";
    case "fifo-drain":
      return "guaranteed by fabric=fifo-drain: a read-back waits for the device's messages";
    case "fifo":
      return "not guaranteed by fabric=fifo: a message may arrive late, regardless of read-backs";
  }
}

function delays({ system }: InterruptSystem): string | undefined {
  return system.fabric === "none" ? "not modelled with fabric=none; --fabric fifo shows the consequences" : undefined;
}

const assumptions: readonly Known[] = [
  {
    id: "A1",
    says: "every message that the device sent before the last read-back is visible in the request bits before the check reads them",
    status: "unconfirmed",
    source: "follows from O3, if the read-back suffices despite O4",
    applies: (system) => checks(system) && system.system.fabric !== "fifo",
    here: way,
  },
  {
    id: "A2",
    says: "the check runs on the old CPU, whose interrupts are off from before the first write until after the check",
    status: "by the code",
    applies: (system) => {
      const { context } = system.system;
      const elsewhere = context.kind === "task" && context.runsOn !== "old-cpu";
      return checks(system) && !elsewhere && !hasStep("enable_interrupts")(system);
    },
  },
  {
    id: "A3",
    says: "the old vector keeps its owner until the cleanup",
    status: "by the code",
    applies: ({ system }) => !isRouted(system) && system.cleanup !== "at-once",
  },
  {
    id: "A4",
    says: "a write of the address changes one 32-bit word: the upper half is the same for all CPUs",
    status: "taken",
    applies: hasStep("write_address"),
  },
  {
    id: "A5",
    says: "the retrigger reaches the new target, whose vector was assigned before the first write",
    status: "by the code",
    applies: retriggers,
  },
  {
    id: "O1",
    says: "a CPU's writes to the registers of one device take effect in program order",
    status: "unconfirmed",
    source: "PCI ordering rules; the kernel's code relies on it",
    applies: writesTwoWords,
  },
  {
    id: "O2",
    says: "two register writes are not atomic: the device may send a message between any two",
    status: "confirmed",
    source: "6f1a4891a592",
    applies: writesTwoWords,
  },
  {
    id: "O3",
    says: "a read from the device completes after earlier writes to it, and its completion pushes the messages that the device sent earlier",
    status: "unconfirmed",
    source: "PCI ordering rules; a kernel comment states the first half",
    applies: hasStep("flush"),
    here: way,
  },
  {
    id: "O4",
    says: "there is no guarantee that a message which left the device is visible in the request bits at the next instruction",
    status: "confirmed",
    source: "the IMSIC specification: eventually, in order, after any delay",
    applies: (system) => checks(system) && system.system.machine === "imsic",
    here: delays,
  },
  {
    id: "O4",
    says: "there is no guarantee that a message which left the device is visible in the request bits at the next instruction",
    status: "unconfirmed",
    source: "no guarantee was found for the local APIC",
    applies: (system) => checks(system) && system.system.machine !== "imsic",
    here: delays,
  },
  {
    id: "O5",
    says: "messages to different CPUs arrive in any order, those of one device to one CPU in the order sent",
    status: "taken",
    applies: ({ system }) => system.fabric !== "none",
  },
  {
    id: "O6",
    says: "the device may keep using a cached copy of an unmasked MSI-X entry; unmasking makes it fetch the entry again",
    status: "confirmed",
    source: "PCI Express 5.0, 6.1.4.5, as the kernel quotes it (da181dc974ad)",
    applies: ({ system }) => system.device.cachesEntry,
  },
  {
    id: "O7",
    says: "a message pending while masked is sent on unmasking, to the target then in the registers",
    status: "confirmed",
    source: "QEMU's device model; the PCI specification was not read",
    applies: ({ system }) => system.device.maskable && system.device.pendingBit,
  },
  {
    id: "O8",
    says: "an IPI is not lost, and merges with a message for the same vector",
    status: "unconfirmed",
    source: "Intel's manual states the merging; that no IPI is lost was not found there",
    applies: (system) =>
      retriggers(system) ||
      system.system.context.kind === "ipi" ||
      ["ipi", "clear-vector-ipi"].includes(system.system.cleanup),
  },
  {
    id: "O9",
    says: "once an invalidation of the remapping cache has completed, no message uses the old entry",
    status: "unconfirmed",
    source: "VT-d; asked on the list in 2020, and not answered from the specification",
    applies: ({ system }) => system.remapping !== null,
  },
  {
    id: "O10",
    says: "MOVI moves a pending bit along and redirects later events, and SYNC waits for both",
    status: "confirmed",
    source: "QEMU's device model; Arm's specification was not read",
    applies: ({ system }) => system.machine === "gic-its",
  },
  {
    id: "O12",
    says: "a PLIC ignores a completion of a source that is not enabled for the hart, and its gateway passes nothing on until one is taken",
    status: "confirmed",
    source: "the PLIC specification, as a1706a1c5062 quotes it; the report behind 1072020685f4",
    applies: ({ system }) => system.machine === "plic",
  },
  {
    id: "O13",
    says: "a wire is high from an event until the handler has served the device",
    status: "taken",
    applies: ({ system }) => system.trigger === "level",
    here: () => "so the handler that serves it covers the event, whatever --coverage is, and --fabric delays nothing",
  },
  {
    id: "O14",
    says: "a distributor keeps the active state of an interrupt that is disabled while its handler runs, and the end of interrupt ends it",
    status: "unconfirmed",
    source: "the driver relies on it; Arm's text was not read",
    applies: ({ system }) => system.machine === "gic-distributor" && system.activeState === "kept",
  },
  {
    id: "O15",
    says: "a virtual CPU looks at what is posted to it when it is scheduled in, and while it runs only when its physical CPU is notified",
    status: "taken",
    source: "the cover letter of f3cebc75e742; each exit from the guest makes it look as well",
    applies: ({ system }) => system.guest !== null,
  },
  {
    id: "O16",
    says: "the controller signals the parent interrupt as long as a status bit is set, so no set bit is overlooked",
    status: "unconfirmed",
    source: "a level output; the manual of no such controller was read",
    applies: ({ system }) => system.redirect !== null,
  },
  {
    id: "O17",
    says: "an irq_work that is queued is not queued again before it begins, and runs only on the CPU where it is queued",
    status: "confirmed",
    source: "irq_work_claim, irq_work_queue_on",
    applies: ({ system }) => system.redirect !== null,
  },
  {
    id: "O11",
    says: "taking a lock makes everything visible that its last holder wrote; so do timers and IPIs",
    status: "taken",
    source: "the kernel's memory model; the model is sequentially consistent",
    applies: () => true,
  },
  {
    id: "F1",
    says: "a step of hardware or kernel that stays enabled eventually happens (weak fairness); nothing is assumed of the environment. Only liveness properties depend on this",
    status: "taken",
    applies: hasRuns,
  },
  {
    id: "F2",
    says: "a step that needs a free CPU, such as a dispatch, an IPI, a timer or a task, or the lock that refused moves take in each interrupt, eventually happens if it is enabled infinitely often (strong fairness). Only liveness properties depend on this",
    status: "taken",
    source: "ensured by the interrupt controller, the end of each hard interrupt and the scheduler",
    applies: hasRuns,
  },
  {
    id: "F3",
    says: "the device keeps firing as long as it can (weak fairness of its events). Only affinity-applied, cleanup-done and no-livelock depend on this",
    status: "taken",
    applies: (system) => hasRuns(system) && system.system.raises === "unbounded",
  },
];

/** The assumptions of a verdict on a system: about the scheme, the hardware, and fairness. */
export function assumptionsOf(system: InterruptSystem): Assumption[] {
  return assumptions
    .filter(({ applies }) => applies(system))
    .map(({ id, says, status, source, here }) => {
      const said = here?.(system);
      return {
        id,
        says,
        status,
        ...(source === undefined ? {} : { source }),
        ...(said === undefined ? {} : { here: said }),
      };
    });
}
