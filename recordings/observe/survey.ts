import { ModelError } from "../../checker/index.ts";
import type { Counts } from "../parse/lines.ts";
import { qemuLog, type QemuLine } from "../parse/qemu.ts";
import { apicAddress, CLEANUP_VECTOR, type Machine, type RecordedDevice } from "./observation.ts";
import { SpanRecorder } from "./spans.ts";

/** A machine with what is needed to read its log again. */
export interface SurveyedMachine extends Machine {
  /** CPU that a thread runs. */
  readonly cpuOf: ReadonlyMap<number, number>;
  /** The interrupt files: the address of the first, and how far apart they are; null on x86. */
  readonly files: { readonly base: number; readonly stride: number } | null;
  /** Until this line there are messages, and ends if any are logged: accepted vectors may be recorded for longer. */
  readonly acceptsUntil: number;
}

interface Found {
  title: string;
  capability: number;
  wide: boolean;
  maskable: boolean;
  writes: number;
  changes: number;
  address: number;
  data: number;
}

/** An entry of an MSI-X table. */
interface Entry {
  writes: number;
  changes: number;
  address: number | null;
  data: number | null;
  /** A word has another value than it had since the data were written last. */
  changed: boolean;
}

/** Configuration writes that might be the begin of a message, by device. */
interface Beginning {
  readonly control: number;
  readonly value: number;
  address?: number;
}

/** The delivery mode of a SIPI in the interrupt command register, which starts a CPU. */
const STARTUP_IPI = 0x600;

const MESSAGE_CONTROL = { enable: 1, wide: 1 << 7, maskable: 1 << 8 };

/**
 * Looks through a whole log for what it is a log of: devices and where their MSI capabilities are, CPUs and their
 * threads, the interrupt controller, how CPUs are addressed. Memory does not grow with the log.
 *
 * @param threads from a threads file, if there is one
 */
