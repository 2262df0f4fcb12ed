import type { Narrative } from "../checker/index.ts";
import {
  cpuName,
  destinationOf,
  interruptName,
  isBusy,
  isEnabled,
  isFrozen,
  isOnline,
  isRouted,
  isShutOut,
  isStopped,
  messageOf,
  queuedOn,
  revivals,
  targetName,
  vectorName,
  type InterruptSystem,
  type System,
  type SystemState,
  type Target,
} from "../model/index.ts";
import { isHandlerDue } from "./carrier.ts";
import { fateOfWire } from "./fate-of-wire.ts";
import { isQuiet, isStranded } from "./quiet.ts";

type Steps = Narrative<SystemState>["steps"];

/**
 * The closing sentences of a counterexample in which an event is lost: which event, where its message went, and why
 * it will not be delivered. Steps are referred to by their numbers in the chart.
 */
export function narrateLoss(interrupts: InterruptSystem, { steps }: Narrative<SystemState>): string {
  const { system } = interrupts;
  const end = steps.at(-1)!.state;
  const isLeft = (device: number): boolean => end.device[device]!.uncovered || isStranded(interrupts, end, device);
  const device = end.device.findIndex((_, index) => isLeft(index));
  if (device < 0) return "";
  const who = system.devices === 1 ? "the device" : `device ${device}`;
  const isStill = !end.device[device]!.uncovered && !isRouted(system);
  const raised = isRouted(system) || isStill ? undefined : losingRaise(steps, device);
  const atController = isRouted(system) ? fateAtController(system, steps, device) : "";
  const wired = system.aplic === null ? "" : fateOfWire(steps, device);
  const elsewhere = isStill ? pendingAt(system, end, device, who) : atController;
  const sent = raised === undefined ? elsewhere : fateOf(system, steps, raised, device, who);
  const fate = wired === "" ? sent : wired;
  const unless = revivals(interrupts, end).flatMap(({ what, state }) =>
    isHandlerDue(interrupts, state, device) ? [what] : [],
  );
  const isLost = unless.length === 0;
  const stale =
    system.deviceKind === "handshake" && !end.device[device]!.armed
      ? ` ${capital(who)} raises no event until its handler has run, so it is stuck${isLost ? " forever" : ""}.`
      : "";
  const memory = system.trigger === "level" ? `the wire of ${who} is high` : `${who} does not repeat a message`;
  const why = isQuiet(end)
    ? `Now the system is idle, and ${memory}: this event will ${isLost ? "never" : "not"} be delivered`
    : `${capital(memory)}, and nothing pending or in flight leads to its handler: the event is lost`;
  return `${fate} ${why}${isLost ? "" : `, unless ${unless.join(" or ")}`}.${stale}`.trim();
}

/** The number of the step that raised the event left uncovered at the end. */
function losingRaise(steps: Steps, device: number): number | undefined {
  let since = steps.length - 1;
  while (since > 0 && steps[since - 1]!.state.device[device]!.uncovered) since--;
  if (isRaise(steps, since, device)) return since;
  // With coverage "occurrence" the dispatch loses the event: find the raise that sent its message.
  const lost = steps[since]!.step;
  if (lost === null) return undefined;
  const cpu = lost.parameters["cpu"] as number;
  const vector = (lost.parameters["vector"] ?? steps[since - 1]!.state.cpu[cpu]?.stack.at(-1)?.vector) as number;
  for (let number = since - 1; number > 0; number--) {
    if (!isRaise(steps, number, device)) continue;
    const target = messageOf(steps[number - 1]!.state, device);
    if (target.cpu === cpu && target.vector === vector) return number;
  }
  return undefined;
}

function isRaise(steps: Steps, number: number, device: number): boolean {
  const step = steps[number]?.step;
  return step?.action === "device.raise" && step.parameters["device"] === device;
}

/** With coverage "occurrence": the request bit that still stands for an event and that no CPU takes. */
function pendingAt(system: System, end: Steps[number]["state"], device: number, who: string): string {
  const cpu = end.cpu.findIndex(({ source }) => source.some((of) => of[device]!));
  const vector = end.cpu[cpu]?.source.findIndex((of) => of[device]!) ?? -1;
  if (vector < 0) return "";
  const why = isOnline(end, cpu) ? "where no handler will take it" : "which is offline";
  return `An event of ${who} is still pending at ${targetName({ cpu, vector }, system)}, ${why}.`;
}

