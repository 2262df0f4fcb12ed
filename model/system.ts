import { boolean, oneOf, type FiniteType } from "../checker/index.ts";
import type { AplicFeatures } from "./hardware/aplic.ts";
import type { ImsicFeatures } from "./hardware/imsic.ts";
import type { WhileDisabled } from "./hardware/enable-bit.ts";
import type { PlicFeatures } from "./hardware/plic.ts";
import type { PostedMsiFeatures } from "./hardware/posted-msi.ts";
import type { RemappingFeatures } from "./hardware/remapping.ts";
import type { StartupFeatures } from "./kernel/startup.ts";
import type { CommonParameters } from "./parameters.ts";

/** What a device can do beyond sending messages. */
export interface DeviceFeatures {
  /** It has a mask bit for its interrupt. */
  readonly maskable: boolean;
  /** It remembers an event that happens while it is masked (the MSI pending bit, the MSI-X pending bit array). */
  readonly pendingBit: boolean;
  /** It may keep a copy of an unmasked table entry and go on using it until it is unmasked again (MSI-X). */
  readonly cachesEntry: boolean;
}

/** The device of most of the catalogue: plain MSI, which cannot be masked. */
export const plainMsi: DeviceFeatures = { maskable: false, pendingBit: false, cachesEntry: false };

/** A kind of interrupt controller with the part of the kernel that drives it. */
export type MachineId =
  /** x86: a vector table for each CPU. */
  | "local-apic"
  /** Arm: shared interrupts (SPI) through the GIC distributor, such as those of GICv2m. */
  | "gic-distributor"
  /** Arm: message interrupts (LPI) through the GICv3 ITS. */
  | "gic-its"
  /** RISC-V: a message controller in front of a PLIC. */
  | "plic"
  /** RISC-V: an interrupt file for each hart. */
  | "imsic"
  /** LoongArch: a vector table for each CPU, and a message of one word. */
  | "avec";

/** How the old vector is given back after a move. */
export type Cleanup =
  /** A timer on the old CPU, armed by the first arrival on the new target; tests IRR first, re-arms itself. */
  | "timer"
  /** The same timer without the test. */
  | "timer-unchecked"
  /** An IPI of the lowest priority to the old CPU, sent by the first arrival; tests IRR first, sends itself again. */
  | "ipi"
  /** The same IPI without the test. */
  | "ipi-unchecked"
  /** The same without the test, of a priority that may be dispatched before the old vector. */
  | "urgent-ipi-unchecked"
  /** In the move itself, right after the last write. */
  | "at-once"
  /** LoongArch: an IPI to the old CPU, sent by the move; tests the request bit, sends itself again. */
  | "clear-vector-ipi";

/**
 * What the flow does with an occurrence that comes while the handler runs on another CPU. The edge flow of the local
 * APIC always marks it; the others drop it, or mark it and have the controller send it again.
 */
export type WhileInProgress = "resend" | "drop";

/** What becomes of a request while the old vector of the last move is not cleaned up yet (-EBUSY). */
export type WhileBusy =
  /** It is kept and tried again at the next interrupt; a task does not ask then. */
  | "refused"
  /** The same, and a task's request is kept too (IRQD_SETAFFINITY_PENDING). */
  | "rearmed"
  /** It is forgotten. */
  | "dropped"
  /** It is done nevertheless: the old vector of the last move is forgotten for the new one. */
  | "overwritten";

/**
 * How a device says that it has an event: by a message, which is sent once; or by a wire that stays high until its driver
 * has served the device.
 */
export type Trigger = "edge" | "level";

/**
 * What becomes of the active state of an interrupt that is disabled while its handler runs: the distributor keeps it until
 * the end of interrupt; or a virtual distributor forgets it, and the end of interrupt finds nothing to end.
 */
export type ActiveState = "kept" | "lost-when-disabled";

/** Where the interrupts are before anything has moved. */
export type Placement =
  /** One interrupt on each CPU in turn. */
  | "spread"
  /** All on CPU0 as long as it has vectors, then on CPU1. */
  | "crowded";

/** In which context a move runs: what of the kernel surrounds it, and on which CPU. */
export type Context =
  /**
   * Inside the hard interrupt of the interrupt that is moved, on the CPU it arrived at, interrupts off, descriptor
   * locked (IRQCHIP_MOVE_DEFERRED).
   */
  | { readonly kind: "interrupt" }
  /** In a task on any CPU (or only on the current target, or on any but it), interrupts off, descriptor locked. */
  | { readonly kind: "task"; readonly runsOn: "any" | "old-cpu" | "elsewhere" }
  /**
   * In a task pinned to the CPU that was the target when the move was asked for, interrupts off once it runs. With
   * re-validation it looks again, under the lock, whether that CPU still is the target.
   */
  | { readonly kind: "pinned-task"; readonly revalidates: boolean }
  /**
   * In the handler of an IPI that is sent to the CPU that is the target. The sender holds the descriptor's lock and
   * waits, or goes on; then the handler takes the lock and looks again.
   */
  | { readonly kind: "ipi"; readonly waits: boolean };

