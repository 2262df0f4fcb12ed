import type { System } from "./system.ts";

/** How charts and sentences call a CPU. */
export function cpuName(cpu: number): string {
  return `CPU${cpu}`;
}

/** How charts and sentences call a vector: a letter, as on the kernel's lists; numbers past Z. */
export function vectorName(vector: number): string {
  return vector < 26 ? String.fromCharCode(65 + vector) : String(vector);
}

/** A CPU and one of its vectors: where a message goes. In the words of the controller, if it is told. */
export function targetName(
  target: { readonly cpu: number; readonly vector: number },
  system: Pick<System, "machine"> = { machine: "local-apic" },
): string {
  return `${cpuName(target.cpu)}/${interruptName(system, target.vector)}`;
}

/** The device's column; with one device it needs no number. */
export function deviceName(device: number, devices: number): string {
  return devices === 1 ? "Device" : `Device${device}`;
}

/** What is pending, in the words of the controller: a vector, or the interrupt's number where every CPU has the same. */
export function interruptName({ machine }: Pick<System, "machine">, vector: number): string {
  switch (machine) {
    case "gic-distributor":
      return `SPI ${vector}`;
    case "gic-its":
      return `LPI ${vector}`;
    case "plic":
      return `source ${vector}`;
    case "imsic":
      return `identity ${vectorName(vector)}`;
    default:
      return `vector ${vectorName(vector)}`;
  }
}
