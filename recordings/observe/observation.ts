import type { Spans } from "./spans.ts";

/** A CPU and a vector (or an identity of a hart), in the machine's own numbers. */
export interface RealTarget {
  readonly cpu: number;
  readonly vector: number;
}

/** A CPU and a vector as reports write them: `CPU1/37`. */
export function targetText(target: RealTarget | null): string {
  return target === null ? "no CPU of this machine" : `CPU${target.cpu}/${target.vector}`;
}

/** The words of a message, and the bit that masks it. */
export type Word = "control" | "address" | "high" | "data" | "mask";

/** An observation of a machine, whichever kind of log it came from. */
export type Observation = {
  readonly line: number;
  readonly seconds: number;
} &
  /** A device model raises its interrupt: the message that follows is its. */
  (
    | { readonly kind: "raise"; readonly source: string }
    /** A message arrives; null when the CPU that it names is not one. */
    | { readonly kind: "message"; readonly to: RealTarget | null }
    /** A CPU writes a word of a device's message. */
    | {
        readonly kind: "write";
        readonly device: string;
        readonly cpu: number;
        readonly word: Word;
        readonly value: number;
      }
    /** A CPU reads 32 bits of its request register. */
    | { readonly kind: "irr"; readonly cpu: number; readonly first: number; readonly bits: number }
    /** A CPU sends an IPI; null when to several or none, or when that is not in the log. */
    | { readonly kind: "ipi"; readonly cpu: number; readonly to: number | null; readonly vector: number }
    | { readonly kind: "eoi"; readonly cpu: number }
    /** A CPU accepts a vector; null when the CPU is not in the log. */
    | { readonly kind: "accept"; readonly cpu: number | null; readonly vector: number }
    /** A hart stores an identity to an interrupt file. */
    | { readonly kind: "store"; readonly cpu: number; readonly to: RealTarget }
    /** A CPU writes to a device's registers: the command, and whether it begins something. */
    | {
        readonly kind: "command";
        readonly cpu: number;
        readonly region: string;
        /** Address of the region in QEMU's memory: inside of its device's. */
        readonly object: number;
        readonly begins: boolean;
        readonly text: string;
      }
    /** Something is left out of the recording here. */
    | { readonly kind: "gap" }
  );

/** A device of a recording whose message was written. */
export interface RecordedDevice {
  readonly key: string;
  /** Its usual name: `ich9-ahci 00:1f.2`. */
  readonly title: string;
  readonly form: "MSI" | "MSI-X";
  /** The offset of its MSI capability in configuration space; null for an MSI-X entry. */
  readonly capability: number | null;
  readonly wide: boolean;
  readonly maskable: boolean;
  /** Number of times that its message is written. */
  readonly writes: number;
  /** Number of times that it then names another target: without that, nothing moves. */
  readonly changes: number;
}

/** Kind of interrupt controller that the messages go to. */
type Controller = "local-apic" | "imsic";

/** Result of a survey of the whole recording. */
export interface Machine {
  readonly controller: Controller;
  /** CPUs are numbered from 0. */
  readonly cpus: number;
  readonly devices: readonly RecordedDevice[];
  /** Addressing of local APICs; null where there are none, or none was seen. */
  readonly destinations: "physical" | "logical" | null;
  /** Kinds of line that the recording has, so that a missing line means something. */
  readonly logs: {
    readonly accepts: boolean;
    readonly ends: boolean;
    readonly requestReads: boolean;
    readonly ipis: boolean;
    readonly raises: boolean;
    readonly messages: boolean;
  };
  /** When each kind of line was recorded: a line that is missing before or after that means nothing. */
  readonly spans: Spans;
  /** A CPU is started (INIT, SIPI) in the recording: it has gone offline before. */
  readonly hotplug: boolean;
  /** Way in which old vectors are given back, as far as IPIs show it. */
  readonly cleanup: "ipi" | "timer";
  /** Way in which threads were mapped to CPUs. */
  readonly threads: "threads file" | "cpu numbers in the log" | "taken in order of their ids" | "named in the log";
}

/**
 * IRQ_MOVE_CLEANUP_VECTOR of Linux up to v6.5: the lowest vector for external interrupts. Later kernels leave it
 * unused.
 */
export const CLEANUP_VECTOR = 0x20;

/** The identity of IPIs between harts (`imsic_ipi`). */
export const IPI_IDENTITY = 1;

/** The CPU of a destination field; null when it is not exactly one. */
export function cpuOfDestination(destination: number, logical: boolean): number | null {
  if (!logical) return destination === 0xff ? null : destination;
  // Flat logical ids: one bit for each CPU.
  return destination !== 0 && (destination & (destination - 1)) === 0 ? Math.log2(destination) : null;
}

/** Whether an MSI address names local APICs, and how. */
export function apicAddress(address: number): { destination: number; logical: boolean } | null {
  if (address >>> 20 !== 0xfee) return null;
  return { destination: (address >>> 12) & 0xff, logical: (address & 4) !== 0 };
}
