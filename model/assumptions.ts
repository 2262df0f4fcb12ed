import type { InterruptSystem } from "./interrupt-system.ts";
import { isRouted } from "./system.ts";

/** How much is known of an assumption. */
export type AssumptionStatus =
  /** Read in a kernel's code or commit, a specification, or a device model. */
  | "confirmed"
  /** Code relies on it, or it is commonly said; the text that would settle it was not read. */
  | "unconfirmed"
  /** The scheme's own code sees to it: the model has it so because the code does. */
  | "by the code"
  /** The model takes it so. */
  | "taken";

/** Something that a verdict rests on and that the model cannot show. */
export interface Assumption {
  /**
   * A1 to A5: what the schemes that hold have in common. O1 to O11: what hardware orders, and what it does not. F1 to F3:
   * what the properties of infinite runs take for granted.
   */
  readonly id: string;
  /** A sentence without a full stop. */
  readonly says: string;
  readonly status: AssumptionStatus;
  /** Where it was read, or who relies on it. */
  readonly source?: string;
  /** How the model has it, for the parameters at hand. */
  readonly here?: string;
}

interface Known extends Omit<Assumption, "here"> {
  /** Whether a verdict on the system uses it. */
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

/** Whether properties of infinite runs are decided: they are of one device. */
const hasRuns = ({ system }: InterruptSystem): boolean => system.devices === 1;

/** How a message's way is modelled. */
function way({ system }: InterruptSystem): string {
  switch (system.fabric) {
    case "none":
      return "fabric=none grants it: a message arrives in the step that sends it";
    case "fifo-drain":
      return "fabric=fifo-drain has a read-back wait for the device's messages";
    case "fifo":
      return "fabric=fifo lets a message be late, whatever is read back";
  }
}

function delays({ system }: InterruptSystem): string | undefined {
  return system.fabric === "none"
    ? "fabric=none does not have it; --fabric fifo shows what follows from it"
    : undefined;
}

const assumptions: readonly Known[] = [
  {
    id: "A1",
    says: "every message that the device sent before the last read-back is visible in the request bits before the check reads them",
    status: "unconfirmed",
    source: "follows from O3 and O4, if no more than the read-back is needed",
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
    says: "a write of the address changes one 32-bit word: its upper half is the same for all CPUs",
    status: "taken",
    applies: hasStep("write_address"),
  },
  {
    id: "A5",
    says: "the retrigger reaches the new target, whose vector had its owner before the first write",
    status: "by the code",
    applies: retriggers,
  },
  {
    id: "O1",
    says: "a CPU's writes to the registers of one device take effect in the order of the program",
    status: "unconfirmed",
    source: "PCI ordering rules; the kernel's code relies on it",
    applies: writesTwoWords,
  },
  {
    id: "O2",
    says: "two register writes are not one: the device may send a message between any two",
    status: "confirmed",
    source: "6f1a4891a592",
    applies: writesTwoWords,
  },
  {
    id: "O3",
    says: "a read from the device ends after the writes before it, and pushes the messages that the device sent before ahead of its answer",
    status: "unconfirmed",
    source: "PCI ordering rules; a comment of the kernel claims the first half",
    applies: hasStep("flush"),
    here: way,
  },
  {
    id: "O4",
    says: "nothing promises that a message which left the device is visible in the request bits when the next instruction runs",
    status: "confirmed",
    source: "the IMSIC's specification: in the end, in order, after any delay",
    applies: (system) => checks(system) && system.system.machine === "imsic",
    here: delays,
  },
  {
    id: "O4",
    says: "nothing promises that a message which left the device is visible in the request bits when the next instruction runs",
    status: "unconfirmed",
    source: "no promise was found for the local APIC",
    applies: (system) => checks(system) && system.system.machine !== "imsic",
    here: delays,
  },
  {
    id: "O5",
    says: "messages to different CPUs come in any order, those of one device to one CPU in the order they were sent",
    status: "taken",
    applies: ({ system }) => system.fabric !== "none",
  },
  {
    id: "O6",
    says: "the device may go on using a copy of an unmasked MSI-X entry; unmasking it reads it again",
    status: "confirmed",
    source: "PCI Express 5.0, 6.1.4.5, as the kernel quotes it (da181dc974ad)",
    applies: ({ system }) => system.device.cachesEntry,
  },
  {
    id: "O7",
    says: "what was pending while masked is sent when it is unmasked, to the target that the registers name then",
    status: "confirmed",
    source: "QEMU's device model; the PCI specification was not read",
    applies: ({ system }) => system.device.maskable && system.device.pendingBit,
  },
  {
    id: "O8",
    says: "an IPI is not lost, and is one with a message that asks for the same vector",
    status: "unconfirmed",
    source: "that they merge is in Intel's manual; that none is lost was not found there",
    applies: (system) =>
      retriggers(system) ||
      system.system.context.kind === "ipi" ||
      ["ipi", "clear-vector-ipi"].includes(system.system.cleanup),
  },
  {
    id: "O9",
    says: "once the cache of the remapping table was invalidated and that was waited for, no message uses the old entry",
    status: "unconfirmed",
    source: "VT-d; asked on the list in 2020, and not answered with the specification",
    applies: ({ system }) => system.remapping !== null,
  },
  {
    id: "O10",
    says: "MOVI takes a pending bit along and sends later events to the new place, and SYNC waits for that",
    status: "confirmed",
    source: "QEMU's device model; Arm's text was not read",
    applies: ({ system }) => system.machine === "gic-its",
  },
  {
    id: "O11",
    says: "who takes a lock sees everything that its last holder wrote; timers and IPIs see it too",
    status: "taken",
    source: "the kernel's memory model; memory is sequentially consistent here",
    applies: () => true,
  },
  {
    id: "F1",
    says: "a step of hardware or kernel that stays possible happens some time (weak fairness); nothing is assumed of the environment. Only properties of infinite runs rest on this",
    status: "taken",
    applies: hasRuns,
  },
  {
    id: "F2",
    says: "what needs a free CPU, such as a dispatch, an IPI, a timer or a task, or the lock that refused moves take again and again, happens some time if it is possible again and again (strong fairness). Only properties of infinite runs rest on this",
    status: "taken",
    source: "the interrupt controller, the end of each hard interrupt and the scheduler see to it",
    applies: hasRuns,
  },
  {
    id: "F3",
    says: "the device keeps firing as long as it can (weak fairness of its events). Only affinity-applied, cleanup-done and no-livelock rest on this",
    status: "taken",
    applies: (system) => hasRuns(system) && system.system.raises === "unbounded",
  },
];

/** What a verdict on a system rests on, beside the model itself: assumptions of schemes, of hardware, of fairness. */
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