/** Loss in a controller with its own table: a CPU dropped the interrupt, or the controller signals it to none. */
function fateAtController(system: System, steps: Steps, device: number): string {
  const dropped = steps.findLastIndex(
    ({ step }, number) =>
      step?.action === "irq.lock" &&
      steps[number - 1]!.state.irq[device]!.inProgress &&
      !steps[number]!.state.irq[device]!.pending,
  );
  const name = interruptName(system, steps[0]!.state.irq[device]!.vector);
  if (dropped >= 0) {
    const cpu = cpuName(steps[dropped]!.step!.parameters["cpu"] as number);
    return `${cpu} took ${name} while its handler ran on another CPU and dropped it (step ${dropped}).`;
  }
  if (system.redirect !== null) return fateOfRedirect(steps, device, name);
  const { vector } = steps[0]!.state.irq[device]!;
  if (isFrozen(steps.at(-1)!.state, vector)) return ignoredEnd(system, steps, vector);
  return steps.at(-1)!.state.routing![device]!.waiting ? `${name} is pending, but routed to no CPU.` : "";
}

/** Loss of a demultiplexed interrupt: an irq_work that never runs, or a status bit that was cleared too late. */
function fateOfRedirect(steps: Steps, device: number, name: string): string {
  const end = steps.at(-1)!.state;
  const at = queuedOn(end, device);
  if (at !== undefined) {
    const number = steps.findLastIndex(
      ({ state }, index) =>
        index > 0 && queuedOn(state, device) === at && queuedOn(steps[index - 1]!.state, device) !== at,
    );
    return `The irq_work of ${name} was queued on ${cpuName(at)} in step ${number}; ${cpuName(at)} is offline and does not run it, and work that is queued is not queued again.`;
  }
  const cleared = steps.findLastIndex(
    ({ state, step }, number) =>
      step?.action === "irq.finish" &&
      steps[number - 1]!.state.routing![device]!.waiting &&
      !state.routing![device]!.waiting,
  );
  if (cleared < 0) return "";
  return `Step ${cleared} cleared the status bit of ${name} after its handler had run, and with it an event that came since.`;
}

/** The end of interrupt that had no effect, and why. */
function ignoredEnd(system: System, steps: Steps, vector: number): string {
  const number = steps.findIndex(({ state }) => isFrozen(state, vector));
  const cpu = cpuName(steps[number]!.step!.parameters["cpu"] as number);
  const name = interruptName(system, vector);
  if (system.plic !== null) {
    return `The PLIC ignored the completion of step ${number}, since ${name} was no longer enabled for ${cpu}. The gateway still waits for one and forwards nothing.`;
  }
  return `The EOI of step ${number} had no effect, since ${name} had been disabled while ${cpu} handled it. It stays active and is delivered to no CPU.`;
}

/** The fate of the message of a raise. */
function fateOf(system: System, steps: Steps, raised: number, device: number, who: string): string {
  const before = steps[raised - 1]!.state;
  if (before.device[device]!.masked && !steps[raised]!.state.device[device]!.pending) {
    return `The event of step ${raised} was raised while ${who} was masked; without a pending bit it left no trace.`;
  }
  const end = steps.at(-1)!.state;
  const depth = end.startup?.[device]!.depth ?? 0;
  if (end.device[device]!.pending && depth > 0) {
    return `The event of step ${raised} waits in the pending bit of ${who}, and its interrupt is not started again: its disable depth is ${depth}.`;
  }
  if (destinationOf(before, device) === null && before.remapping !== null) {
    return `The message of step ${raised} was aborted: the remapping entry of ${who} was invalid.`;
  }
  const bit = before.enableBits?.[device];
  if (bit?.enabled === false) {
    const instead =
      system.whileDisabled === "legacy-line" ? "asserted the legacy line, which has no handler" : "was dropped";
    return `The event of step ${raised} was raised while MSI was disabled, and ${instead}.`;
  }
  if (before.guest?.entries[device]!.mode === "guest") return fateInGuest(steps, raised, device);
  const target = sentTo(steps, raised, device);
  const went = `The message of step ${raised} went to ${targetName(target, system)}`;
  const deaf = before.hotplug !== null && !before.hotplug.controllerOn[target.cpu]!;
  if (deaf && system.fabric === "none") {
    return `${went}, whose controller was off, and was dropped there.${refusal(steps, device, cpuName(target.cpu))}`;
  }
  const taken = dispatchOf(steps, raised, target);
  const state = steps[taken === undefined ? steps.length - 1 : taken - 1]!.state;
  const slot = state.cpu[target.cpu]!.table[target.vector]!;
  const cpu = cpuName(target.cpu);
  if (taken === undefined && !isOnline(state, target.cpu)) {
    const finds = isStopped(steps.at(-1)!.state) ? "will find" : "found";
    return `${went}; ${cpu} is offline, and nothing ${finds} it there.${refusal(steps, device, cpu)}`;
  }
  if (typeof slot === "number") {
    if (slot === device) return `${went}${afterwards(steps, raised, target, device)}.`;
    return `${went}, which belongs to device ${slot}: only the handler of device ${slot} ran.`;
  }
  if (taken === undefined) {
    return slot === "unused"
      ? `${went}, which is unassigned.`
      : `${went}, which is marked to expect a stray: it will be ignored there.`;
  }
  if (slot === "unused")
    return `${went}, which was unassigned: ${cpu} acknowledged it without calling a handler (step ${taken}).`;
  const looked = steps.findIndex(({ step }, number) => number > taken && step?.action === "move.read_irr");
  const late = looked < 0 ? "" : `; the check of step ${looked} was too late or at the wrong target`;
  return `${went}, which was marked to expect a stray: ${cpu} acknowledged it without calling a handler${late}.`;
}