export async function survey(
  file: string,
  threads: ReadonlyMap<number, number> | null,
  unused: Counts,
  onLines: (lines: number) => void,
): Promise<SurveyedMachine> {
  const found = new Map<string, Found>();
  const beginnings = new Map<string, Beginning>();
  const entries = new Map<string, Entry>();
  const apicThreads = new Set<number>();
  /** Threads that write a word of a message. */
  const writers = new Set<number>();
  const numbered = new Map<number, number>();
  const pages = new Set<number>();
  const seen = {
    accepts: false,
    ends: false,
    requestReads: false,
    ipis: false,
    raises: false,
    messages: false,
    cleanup: false,
  };
  const spans = new SpanRecorder();
  /** Targets that the devices' words name, as lines of messages have them; null: to be found out again. */
  let named: Set<string> | null = null;
  let hotplug = false;
  let physical = 0;
  let logical = 0;
  let lastMessage = 0;
  let lastEnd = 0;

  for await (const batch of qemuLog(file, unused, onLines)) for (const line of batch) look(line);

  function look(line: QemuLine): void {
    switch (line.event) {
      case "raise":
        seen.raises = true;
        spans.see("raises", line.line, line.seconds);
        break;
      case "accept":
        seen.accepts = true;
        break;
      case "apic_deliver_irq":
        lastMessage = line.line;
        seen.messages = true;
        spans.see("messages", line.line, line.seconds);
        if (line.logical) logical++;
        else physical++;
        if (isNamed(`${line.logical} ${line.destination} ${line.vector}`)) spans.see("words", line.line, line.seconds);
        break;
      case "apic_mem_readl":
        apicThreads.add(line.thread);
        spans.see("reads", line.line, line.seconds);
        if (line.register >= 0x200 && line.register < 0x280) seen.requestReads = true;
        break;
      case "apic_mem_writel":
        apicThreads.add(line.thread);
        spans.see("writes", line.line, line.seconds);
        if (line.register === 0xb0) {
          seen.ends = true;
          lastEnd = line.line;
        }
        if (line.register === 0x300) {
          seen.ipis = true;
          if ((line.value & 0x700) === STARTUP_IPI) hotplug = true;
          if ((line.value & 0xff) === CLEANUP_VECTOR && (line.value & 0x700) === 0) seen.cleanup = true;
        }
        break;
      case "memory_region_ops_write":
        if (line.cpu >= 0) numbered.set(line.thread, line.cpu);
        if (line.name.includes("imsic")) {
          pages.add(pageOf(line.address));
          seen.messages = true;
          spans.see("messages", line.line, line.seconds);
          if (isNamed(`${line.address} ${line.value}`)) spans.see("words", line.line, line.seconds);
        }
        if (line.name === "msix-table") {
          entry(line);
          named = null;
          spans.see("words", line.line, line.seconds);
        }
        break;
      case "pci_cfg_write":
        spans.see("words", line.line, line.seconds);
        message(line);
        named = null;
        break;
    }
  }

  /** A message to the target of a device's words shows that no later word is missing, as any word does. */
  function isNamed(target: string): boolean {
    if (named === null) {
      named = new Set();
      for (const { address, data } of [...found.values(), ...entries.values()]) {
        if (address === null || data === null) continue;
        const apic = apicAddress(address);
        named.add(apic === null ? `${address} ${data}` : `${apic.logical} ${apic.destination} ${data & 0xff}`);
      }
    }
    return named.has(target);
  }

  function entry({ region, address, value }: QemuLine & { event: "memory_region_ops_write" }): void {
    const key = tableKey(region, address);
    let known = entries.get(key);
    if (known === undefined) {
      known = { writes: 0, changes: 0, address: null, data: null, changed: false };
      entries.set(key, known);
    }
    const word = address & 0xf;
    if (word === 0) {
      known.changed ||= known.address !== null && known.address !== value;
      known.address = value;
    }
    if (word !== 8) return;
    known.changed ||= known.data !== null && known.data !== value;
    known.data = value;
    known.writes++;
    if (known.changed) known.changes++;
    known.changed = false;
  }

  /**
   * A message in configuration space is written as control, address, perhaps the address's upper half, data: at +2, +4,
   * +8 and +12 of the capability, or at +2, +4 and +8 where the control word says that addresses have 32 bits.
   */
  function message(line: QemuLine & { event: "pci_cfg_write" }): void {
    const key = `${line.function}`;
    const begun = beginnings.get(key);
    const known = found.get(key);
    if (known !== undefined) {
      if (line.offset === known.capability + 4) {
        writers.add(line.thread);
        if (known.address !== line.value) known.changes++;
        known.address = line.value;
      }
      if (line.offset === known.capability + (known.wide ? 12 : 8)) {
        known.writes++;
        if (known.data !== line.value) known.changes++;
        known.data = line.value;
      }
      return;
    }
    if (begun !== undefined && line.offset === begun.control + 2) {
      begun.address = line.value;
      return;
    }
    if (begun?.address !== undefined) {
      const wide = (begun.value & MESSAGE_CONTROL.wide) !== 0;
      if (wide && line.offset === begun.control + 6) return;
      if (line.offset === begun.control + (wide ? 10 : 6)) {
        const address = begun.address;
        const names = apicAddress(address) !== null || pages.has(pageOf(address)) || pages.size > 0;
        if (names) {
          found.set(key, {
            title: `${line.device} ${line.function}`,
            capability: begun.control - 2,
            wide,
            maskable: (begun.value & MESSAGE_CONTROL.maskable) !== 0,
            writes: 1,
            changes: 0,
            address,
            data: line.value,
          });
        }
        beginnings.delete(key);
        return;
      }
    }
    // The enable bit is the only thing that distinguishes a control word from any other.
    if ((line.value & MESSAGE_CONTROL.enable) !== 0 && (line.offset & 3) === 2) {
      beginnings.set(key, { control: line.offset, value: line.value });
    }
  }

  const devices: RecordedDevice[] = [...found].map(([key, { title, capability, wide, maskable, writes, changes }]) => ({
    key,
    title,
    form: "MSI",
    capability,
    wide,
    maskable,
    writes,
    changes,
  }));
  for (const [key, { writes, changes }] of entries) {
    if (writes === 0) continue;
    devices.push({
      key,
      title: `MSI-X entry at ${key.slice(key.indexOf(" ") + 1)}`,
      form: "MSI-X",
      capability: null,
      wide: true,
      maskable: true,
      writes,
      changes,
    });
  }
  if (threads !== null) compareThreads(file, threads, apicThreads, numbered);
  const onImsic = pages.size > 0;
  const cpuOf = threads ?? (numbered.size > 0 ? numbered : inOrder(apicThreads));
  for (const thread of new Set([...writers, ...apicThreads])) {
    if (cpuOf.has(thread)) continue;
    const does = writers.has(thread) ? "writes a device's message" : "uses a local APIC";
    throw new ModelError(
      threads === null
        ? `${file}: thread ${thread} ${does}, and no line names its CPU: give --threads`
        : `${file}: thread ${thread} ${does} but is not in the threads file, which belongs to another recording or is incomplete`,
    );
  }
  const files = onImsic ? filesOf(pages) : null;
  const highest = Math.max(-1, ...cpuOf.values(), ...(files === null ? [] : pagesToCpus(pages, files)));
  if (highest < 0) {
    throw new ModelError(
      `${file}: no line names a CPU: record apic_mem_writel or memory_region_ops_write, or give --threads`,
    );
  }
  return {
    controller: onImsic ? "imsic" : "local-apic",
    cpus: highest + 1,
    devices,
    destinations: logical + physical === 0 ? null : logical > physical ? "logical" : "physical",
    logs: seen,
    spans: spans.result(),
    hotplug,
    cleanup: seen.cleanup ? "ipi" : "timer",
    threads:
      threads !== null ? "threads file" : numbered.size > 0 ? "cpu numbers in the log" : "taken in order of their ids",
    cpuOf,
    files,
    acceptsUntil: seen.ends ? Math.min(lastMessage, lastEnd) : lastMessage,
  };
}

