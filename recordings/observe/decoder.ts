import type { Counts } from "../parse/lines.ts";
import type { QemuLine } from "../parse/qemu.ts";
import {
  apicAddress,
  cpuOfDestination,
  IPI_IDENTITY,
  type Observation,
  type RealTarget,
  type RecordedDevice,
  type Word,
} from "./observation.ts";
import { pageOf, tableKey, type SurveyedMachine } from "./survey.ts";

/** Turns lines of a log into observations of the machine; lines without one are counted. */
export class Decoder {
  readonly #machine: SurveyedMachine;
  readonly #unused: Counts;
  readonly #devices: ReadonlyMap<string, RecordedDevice>;
  readonly #complain: (line: number, what: string) => void;
  /** The upper half of the ICR, by CPU: where the next IPI goes; null: not written since the last. Absent: never yet. */
  readonly #destination = new Map<number, number | null>();
  #raised = false;

  /** @param complain called for IPIs with a missing half */
  constructor(machine: SurveyedMachine, unused: Counts, complain: (line: number, what: string) => void) {
    this.#machine = machine;
    this.#unused = unused;
    this.#complain = complain;
    this.#devices = new Map(machine.devices.map((device) => [device.key, device]));
  }

  /** Undefined for a line without a used observation. */
  observe(line: QemuLine): Observation | undefined {
    const raised = this.#raised;
    this.#raised = line.event === "raise";
    if (raised && line.event === "memory_region_ops_write" && line.name.includes("imsic")) {
      // The message of a device that a CPU's own register access made raise has that CPU's number.
      return this.#region({ ...line, cpu: -1 }, { line: line.line, seconds: line.seconds });
    }
    const at = { line: line.line, seconds: line.seconds };
    switch (line.event) {
      case "raise":
        return { ...at, kind: "raise", source: line.source };
      case "accept":
        // The log may lack messages or ends of interrupts that were accepted later.
        if (line.line > this.#machine.acceptsUntil) break;
        return { ...at, kind: "accept", cpu: null, vector: line.vector };
      case "apic_deliver_irq": {
        const cpu = cpuOfDestination(line.destination, line.logical);
        const known = cpu !== null && cpu < this.#machine.cpus;
        return { ...at, kind: "message", to: known ? { cpu, vector: line.vector } : null };
      }
      case "apic_mem_readl":
        if (line.register >= 0x200 && line.register < 0x280) {
          const cpu = this.#cpu(line.thread);
          return { ...at, kind: "irr", cpu, first: ((line.register - 0x200) >> 4) * 32, bits: line.value };
        }
        break;
      case "apic_mem_writel": {
        const cpu = this.#cpu(line.thread);
        if (line.register === 0xb0) return { ...at, kind: "eoi", cpu };
        if (line.register === 0x310) {
          if (this.#destination.get(cpu) != null) {
            this.#complain(
              line.line,
              `CPU${cpu} writes the destination of an IPI (0x310) twice without sending one in between`,
            );
          }
          this.#destination.set(cpu, line.value >>> 24);
        } else if (line.register === 0x300) {
          const to = this.#sent(cpu, line);
          // Fixed delivery only: INIT and NMI have no vector.
          if ((line.value & 0x700) === 0) return { ...at, kind: "ipi", cpu, to, vector: line.value & 0xff };
        }
        break;
      }
      case "pci_cfg_write": {
        const device = this.#devices.get(line.function);
        const word = device === undefined ? undefined : wordAt(device, line.offset);
        if (word === undefined) break;
        return {
          ...at,
          kind: "write",
          device: device!.key,
          cpu: this.#cpu(line.thread),
          word,
          value: line.value,
        };
      }
      case "memory_region_ops_write":
        return this.#region(line, at);
    }
    this.#unused.add(kindOf(line));
    return undefined;
  }

