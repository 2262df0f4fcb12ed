import { controllerOf } from "./controller.ts";
import type { System } from "./system.ts";

/** Name of a CPU in charts and sentences. */
export function cpuName(cpu: number): string {
  return `CPU${cpu}`;
}

/** Name of a vector in charts and sentences: a letter, as on the kernel's lists; numbers past Z. */
export function vectorName(vector: number): string {
  return vector < 26 ? String.fromCharCode(65 + vector) : String(vector);
}

/** A CPU and one of its vectors: the target of a message. In the words of the controller, if `system` names it. */
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

/** Name of a pending interrupt in the words of the controller: a vector, or the number that it has on every CPU. */
export function interruptName(system: Pick<System, "machine">, vector: number): string {
  return controllerOf(system).interrupt(vector, vectorName(vector));
}
