import { cpuName, deviceName, isRouted, type System } from "../../../model/index.ts";
import type { Lane } from "../../wire.ts";

/** Lanes of a modelled system in its sequence diagram: CPUs first, devices last. */
export interface SystemLanes {
  readonly lanes: readonly Lane[];
  cpu(cpu: number): number;
  device(device: number): number;
  /** The controller's own table, or the interrupt remapping unit; undefined where messages go to the CPU that they name. */
  readonly controller: number | undefined;
  /** The fabric, which holds messages on their way; undefined where they arrive at once. */
  readonly fabric: number | undefined;
}

/** The lanes of a system. */
export function systemLanes(system: System): SystemLanes {
  const lanes: Lane[] = Array.from({ length: system.cpus }, (_, cpu) => ({ name: cpuName(cpu), kind: "cpu" }));
  const add = (name: string, kind: Lane["kind"]): number => lanes.push({ name, kind }) - 1;
  const controllerName = nameOfController(system);
  const controller = controllerName === undefined ? undefined : add(controllerName, "controller");
  const fabric = system.fabric === "none" ? undefined : add("Fabric", "fabric");
  const first = lanes.length;
  for (let device = 0; device < system.devices; device++) add(deviceName(device, system.devices), "device");
  return { lanes, cpu: (cpu) => cpu, device: (device) => first + device, controller, fabric };
}

function nameOfController(system: System): string | undefined {
  if (system.remapping !== null) return "IOMMU";
  if (system.aplic !== null) return "APLIC";
  if (!isRouted(system)) return undefined;
  const names: Readonly<Record<string, string>> = {
    "gic-distributor": "Distributor",
    "gic-its": "ITS",
    plic: "PLIC",
    demultiplexer: "MSI controller",
  };
  return names[system.machine];
}