/** The fate of a message that was posted to a virtual CPU. */
function fateInGuest(steps: Steps, raised: number, device: number): string {
  const { cpu, entries } = steps[raised - 1]!.state.guest!;
  const named = entries[device]!.cpu;
  const posted = `The message of step ${raised} was posted to the vCPU`;
  if (cpu === null || named === cpu) return `${posted}.`;
  const notified = named === null ? "no CPU was to be notified" : `${cpuName(named)} was notified`;
  return `${posted}, which ran on ${cpuName(cpu)}; by the entry ${notified}.`;
}

/** The refused move that left the interrupt on an offline CPU. */
function refusal(steps: Steps, device: number, cpu: string): string {
  const number = steps.findLastIndex(({ step, state }) => {
    if (step?.action !== "offline.migrate" || state.hotplug === null) return false;
    const { stopper } = state.hotplug;
    return stopper.irq === null && stopper.cpu === state.irq[device]!.cpu && isBusy(state, device);
  });
  if (number < 0 || cpuName(steps.at(-1)!.state.irq[device]!.cpu) !== cpu) return "";
  return ` The interrupt stayed on ${cpu} because its move was refused in step ${number} (-EBUSY).`;
}

/**
 * The fate of a message that reached its own interrupt: a controller with enable bits may hold it, the move of another
 * interrupt may clear it, a flow may drop it.
 */
function afterwards(steps: Steps, raised: number, { cpu, vector }: Target, device: number): string {
  const isPending = (number: number): boolean => steps[number]!.state.cpu[cpu]!.irr[vector]!;
  const stuck = shutOutBy(steps.at(-1)!.state, cpu, vector);
  if (stuck !== undefined && isPending(steps.length - 1)) {
    return `, which is not dispatched: vector ${vectorName(stuck)} is still in service there and gets no EOI`;
  }
  const gone = steps.findIndex((_, number) => number > raised && isPending(number - 1) && !isPending(number));
  if (gone < 0) {
    const enabled = isEnabled(steps.at(-1)!.state, cpu, vector);
    return enabled || !isPending(steps.length - 1) ? "" : ", which is disabled, and nothing will enable it";
  }
  if (steps[gone]!.step?.action === "hart.power_down") {
    return `, where it was pending until step ${gone} reset the interrupt file`;
  }
  if (steps[gone]!.step?.action !== "cpu.accept") {
    const owner = steps[gone]!.state.cpu[cpu]!.table[vector];
    return owner === device
      ? `, where step ${gone} cleared it in the move of another interrupt and did not set it again`
      : "";
  }
  const dropped = steps.findIndex(
    ({ step, state }, number) =>
      number > gone &&
      step?.action === "irq.lock" &&
      step.parameters["cpu"] === cpu &&
      state.cpu[cpu]!.stack.length === 0 &&
      !state.irq[device]!.pending,
  );
  return dropped < 0 ? "" : `, and step ${dropped} dropped it because the handler was running elsewhere`;
}

/** The vector in service without an interrupt that would end it, where it shuts out the given one. */
function shutOutBy(state: Steps[number]["state"], cpu: number, vector: number): number | undefined {
  if (!isShutOut(state, cpu, vector)) return undefined;
  return state.cpu[cpu]!.isr.findIndex((inService, other) => inService && other >= vector);
}

/** The target of the message of a raise; a masked device sends it when it is unmasked. */
function sentTo(steps: Steps, raised: number, device: number): Target {
  let number = raised;
  while (steps[number]!.state.device[device]!.pending && number < steps.length - 1) number++;
  return messageOf(steps[number - 1]!.state, device);
}

/** The number of the step in which a CPU dispatched the message and looked up its owner. */
function dispatchOf(steps: Steps, raised: number, target: Target): number | undefined {
  const index = steps.findIndex(
    ({ step }, number) =>
      number > raised &&
      step?.action === "cpu.accept" &&
      step.parameters["cpu"] === target.cpu &&
      step.parameters["vector"] === target.vector,
  );
  if (index < 0) return undefined;
  const stray = steps.findIndex(
    ({ step }, number) => number > index && step?.action === "cpu.stray" && step.parameters["cpu"] === target.cpu,
  );
  return stray < 0 ? index : stray;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
