import { ModelError } from "../checker/index.ts";
import { show } from "../checker/schema/index.ts";
import { controllerOf, isRouted } from "./controller.ts";
import { cpuName } from "./names.ts";
import type { StepNeed, Strategy } from "./strategy.ts";
import type { MachineId } from "./system.ts";

/** @throws ModelError when something of one controller is asked of another, or the driver of one is missing */
export function checkController(name: string, machine: MachineId, strategy: Strategy, cpus: number): void {
  const { imsic, plic, aplic, trigger, postedMsi, remapping, cleanup } = strategy;
  const { guest, hotplug, startup, affinity, context } = strategy;
  const controller = controllerOf({ machine });
  const takes = new Set(controller.takes);
  checkNeeds(name, machine, strategy);
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

/**
 * Requirements of predefined steps beyond a machine of that name: whether a strategy meets one, and a phrase with the
 * remedy.
 */
const NEEDS: Readonly<
  Record<Exclude<StepNeed, MachineId>, readonly [isMet: (strategy: Strategy) => boolean, remedy: string]>
> = {
  message: [
    ({ machine = "local-apic", remapping, aplic }) =>
      !isRouted({ machine }) && remapping === undefined && aplic === undefined,
    "it writes the message of a device, which is constant here: take a step that changes the table in front of it",
  ],
  remapping: [
    ({ remapping }) => remapping !== undefined,
    'it changes an entry of a remapping table: add "remapping: { disablesEntries: false }"',
  ],
  "disabled-entries": [
    ({ remapping }) => remapping?.disablesEntries === true,
    'it makes an entry invalid, or valid again: add "remapping: { disablesEntries: true }"',
  ],
  aplic: [({ aplic }) => aplic !== undefined, 'it acts on an APLIC: add "aplic: { retriggersAtEnd: true }"'],
  startup: [
    ({ startup }) => startup !== undefined,
    'it starts an interrupt: add "startup: { lifecycle, driverQuiesces }"',
  ],
  "enable-bit": [
    ({ whileDisabled }) => whileDisabled !== undefined,
    'it changes the MSI enable bit: add "whileDisabled", "dropped" or "legacy-line"',
  ],
  "posted-writes": [
    ({ postsWrites }) => postsWrites === true,
    'its register write takes its time: add "postsWrites: true"',
  ],
  "shared-message": [
    ({ sharesMessage }) => sharesMessage === true,
    'it acts on all messages of a function: add "sharesMessage: true"',
  ],
};

/** @throws ModelError where a predefined step acts on a part of a machine that the strategy does not have */
function checkNeeds(name: string, machine: MachineId, strategy: Strategy): void {
  for (const { name: step, needs } of strategy.program) {
    if (needs === undefined || needs === machine) continue;
    const need = Object.hasOwn(NEEDS, needs) ? NEEDS[needs as keyof typeof NEEDS] : undefined;
    if (need === undefined) {
      throw new ModelError(
        `${name}: step ${step} is for the machine ${needs}, not for ${machine}: docs/machines.md has the steps of each`,
      );
    }
    const [isMet, remedy] = need;
    if (!isMet(strategy)) throw new ModelError(`${name}: step ${step}: ${remedy}`);
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