/** CPUs that go offline and come back: how often, and how many steps the outgoing CPU takes. */
export interface HotplugSize {
  readonly programLength: number;
  readonly offlines: number;
  readonly onlines: number;
  /** An interrupt that finds no vector on the CPU that was asked for is moved to any other that has one. */
  readonly triesAllCpus: boolean;
}

/** The fixed parts of a modelled system: everything that is not state. */
export interface System {
  readonly machine: MachineId;
  readonly cpus: number;
  readonly vectors: number;
  readonly devices: number;
  readonly raises: CommonParameters["raises"];
  readonly moves: CommonParameters["moves"];
  readonly fabric: CommonParameters["fabric"];
  readonly inFlight: number;
  readonly coverage: CommonParameters["coverage"];
  readonly deviceKind: CommonParameters["device-kind"];
  /** A CPU with interrupts on dispatches a requested vector before it does anything else. */
  readonly dispatchesAtOnce: boolean;
  /** A vector that is nobody's at dispatch is looked up again under vector_lock (ce0b5eedcb75, v6.17). */
  readonly rechecksStrays: boolean;
  readonly device: DeviceFeatures;
  readonly cleanup: Cleanup;
  readonly whileInProgress: WhileInProgress;
  /** At first interrupt 0 is passed on to no CPU: the strategy's program runs once to start it. */
  readonly startsDisabled: boolean;
  /** The driver of the IMSIC; null on other machines. */
  readonly imsic: ImsicFeatures | null;
  /** The driver of the PLIC; null on other machines. */
  readonly plic: PlicFeatures | null;
  /** The driver of an APLIC that turns wires into messages; null where devices send them. */
  readonly aplic: AplicFeatures | null;
  readonly trigger: Trigger;
  readonly activeState: ActiveState;
  readonly placement: Placement;
  /** Null where messages name CPU and vector. */
  readonly remapping: RemappingFeatures | null;
  /** Null where messages go to their vectors. */
  readonly postedMsi: PostedMsiFeatures | null;
  readonly whileBusy: WhileBusy;
  /**
   * An arrival on the new target while the handler runs elsewhere waits for it (v6.17) instead of marking it; null: it
   * marks it, and that is not the question.
   */
  readonly newTargetWaits: boolean | null;
  /** Null where every interrupt is started, always. */
  readonly startup: StartupFeatures | null;
  /** What a device does whose MSI enable bit is clear; null where nobody clears it. */
  readonly whileDisabled: WhileDisabled | null;
  /** Register writes are on their way for a while. */
  readonly postsWrites: boolean;
  /**
   * Between the completion of the last move and the begin of the next, in one interrupt, others may take a step: the
   * old CPU may even clean up, so that the next is not refused. Without it both are one step. Recorded kernels do it.
   */
  readonly splitsCompletion: boolean;
  /** The first arrival on the new target is noticed, and the cleanup of the old one begins. */
  readonly noticesArrival: boolean;
  readonly context: Context;
  /** Which step of the program allocates the vector; null where that comes before the program. */
  readonly allocationAt: number | null;
  /** Moves change the vector only: what is asked for is the CPU that the interrupt is on. */
  readonly staysOnCpu: boolean;
  /** Null where all CPUs stay online. */
  readonly hotplug: HotplugSize | null;
  /** How many atomic steps the strategy's program has. */
  readonly programLength: number;
  /** The strategy enables interrupts inside a hard interrupt, so that a second one can be taken there. */
  readonly nestsInterrupts: boolean;
  /**
   * Whether each request bit remembers whose events it stands for. Needed to tell an interrupt that only a foreign
   * handler saw, and to count occurrences; without it the state is smaller.
   */
  readonly tracksSources: boolean;
}

/** A CPU and one of its vectors. */
export interface Target {
  cpu: number;
  vector: number;
}

/** A cell that a system may lack: without it the value is fixed and takes no room in the state. */
export function booleanIf(present: boolean): FiniteType<boolean> {
  return present ? boolean : (oneOf(false) as FiniteType<boolean>);
}

/** Whether the device's message is constant and the controller's own table says where it goes. */
export function isRouted({ machine }: Pick<System, "machine">): boolean {
  return machine === "gic-distributor" || machine === "gic-its" || machine === "plic";
}

/**
 * Whether the device is masked before the vector is allocated (`irq_move_irq`): then a move that is refused, or that leads
 * to where the interrupt is, is seen in the mask bit.
 */
export function masksBeforeAllocation({ allocationAt, device }: System): boolean {
  return device.maskable && allocationAt !== null && allocationAt > 0;
}
