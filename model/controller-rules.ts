import { ModelError } from "../checker/index.ts";
import { show } from "../checker/schema/index.ts";
import { controllerOf, isRouted } from "./controller.ts";
import { cpuName } from "./names.ts";
import type { Strategy } from "./strategy.ts";
import type { MachineId } from "./system.ts";

/** @throws ModelError when something of one controller is asked of another, or the driver of one is missing */
export function checkController(name: string, machine: MachineId, strategy: Strategy, cpus: number): void {
  const { imsic, plic, aplic, trigger, postedMsi, remapping, cleanup } = strategy;
  const { guest, hotplug, startup, affinity, context } = strategy;
  const controller = controllerOf({ machine });
  const takes = new Set(controller.takes);
  if (takes.has("imsic") && imsic === undefined) {
    throw new ModelError(`${name}: the machine ${machine} needs the features of its driver: add the field "imsic"`);
  }
  for (const [part, of] of PARTS) {
    if (strategy[part] === undefined || takes.has(part)) continue;
    throw new ModelError(`${name}: "${part}" is for the machine ${of}, not for ${machine}: leave it out`);
  }
  if (plic?.flow === "chained" && strategy.flow !== undefined) {
    throw new ModelError(
      `${name}: "plic" with flow "chained" describes a flow that "flow" replaces: leave "plic" out, and give the steps of both`,
    );
  }
  const own = controller.cleanup;
  if (cleanup !== undefined && cleanup !== "at-once" && (own ?? cleanup) !== cleanup) {
    throw new ModelError(
      `${name}: cleanup ${show(cleanup)} is for the machine local-apic; the machine ${machine} gives old vectors back by ${show(own)}: leave it out`,
    );
  }
  if (cleanup === "clear-vector-ipi" && own !== cleanup) {
    throw new ModelError(`${name}: cleanup ${show(cleanup)} is for the machine avec, not for ${machine}: leave it out`);
  }
  if (aplic !== undefined && trigger !== "level") {
    throw new ModelError(`${name}: an APLIC has wires: give it trigger: "level"`);
  }
  if (trigger === "level" && aplic === undefined && !takes.has("level")) {
    throw new ModelError(`${name}: trigger "level" is for the machine plic, not for ${machine}: leave it out`);
  }
  if (postedMsi !== undefined && remapping === undefined) {
    throw new ModelError(`${name}: it is the remapping unit that posts messages: give it "remapping"`);
  }
  if (guest !== undefined && (machine !== "local-apic" || remapping === undefined)) {
    throw new ModelError(
      `${name}: it is the remapping unit of x86 that posts to a guest: give it "remapping", on the machine local-apic`,
    );
  }
  if (guest !== undefined && hotplug !== undefined) {
    throw new ModelError(
      `${name}: a virtual CPU on a CPU that goes offline is not modelled: leave "guest" or "hotplug" out`,
    );
  }
  if (affinity !== undefined && (context.kind !== "task" || hotplug !== undefined || isRouted({ machine }))) {
    throw new ModelError(
      `${name}: "affinity" is for moves of a task, on CPUs that stay and with vectors of their own: leave it out`,
    );
  }
  if (startup !== undefined && startup.lifecycle !== "managed" && (startup.mask ?? startup.depth) !== undefined) {
    throw new ModelError(`${name}: its startup: "mask" and "depth" are for managed interrupts: leave them out`);
  }
  const beyond = startup?.mask?.find((cpu) => cpu >= cpus);
  if (beyond !== undefined) {
    throw new ModelError(`${name}: its startup has ${cpuName(beyond)} in its mask, and there are ${cpus} CPUs`);
  }
}

/** Fields of a strategy that are for one machine. */
const PARTS = [
  ["imsic", "imsic"],
  ["plic", "plic"],
  ["aplic", "imsic"],
  ["postedMsi", "local-apic"],
  ["redirect", "demultiplexer"],
  ["activeState", "gic-distributor"],
] as const satisfies readonly (readonly [keyof Strategy, MachineId])[];
