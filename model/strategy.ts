import type { ReadonlySystemState, SystemState } from "./state/system-state.ts";
import type {
  ActiveState,
  AffinityFeatures,
  AplicFeatures,
  Cleanup,
  Context,
  DeviceFeatures,
  GuestFeatures,
  ImsicFeatures,
  MachineId,
  Placement,
  PlicFeatures,
  PostedMsiFeatures,
  RedirectFeatures,
  RemappingFeatures,
  StartupFeatures,
  System,
  Trigger,
  WhileBusy,
  WhileDisabled,
  WhileInProgress,
} from "./system.ts";

/** Vectors of the target CPU that a strategy may take for a move. */
export type Allocation =
  /** Any free one. */
  | "any"
  /** The one with the number of the present vector. */
  | "same-vector"
  /** One whose number another interrupt owns on the present CPU. */
  | "foreign-vector"
  /** Any free one, or the interrupt's own one from before the last move. */
  | "old-vector-too";

/** One atomic step of the outgoing CPU. */
export interface OfflineStep {
  /** Name in the kernel: `clear_online`. */
  readonly name: string;
  /** Text in charts; `cpu` is the outgoing CPU. */
  readonly label: (state: ReadonlySystemState, where: OfflineWhere) => string;
  /** The step waits until this is true. Without it, it does not wait. */
  readonly when?: (state: ReadonlySystemState, where: OfflineWhere) => boolean;
  /** The step is left out where this is false, judged when the step before it is taken. Without it, never. */
  readonly needed?: (state: ReadonlySystemState | SystemState, where: OfflineWhere) => boolean;
  readonly then: (draft: SystemState, where: OfflineWhere) => void;
  /** The step looks whether this vector is requested on the outgoing CPU, and sends the interrupt on if it is. */
  readonly scans?: number;
  /** The step brings the outgoing hart up to date, on the machine imsic. */
  readonly syncs?: true;
}

/** Context of a step of the stopper. */
export interface OfflineWhere {
  readonly system: System;
  /** The outgoing CPU. */
  readonly cpu: number;
}

/** Options of CPU hotplug. */
export interface Hotplug {
  /** Steps of the outgoing CPU while all others are stopped. */
  readonly offline: (system: System) => readonly OfflineStep[];
  /** Further effects of coming back on the CPU, besides being online with interrupts and controller on. */
  readonly online?: (draft: SystemState, where: OfflineWhere) => void;
  /** Effect of the death of the CPU on its controller. Without it the request bits stay as they are. */
  readonly die?: (draft: SystemState, where: OfflineWhere) => void;
  /** Number of times that a CPU may go offline. Default 1. */
  readonly offlines?: number;
  /** Number of times that a CPU may come back. Default 0. */
  readonly onlines?: number;
  /**
   * An interrupt that finds no vector on the CPU that was asked for is moved to any other (since v6.10); otherwise it
   * stays. Default true.
   */
  readonly triesAllCpus?: boolean;
}

/** Context of a step of a move: the interrupt, and the CPU that it runs on. */
export interface Where {
  readonly system: System;
  readonly irq: number;
  readonly cpu: number;
}

/** Part of a machine that a predefined step acts on: a machine, a field of the strategy, or the message of the device. */
export type StepNeed =
  | MachineId
  | "message"
  | "remapping"
  | "disabled-entries"
  | "aplic"
  | "startup"
  | "enable-bit"
  | "posted-writes"
  | "shared-message";

/** One atomic step of a strategy's program: nothing that other CPUs, the device or the fabric could look into. */
export interface MigrationStep {
  /** Name in the kernel or the hardware: `write_address`. */
  readonly name: string;
  /** Text in charts, with the values of this move. */
  readonly label: (state: ReadonlySystemState, where: Where) => string;
  /** The step waits until this is true. Without it, it does not wait. */
  readonly when?: (state: ReadonlySystemState, where: Where) => boolean;
  /** The step is left out where this is false, because it has no observable effect. Without it, it is always taken. */
  readonly needed?: (state: ReadonlySystemState | SystemState, where: Where) => boolean;
  readonly then: (draft: SystemState, where: Where) => void;
  /** The step reads the request bit of the new vector on the CPU it runs on: the check of an intermediate target. */
  readonly checks?: true;
  /** The step sends an IPI to the new target if the check read 1. */
  readonly retriggers?: true;
  /** The word of the message that the step writes, and its value, while the move is in progress. */
  readonly writes?: (state: ReadonlySystemState, irq: number) => { readonly cpu?: number; readonly vector?: number };
  /** The step reads a register of the device back. */
  readonly flushes?: true;
  /** The step accesses registers of the device without a change of the message. */
  readonly accessesDevice?: true;
  /** The step may fail instead, whenever it is due: a hypercall, a command. Not for one that `writes`. */
  readonly mayFail?: StepFailure;
  /** The step gives the old vector back: with the cleanup "at-once" one must. */
  readonly freesOldVector?: true;
  /** From the step on the controller passes the interrupt on: an enable bit is set, or a source enabled. */
  readonly enables?: true;
  /** The step makes a controller look at a wire that is high already (SETIPNUM of an APLIC). */
  readonly samplesWire?: true;
  /** The step hands an identity of an IMSIC over: its hart will look at what is pending there. */
  readonly handsOver?: true;
  /** The step enables interrupts on its CPU. */
  readonly enablesInterrupts?: true;
  /** The vector of the new target is allocated here: only `allocateVector` of kernel/steps.ts. */
  readonly allocates?: true;
  /** Part of the machine that the step acts on. It is refused where the strategy lacks that. */
  readonly needs?: StepNeed;
  /** The step undoes what came before the allocation: it is taken, too, where no vector was allocated. */
  readonly restores?: true;
}