/** A threads file that is another recording's would make every step some other CPU's. */
function compareThreads(
  file: string,
  threads: ReadonlyMap<number, number>,
  apicThreads: ReadonlySet<number>,
  numbered: ReadonlyMap<number, number>,
): void {
  for (const thread of apicThreads) {
    if (!threads.has(thread)) {
      throw new ModelError(
        `${file}: thread ${thread} uses a local APIC but is not in the threads file, which belongs to another recording or is incomplete`,
      );
    }
  }
  for (const [thread, cpu] of numbered) {
    const named = threads.get(thread);
    if (named === undefined) {
      throw new ModelError(
        `${file}: thread ${thread} runs CPU ${cpu} but is not in the threads file, which belongs to another recording or is incomplete`,
      );
    }
    if (named !== cpu) {
      throw new ModelError(
        `${file}: thread ${thread} runs CPU ${cpu}, but CPU ${named} according to the threads file: the file belongs to another recording`,
      );
    }
  }
}

/** QEMU starts the threads of its CPUs in order, and the kernel of the host numbers threads in order. */
function inOrder(threads: ReadonlySet<number>): Map<number, number> {
  return new Map([...threads].sort((a, b) => a - b).map((thread, cpu) => [thread, cpu]));
}

function filesOf(pages: ReadonlySet<number>): { base: number; stride: number } {
  const sorted = [...pages].sort((a, b) => a - b);
  const base = sorted[0]!;
  let stride = 0;
  for (const page of sorted) stride = gcd(page - base, stride);
  return { base, stride: stride === 0 ? 0x1000 : stride };
}

function pagesToCpus(pages: ReadonlySet<number>, { base, stride }: { base: number; stride: number }): number[] {
  return [...pages].map((page) => (page - base) / stride);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** The page of an address: an interrupt file of a hart has one. */
export function pageOf(address: number): number {
  return address - (address % 0x1000);
}

/** An entry of an MSI-X table has four words of 32 bits. */
export function tableKey(region: string, address: number): string {
  return `${region} 0x${(address - (address % 16)).toString(16)}`;
}
