import { type FiniteType, boolean, oneOf } from "../checker/index.ts";
import type { CommonParameters } from "./parameters.ts";

/** Features of a device beyond sending messages. */
export interface DeviceFeatures {
  /** It has a mask bit for its interrupt. */
  readonly maskable: boolean;
  /** It remembers an event that happens while it is masked (the MSI pending bit, the MSI-X pending bit array). */
  readonly pendingBit: boolean;
  /** It may keep a copy of an unmasked table entry and continue to use it until it is unmasked again (MSI-X). */
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
  | "avec"
  /** A message controller whose interrupts share one parent, such as that of a DesignWare PCIe host. */
  | "demultiplexer";

/** Ways to give the old vector back after a move. */
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
 * Treatment by the flow of an occurrence that comes while the handler runs on another CPU. The edge flow of the local
 * APIC always marks it; the others drop it, or mark it and have the controller send it again.
 */
export type WhileInProgress = "resend" | "drop";

/** Treatment of a request while the old vector of the last move is not cleaned up yet (-EBUSY). */
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
 * Ways in which a device signals an event: by a message, sent once; or by a wire that stays high until its driver
 * has served the device.
 */
export type Trigger = "edge" | "level";

/**
 * Fate of the active state of an interrupt that is disabled while its handler runs: the distributor keeps it until
 * the end of interrupt; or a virtual distributor forgets it, and the end of interrupt finds nothing to end.
 */
export type ActiveState = "kept" | "lost-when-disabled";

/** Targets of the interrupts before anything has moved. */
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
   * waits, or continues; then the handler takes the lock and looks again.
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
  /** A vector that is unassigned at dispatch is looked up again under vector_lock (ce0b5eedcb75, v6.17). */
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
  /** Treatment of a demultiplexed interrupt; null on other machines. */
  readonly redirect: RedirectFeatures | null;
  readonly trigger: Trigger;
  readonly activeState: ActiveState;
  readonly placement: Placement;
  /** Null where messages name CPU and vector. */
  readonly remapping: RemappingFeatures | null;
  /** Null where messages go to their vectors. */
  readonly postedMsi: PostedMsiFeatures | null;
  /** Null where no entry of the remapping table posts to a virtual CPU. */
  readonly guest: GuestFeatures | null;
  readonly whileBusy: WhileBusy;
  /**
   * An arrival on the new target while the handler runs elsewhere waits for it (v6.17) instead of marking it; null: it
   * marks it, and that is not the question.
   */
  readonly newTargetWaits: boolean | null;
  /** Null where every interrupt is started, always. */
  readonly startup: StartupFeatures | null;
  /** Behaviour of a device whose MSI enable bit is clear; null where it is never cleared. */
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
  /** Stages of an interrupt flow in place of the machine's; null where there are none. */
  readonly flowStages: readonly string[] | null;
  /** Null where a request names one CPU. */
  readonly affinity: AffinityFeatures | null;
  /**
   * The devices are the messages of one function: they share address and data, whose low bits are the number of the message,
   * and move together.
   */
  readonly sharesMessage: boolean;
  /** The step of the program that allocates the vector; null where that comes before the program. */
  readonly allocationAt: number | null;
  /** Moves change the vector only: what is asked for is the CPU that the interrupt is on. */
  readonly staysOnCpu: boolean;
  /** Null where all CPUs stay online. */
  readonly hotplug: HotplugSize | null;
  /** Number of atomic steps of the strategy's program. */
  readonly programLength: number;
  /** The strategy enables interrupts inside a hard interrupt, so that a second one can be taken there. */
  readonly nestsInterrupts: boolean;
  /**
   * Whether each request bit remembers whose events it stands for. Needed to recognise an interrupt that only a foreign
   * handler saw, and to count occurrences; without it the state is smaller.
   */
  readonly tracksSources: boolean;
}