/** Effect of a step that fails: then it has not had the effect of its `then`. */
export interface StepFailure {
  /** Text in charts. */
  readonly label: (state: ReadonlySystemState, where: Where) => string;
  /** Effect of the failure. Without it, none. */
  readonly then?: (draft: SystemState, where: Where) => void;
  /** Whether the program continues as if the step had succeeded, or the move ends here. */
  readonly afterwards: "goes-on" | "ends";
}

/** Context of a step of a flow: the hard interrupt that its CPU is in. */
export interface FlowWhere extends Where {
  /** The vector that was dispatched. */
  readonly vector: number;
}

/** One atomic step of a hard interrupt, between its dispatch and its return. */
export interface FlowStep {
  /** Text in charts. Without it, the name of the stage. */
  readonly label?: (state: ReadonlySystemState, where: FlowWhere) => string;
  /** The step waits until this is true. Without it, it does not wait. */
  readonly when?: (state: ReadonlySystemState, where: FlowWhere) => boolean;
  /** Effect. It returns the stage that is due next, or "return" where the interrupt ends. */
  readonly then: (draft: SystemState, where: FlowWhere) => string;
}

/**
 * Steps of an interrupt flow by their stage. A stage of the machine's flow, such as "entry" or "finish", replaces that one;
 * another name is a new stage. The step of "move" is taken together with the last step of a move in the interrupt.
 */
export type Flow = Readonly<Record<string, FlowStep>>;

/** Conditions of states by name: see `lemmas` of a model's definition. */
export type Lemmas = Readonly<Record<string, (state: ReadonlySystemState) => boolean>>;

/**
 * A way to move an interrupt. The vector of the new target is allocated before the first step of the program, or, where
 * the program has the step `allocateVector`, there.
 */
export interface Strategy {
  readonly context: Context;
  readonly program: readonly MigrationStep[];
  /** Lemmas for proofs for any size. Default: none. */
  readonly lemmas?: Lemmas;
  /** Vectors that it may take. Default "any". */
  readonly allocation?: Allocation;
  /** A request names a set of CPUs, for moves of a task. Default: one CPU. */
  readonly affinity?: AffinityFeatures;
  /**
   * The devices are the messages of one function (multi-message MSI), with one address and data pair: for moves of a task, whose
   * program has steps for all of them (`blockSteps`). Default: each has a pair of its own.
   */
  readonly sharesMessage?: true;
  /** Only the vector changes: what is asked for is the CPU that the interrupt is on. */
  readonly staysOnCpu?: true;
  /** The program enables interrupts on its CPU for a while. */
  readonly enablesInterrupts?: true;
  /** Its interrupt controller. Default "local-apic". */
  readonly machine?: MachineId;
  /** Default: plain MSI. */
  readonly device?: DeviceFeatures;
  /** Default "timer", and "clear-vector-ipi" on the machine avec. */
  readonly cleanup?: Cleanup;
  /** Default "spread". */
  readonly placement?: Placement;
  /** Messages hold an index into a remapping table. Default: they name CPU and vector. */
  readonly remapping?: RemappingFeatures;
  /** The remapping unit posts messages. Default: it sends them to their vectors. */
  readonly postedMsi?: PostedMsiFeatures;
  /** Devices may be passed through to a guest, whose virtual CPU their messages are posted to. Default: they are not. */
  readonly guest?: GuestFeatures;
  /** Default "refused". */
  readonly whileBusy?: WhileBusy;
  /** An arrival on the new target waits for a handler that runs elsewhere (8d39d6ec4db5, v6.17). Default: it marks. */
  readonly newTargetWaits?: boolean;
  /** Interrupts are started and stopped, by the program. Default: they are started. */
  readonly startup?: StartupFeatures;
  /** The program clears the MSI enable bit: what a device does then. Default: it does not. */
  readonly whileDisabled?: WhileDisabled;
  /** Register writes take their time to reach the device. Default: they take effect at once. */
  readonly postsWrites?: boolean;
  /** Default true, where a move may begin in the interrupt that completes the last. */
  readonly splitsCompletion?: boolean;
  /** Default true. */
  readonly noticesArrival?: boolean;
  /** Stages of the interrupt flow that differ from the machine's. Default: none. */
  readonly flow?: Flow;
  /** CPUs go offline, by the steps that this gives. Default: they stay. */
  readonly hotplug?: Hotplug;
  /** The driver, for the machine "imsic" only. */
  readonly imsic?: ImsicFeatures;
  /** The driver, for the machine "plic" only. Default: as since 1072020685f4 (2026). */
  readonly plic?: PlicFeatures;
  /** For the machine "demultiplexer" only. Default: as since fcc1d0dabdb6 (2025), without suspends. */
  readonly redirect?: RedirectFeatures;
  /** The driver of an APLIC in MSI mode, for the machine "imsic" only; its trigger is "level". */
  readonly aplic?: AplicFeatures;
  /** Default "edge". A "level" is for the machine "plic", and for "imsic" behind an APLIC. */
  readonly trigger?: Trigger;
  /** Only for the machine "gic-distributor". Default "kept". */
  readonly activeState?: ActiveState;
  /** Only for controllers with a table of their own. Default "resend". */
  readonly whileInProgress?: WhileInProgress;
  /** The first run of the program starts the interrupt, which no CPU takes before. */
  readonly startsDisabled?: true;
}