  #region(
    line: QemuLine & { event: "memory_region_ops_write" },
    at: { line: number; seconds: number },
  ): Observation | undefined {
    if (line.name === "msix-table") {
      const device = this.#devices.get(tableKey(line.region, line.address));
      const word = (["address", "high", "data", "mask"] as const)[(line.address & 0xf) >> 2]!;
      if (device !== undefined && line.cpu >= 0) {
        return { ...at, kind: "write", device: device.key, cpu: line.cpu, word, value: line.value };
      }
    } else if (line.name.includes("imsic") && this.#machine.files !== null) {
      const to = this.#fileTarget(line.address, line.value);
      if (line.cpu < 0) return { ...at, kind: "message", to };
      // Identity 1 is the one of IPIs.
      if (to !== null && line.value !== IPI_IDENTITY) return { ...at, kind: "store", cpu: line.cpu, to };
    } else if (line.cpu >= 0 && isDeviceRegister(line.name)) {
      this.#unused.add(kindOf(line));
      const { cpu, name, address, value } = line;
      const [text, begins] = command(name, address, value);
      return { ...at, kind: "command", cpu, region: name, object: Number(line.region) || 0, begins, text };
    }
    this.#unused.add(kindOf(line));
    return undefined;
  }

  /**
   * Where an IPI goes; null when to several or none, or the log does not say. Without a shorthand the kernel writes the
   * destination for each IPI, with interrupts off.
   */
  #sent(cpu: number, { line, value }: { readonly line: number; readonly value: number }): number | null {
    const shorthand = (value >> 18) & 3;
    if (shorthand !== 0) return shorthand === 1 ? cpu : null;
    const destination = this.#destination.get(cpu);
    this.#destination.set(cpu, null);
    if (destination === null) {
      this.#complain(line, `CPU${cpu} sends an IPI without writing its destination (0x310) since the last one`);
    }
    return destination == null ? null : cpuOfDestination(destination, (value & 0x800) !== 0);
  }

  #cpu(thread: number): number {
    return this.#machine.cpuOf.get(thread) ?? -1;
  }

  #fileTarget(address: number, identity: number): RealTarget | null {
    const { base, stride } = this.#machine.files!;
    const cpu = (pageOf(address) - base) / stride;
    return Number.isInteger(cpu) && cpu >= 0 && cpu < this.#machine.cpus ? { cpu, vector: identity } : null;
  }
}

/** Target that a message's words name; null when that is no CPU of the machine. */
export function messageTarget(machine: SurveyedMachine, address: number, data: number): RealTarget | null {
  if (machine.files !== null) {
    const cpu = (pageOf(address) - machine.files.base) / machine.files.stride;
    return Number.isInteger(cpu) && cpu >= 0 && cpu < machine.cpus ? { cpu, vector: data } : null;
  }
  const named = apicAddress(address);
  const cpu = named === null ? null : cpuOfDestination(named.destination, named.logical);
  return cpu === null || cpu >= machine.cpus ? null : { cpu, vector: data & 0xff };
}

function wordAt({ capability, wide, maskable }: RecordedDevice, offset: number): Word | undefined {
  switch (offset - (capability ?? 0)) {
    case 2:
      return "control";
    case 4:
      return "address";
    case 8:
      return wide ? "high" : "data";
    case 12:
      return wide ? "data" : maskable ? "mask" : undefined;
    case 16:
      return wide && maskable ? "mask" : undefined;
    default:
      return undefined;
  }
}

/** Regions that are another view of something that has a line of its own, or no device's. */
function isDeviceRegister(name: string): boolean {
  return !/^(apic|pci|ioapic|io-apic|hpet|serial|kvm|rtc|pic|acpi|virtio-pci-common)|mmcfg|msix|aplic|aclint/.test(
    name,
  );
}

/**
 * A register write in words, and whether it begins something that ends with an interrupt. The command issue registers
 * of AHCI ports show which commands are begun; of other devices nothing is known.
 */
function command(name: string, address: number, value: number): [string, boolean] {
  const offset = address & 0xfff;
  const text = `${name} 0x${address.toString(16)} <- 0x${value.toString(16)}`;
  if (name !== "ahci" || offset < 0x100 || (offset & 0x7f) !== 0x38) return [text, false];
  const slots = Array.from({ length: 32 }, (_, slot) => slot).filter((slot) => ((value >>> slot) & 1) === 1);
  return [`${text}: port ${(offset - 0x100) >> 7}, command slot ${slots.join(", ")}`, true];
}

/** A third of all lines are of a few kinds. */
const registerKinds = { apic_mem_readl: new Map<number, string>(), apic_mem_writel: new Map<number, string>() };

function kindOf(line: QemuLine): string {
  switch (line.event) {
    case "memory_region_ops_write":
      return `memory_region_ops_write '${line.name}'`;
    case "apic_mem_readl":
    case "apic_mem_writel": {
      const kinds = registerKinds[line.event];
      let kind = kinds.get(line.register);
      if (kind === undefined) {
        kind = `${line.event} 0x${line.register.toString(16)}`;
        // A local APIC has 4 KiB of registers; other addresses are a foreign log's.
        if (line.register < 0x1000) kinds.set(line.register, kind);
      }
      return kind;
    }
    case "pci_cfg_write":
      return `pci_cfg_write elsewhere`;
    default:
      return line.event;
  }
}