/** Requests that name a set of CPUs, one of which the allocator takes. */
export interface AffinityFeatures {
  /** Effect of a request that the present CPU satisfies, for which nothing is allocated. */
  readonly satisfied: /** None (IRQ_SET_MASK_OK_DONE). */
    | "returns"
    /** The program runs: the message is written as it is. */
    | "rewrites";
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

/** The interrupts that move with the given one: all messages of its function, or it alone. */
export function movedWith({ devices, sharesMessage }: System, irq: number): readonly number[] {
  return sharesMessage ? Array.from({ length: devices }, (_, message) => message) : [irq];
}

/**
 * Whether the device is masked before the vector is allocated (`irq_move_irq`): then a move that is refused, or that leads
 * to where the interrupt is, is seen in the mask bit.
 */
export function masksBeforeAllocation({ allocationAt, device }: System): boolean {
  return device.maskable && allocationAt !== null && allocationAt > 0;
}

/**
 * The driver of an APLIC in MSI mode, which turns wires into messages to the interrupt files of the harts.
 *
 * A source that is sensitive to a level becomes pending when its wire rises, and its message is sent as soon as it is
 * enabled. That clears the pending bit, and the source is then ignored until its wire has fallen. A write of SETIPNUM sets
 * the pending bit again if the wire is still high. A write of the source's configuration need not set it when the wire is
 * high already (AIA, 4.5.2 and 4.9.2).
 */
export interface AplicFeatures {
  /** `aplic_msi_irq_eoi` writes SETIPNUM. */
  readonly retriggersAtEnd: boolean;
}

/** Behaviour for an event while the MSI enable bit is clear: none, or the device asserts its legacy line (INTx). */
export type WhileDisabled = "dropped" | "legacy-line";

/** Version of the modelled driver of the IMSIC, and features of its hardware. */
export interface ImsicFeatures {
  /** `handle_simple_irq`, which drops what comes while the handler runs; or `handle_edge_irq` (896f8e436f99, v6.15). */
  readonly flow: "simple" | "edge";
  /** An external interrupt first brings the hart up to date with what the kernel asked for (0f67911e821c, v6.15). */
  readonly syncsAtInterrupt: boolean;
  /** The new identity forgets the old one only when that one has been dealt with (0f67911e821c, v6.15). */
  readonly waitsForOldHart: boolean;
  /** The old hart also looks at the identity that a two-step update passes through (896f8e436f99, v6.15). */
  readonly checksTemporary: boolean;
  /** On which hart the timer runs that brings another hart up to date: 08fb624802d8 (v6.15) made it the right one. */
  readonly timerRunsOn: "its-hart" | "caller";
  /** Stores of a hart to an interrupt file may take effect any time later. */
  readonly storesTakeTime: boolean;
  /** An idle hart may be powered down, and its interrupt file is reset by that. Default: it keeps its power. */
  readonly power?: ImsicPower;
}

/** Loss of power of an idle hart's interrupt file. */
export interface ImsicPower {
  /** Action of the driver when the hart is powered up: brings all identities up to date (f48b4bd0915b), or nothing. */
  readonly onExit: "restores" | "leaves";
  /** State that the reset clears: the enable bits, or what is pending as well. A message to a hart without power stays pending. */
  readonly clears: "enable-bits" | "pending-bits-too";
}

/**
 * The PLIC's driver, as far as the end of an interrupt depends on it.
 *
 * A PLIC has a gateway for each source. It passes one request on, and no further one until a hart has completed the
 * interrupt. A completion of a source that is not enabled for the hart is silently ignored: then the gateway waits forever.
 * The driver therefore enables the source for the duration of the completion, where it finds that it is disabled.
 */
export interface PlicFeatures {
  /** Test by which `plic_irq_eoi` finds that the source is disabled. */
  readonly eoi: /** IRQD_IRQ_DISABLED, the kernel's own flag, which a change of affinity leaves alone. */
    | "disabled-flag"
    /** The hart's enable bit (1072020685f4, 2026). */
    | "enable-bit"
    /** The same, with test and completion under `enable_lock`, which each change of the bit takes. */
    | "enable-bit-locked"
    /** None: it completes whatever the bit is (Zephyr). */
    | "none";
  /** Its caller: `handle_fasteoi_irq` under `desc->lock`, or `chained_irq_exit` without it. */
  readonly flow: "fasteoi" | "chained";
}

/**
 * Demultiplexed interrupts, each redirected in software to a CPU of its own (fcc1d0dabdb6).
 *
 * The controller sets a status bit for each message and signals its one parent interrupt while a bit is set. The handler
 * of the parent finds the bit and, where the interrupt's CPU is another one, queues an irq_work there, which calls the
 * interrupt's flow. An irq_work that is queued already is not queued again.
 */
export interface RedirectFeatures {
  /** Context of the parent's handler: a hard interrupt, or a thread, which a CPU that goes offline may interrupt. */
  readonly parent: "hard-interrupt" | "thread";
  /** The descriptor's lock is held from the look at the target until the irq_work is queued, with interrupts off. */
  readonly locksDescriptor: boolean;
  /** Clearing of the status bit: before the redirect (`irq_pre_redirect`), or at the end of the interrupt. */
  readonly acknowledges: "before-redirect" | "after-handler";
  /** The system may be suspended, which powers the devices down: then no register of theirs may be accessed. */
  readonly suspends: boolean;
}

/**
 * Posted MSI of a host (Intel VT-d, ed1e48ea4370): the remapping unit sets a bit for the vector in memory (PIR) and, unless
 * one is outstanding already, sends the CPU one notification vector. Its handler calls the handlers of all vectors that
 * are set and gives one EOI at the end. An IPI goes to the vector itself.
 */
export interface PostedMsiFeatures {
  /** Devices whose messages are posted: all, or device 0 alone, those of the others going to their vectors. */
  readonly posts: "all" | "first";
  /** The acknowledge callback of the chip begins a move that was deferred (`irq_move_irq`, v6.15), or does nothing. */
  readonly ackMoves: boolean;
  /** It gives an EOI where the vector itself was dispatched, for an IPI (0edc78b82bea, v6.19). */
  readonly ackEndsRetriggered: boolean;
  /** The kernel's test for a pending vector reads PIR as well as IRR (`is_vector_pending`). */
  readonly testsSeePosted: boolean;
}

/**
 * Interrupts of devices that are passed through to a guest. While an entry of the remapping table posts to the virtual CPU, a
 * message sets a bit in memory of that CPU, and the physical CPU where it runs is notified. A virtual CPU that is scheduled in
 * looks at its bits.
 */
export interface GuestFeatures {
  /** Source of the physical CPU that is notified of a posted interrupt. */
  readonly notifiedCpu: /** The descriptor of the virtual CPU, which the scheduler updates (VT-d). */
    | "descriptor"
    /** The entry, which is written where posting begins and each time the virtual CPU is scheduled (AMD). */
    | "entry"
    /** The entry, which gets no CPU where posting begins, but the next time that it is scheduled (before f3cebc75e742). */
    | "entry-at-next-schedule"
    /** The entry; the CPU that it gets where posting begins was read before, without the lock. */
    | "entry-read-earlier";
  /** Effect of a change of the host's affinity on an entry that posts to the virtual CPU. */
  readonly hostMove: /** None: the host's target is noted for later (688124cc541f, v6.15). */
    | "keeps-entry"
    /** It posts to the host again. */
    | "overwrites-entry";
  /** Mode of an entry that no longer posts to the virtual CPU. */
  readonly afterwards: /** That of the host's other interrupts (2454823e97a6, v6.15). */
    | "as-the-host"
    /** Remapped: a message goes to its vector. */
    | "remapped";
}

/** Observable features of an interrupt remapping unit. */
export interface RemappingFeatures {
  /** An entry is made invalid for a while, as by the AMD driver before v5.9. */
  readonly disablesEntries: boolean;
}

/** Interrupts that are not always started. The strategy's program is what starts one, or moves it as it is started. */
export interface StartupFeatures {
  readonly lifecycle: /** At first assigned and not started; `request_irq` runs the program, to another CPU, once. */
    | "started-once"
    /** Started; `free_irq` gives its vector back, and `request_irq` takes one anew by the program. */
    | "freed-and-requested"
    /** Bound to its CPU: shut down when that goes offline, and restarted by the program when it is back. */
    | "managed";
  /** The driver keeps the device silent, and has had all its events handled, before the interrupt is stopped. */
  readonly driverQuiesces: boolean;
  /** CPUs in the affinity mask of a managed interrupt. Default: the one that it is on. */
  readonly mask?: readonly number[];
  /** The driver may disable a managed interrupt, and the system may be suspended. Default: neither happens. */
  readonly depth?: DepthFeatures;
}

/**
 * Bookkeeping of the disable depth of a managed interrupt: the number of reasons why it is not enabled. Its driver disables
 * it, the system suspends it, or it is shut down with the last CPU of its mask.
 */
export interface DepthFeatures {
  /** Effect on the depth of a CPU of the mask that comes up, where the interrupt was shut down. */
  readonly restart: /** It becomes 0, and the interrupt is started (before 788019eb559f). */
    | "zeroes"
    /** It is lowered for each CPU that comes up until it is 0 (788019eb559f, v6.16). */
    | "lowers-each-time"
    /** It is lowered for the first one (2b32fc8ff08d, v6.16). */
    | "lowers-once";
  /** The driver disables and enables its interrupt, too. */
  readonly driverDisables: boolean;
  /** Treatment of a suspended interrupt when a CPU of its mask comes up. */
  readonly whileSuspended: /** It is left to the resume (a60dd06af674, v6.10). */
    | "skipped"
    /** As any other (before; and since 72218d74c9c5, v6.16, for its depth protects it). */
    | "restarted";
}

/** Whether the enable bit may change between its test and the completion. */
export function completesInTwoSteps({ plic }: System): boolean {
  return plic !== null && plic.flow === "chained" && plic.eoi === "enable-bit";
}
