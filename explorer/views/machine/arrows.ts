import type { TraceStep } from "../../../checker/index.ts";
import {
  cpuName,
  destinationOf,
  isRouted,
  messageOf,
  vectorName,
  type ReadonlySystemState,
  type System,
  type SystemState,
  type Target,
} from "../../../model/index.ts";
import type { Arrow } from "../../wire.ts";
import type { SystemLanes } from "./lanes.ts";
import { isPostedToGuest, ownerOf, stillCarried } from "./owner.ts";

/** A step of a system with the states around it. */
interface Moment {
  readonly system: System;
  readonly lanes: SystemLanes;
  readonly before: ReadonlySystemState;
  readonly after: ReadonlySystemState;
  readonly step: TraceStep<SystemState>;
  /** Whether something will still deliver every event that is not handled yet. */
  readonly isCarried: boolean;
}

/**
 * The arrows of a step. They are derived from what the step changed, not from its label, so a scheme of one's own has
 * them too.
 */
export function arrowsOf(
  system: System,
  lanes: SystemLanes,
  step: TraceStep<SystemState>,
  before: ReadonlySystemState,
  isCarried: boolean,
): Arrow[] {
  const moment: Moment = { system, lanes, before, after: step.state, step, isCarried };
  switch (step.action) {
    case "device.raise":
      return raiseArrows(moment, step.parameters["device"] as number);
    case "fabric.deliver":
      return deliveryArrows(moment, step.parameters["device"] as number, step.parameters["cpu"] as number);
    default:
      return [...deviceArrows(moment), ...writeArrows(moment), ...requestArrows(moment), ...callArrows(moment)];
  }
}

/** An event of a device: its message goes to the fabric, through the controller, or to the CPU that it names. */
function raiseArrows(moment: Moment, device: number): Arrow[] {
  const { system, lanes, before } = moment;
  const from = lanes.device(device);
  const { masked } = before.device[device]!;
  if (system.trigger === "level") return wireArrows(moment, from);
  if (masked) return [];
  if (before.enableBits?.[device]!.enabled === false) {
    return [lost(from, lanes.controller ?? lanes.cpu(messageOf(before, device).cpu), "MSI is off")];
  }
  if (isPostedToGuest(before, device)) return guestArrows(moment, from, device);
  const target = destinationOf(before, device);
  if (lanes.controller !== undefined && target === null) {
    return [lost(from, lanes.controller, system.remapping === null ? "routed to no CPU" : "aborted: entry invalid")];
  }
  if (lanes.fabric !== undefined) return [message(from, lanes.fabric, "on its way")];
  if (target === null) return [];
  return throughController(moment, from, target, device);
}

/** A message that is posted to a virtual CPU, and the notification of a physical one. */
function guestArrows({ lanes, before, after, system }: Moment, from: number, device: number): Arrow[] {
  const controller = lanes.controller!;
  const posted = message(from, controller, "posted to the vCPU");
  const { cpu: runsOn, entries } = after.guest!;
  const notified = system.guest!.notifiedCpu === "descriptor" ? runsOn : entries[device]!.cpu;
  if (notified === null) return [posted];
  if (notified !== runsOn) return [posted, lost(controller, lanes.cpu(notified), "vCPU is not here")];
  const isNew = !before.guest!.notified;
  return isNew ? [posted, call(controller, lanes.cpu(notified), "ipi", "notified: vCPU looks")] : [posted];
}

/** A wire goes high: its controller passes that on, or keeps it. */
function wireArrows({ system, lanes, before, after }: Moment, from: number): Arrow[] {
  const requests = after.cpu.flatMap(({ irr }, cpu) =>
    irr.flatMap((requested, vector): Arrow[] => {
      if (!requested || before.cpu[cpu]!.irr[vector]!) return [];
      const slot = after.cpu[cpu]!.table[vector]!;
      const { text, tone } = ownerOf(after, { cpu, vector }, typeof slot === "number" ? slot : 0);
      const to = lanes.cpu(cpu);
      return [{ from: lanes.controller ?? from, to, kind: "message", tone, isLost: false, head: text }];
    }),
  );
  const kept = system.aplic === null ? "wire high, kept" : "wire high";
  if (lanes.controller === undefined) return requests;
  return [message(from, lanes.controller, requests.length === 0 ? kept : "wire high"), ...requests];
}

/** The oldest message of a device leaves the fabric. */
function deliveryArrows(moment: Moment, device: number, cpu: number): Arrow[] {
  const { system, lanes, before } = moment;
  const vector = before.fabric[device]![cpu]![0];
  if (vector === undefined || lanes.fabric === undefined) return [];
  if (!isRouted(system)) return [arrival(lanes.fabric, { cpu, vector }, device, moment)];
  const target = destinationOf(before, device);
  if (target === null) return [lost(lanes.fabric, lanes.controller ?? lanes.cpu(cpu), "routed to no CPU")];
  return throughController(moment, lanes.fabric, target, device);
}

function throughController(moment: Moment, from: number, target: Target, device: number): Arrow[] {
  const { controller } = moment.lanes;
  if (controller === undefined) return [arrival(from, target, device, moment)];
  if (moment.system.redirect !== null) return [message(from, controller, "status bit set")];
  return [message(from, controller, ""), arrival(controller, target, device, moment)];
}

/** A message at its CPU, or short of it where nothing there would handle it. */
function arrival(from: number, target: Target, device: number, { lanes, before, isCarried }: Moment): Arrow {
  const owner = ownerOf(before, target, device);
  const { text, tone } = isCarried ? stillCarried(owner) : owner;
  const to = lanes.cpu(target.cpu);
  const isLost = tone === "bad";
  return { from, to, kind: "message", tone, isLost, head: isLost ? `${text}: lost` : text };
}

/** A message that was pending in the device and goes out, as when it is unmasked. */
function deviceArrows(moment: Moment): Arrow[] {
  const { before, after, lanes } = moment;
  return after.device.flatMap((now, device) => {
    if (!before.device[device]!.pending || now.pending) return [];
    const target = destinationOf(after, device);
    if (lanes.fabric !== undefined) return [message(lanes.device(device), lanes.fabric, "on its way")];
    return target === null ? [] : throughController(moment, lanes.device(device), target, device);
  });
}

/** Request bits that a CPU sets, by an IPI or a store to an interrupt file, or that a controller passes on. */
function requestArrows(moment: Moment): Arrow[] {
  const { system, before, after, lanes } = moment;
  const actor = actorLane(moment);
  if (actor === undefined) return [];
  const isFromDevice = after.device.some(({ pending }, device) => before.device[device]!.pending && !pending);
  if (isFromDevice) return [];
  return after.cpu.flatMap(({ irr }, cpu) =>
    irr.flatMap((requested, vector): Arrow[] => {
      const isStored = after.imsic?.[cpu]!.arriving[vector] === true && !before.imsic![cpu]!.arriving[vector]!;
      const isRequested = requested && !before.cpu[cpu]!.irr[vector]!;
      if (!isRequested && !isStored) return [];
      // A store that was on its way takes effect.
      if (before.imsic?.[cpu]!.arriving[vector] === true) return [];
      const isSentByAplic = after.aplic?.some(({ pending }, irq) => before.aplic![irq]!.pending && !pending) === true;
      const passesOn = isRouted(system) && system.redirect === null;
      const isController = lanes.controller !== undefined && (passesOn || isSentByAplic);
      const from = isController ? lanes.controller! : actor;
      const slot = after.cpu[cpu]!.table[vector]!;
      const { text, tone } = ownerOf(after, { cpu, vector }, typeof slot === "number" ? slot : 0);
      const ipi = system.redirect === null ? `IPI, vector ${vectorName(vector)}` : "irq_work";
      const name = isController ? "sent" : ipi;
      const kind = isController ? "message" : "ipi";
      return [{ from, to: lanes.cpu(cpu), kind, tone, isLost: tone === "bad", head: `${name}: ${text}` }];
    }),
  );
}

/** Registers of devices and tables of controllers that a CPU writes. */
function writeArrows(moment: Moment): Arrow[] {
  const { system, before, after, lanes } = moment;
  const actor = actorLane(moment);
  if (actor === undefined) return [];
  const toDevices = after.device.flatMap((now, device): Arrow[] => {
    const was = before.device[device]!;
    const texts: string[] = [];
    const posted = after.posted?.[device] ?? [];
    const isPosted = posted.length > (before.posted?.[device] ?? []).length;
    const last = posted.at(-1);
    if (isPosted && last !== undefined) texts.push(`${last.register}, on its way`);
    if (now.address !== was.address) texts.push(`address := ${cpuName(now.address)}`);
    if (now.data !== was.data) texts.push(`data := ${vectorName(now.data)}`);
    if (now.masked !== was.masked) texts.push(`mask := ${now.masked ? 1 : 0}`);
    if (after.enableBits?.[device]!.enabled !== before.enableBits?.[device]!.enabled) {
      texts.push(`MSI enable := ${after.enableBits![device]!.enabled ? 1 : 0}`);
    }
    // The target of an APLIC's message is a register of the APLIC.
    const to = system.aplic === null ? lanes.device(device) : (lanes.controller ?? lanes.device(device));
    return texts.length === 0 ? [] : [write(actor, to, texts.join(", "))];
  });
  const { controller } = lanes;
  if (controller === undefined) return toDevices;
  const toController = after.irq.flatMap((_, irq): Arrow[] => {
    const [route, entry] = [after.routing?.[irq], after.remapping?.[irq]];
    const [oldRoute, oldEntry] = [before.routing?.[irq], before.remapping?.[irq]];
    const texts: string[] = [];
    // The CPU of a redirect is a field of the descriptor.
    if (system.redirect !== null) {
      if (oldRoute!.waiting && !route!.waiting) texts.push("status cleared");
    } else if (route?.cpu !== oldRoute?.cpu) texts.push(`route := ${route?.cpu == null ? "none" : cpuName(route.cpu)}`);
    if (route?.enabled !== oldRoute?.enabled) texts.push(`enable := ${route?.enabled === true ? 1 : 0}`);
    if (entry?.cpu !== oldEntry?.cpu || entry?.vector !== oldEntry?.vector) {
      texts.push(`entry := ${cpuName(entry!.cpu)}/${vectorName(entry!.vector)}`);
    }
    if (entry?.valid !== oldEntry?.valid) texts.push(`valid := ${entry?.valid === true ? 1 : 0}`);
    const [source, oldSource] = [after.aplic?.[irq], before.aplic?.[irq]];
    if (source?.configured !== oldSource?.configured) texts.push("sourcecfg");
    if (source?.enabled !== oldSource?.enabled) texts.push(`enable := ${source?.enabled === true ? 1 : 0}`);
    if (source?.pending === true && oldSource?.pending === false) texts.push("pending := 1");
    if (entry?.cached === null && oldEntry?.cached !== null) texts.push("invalidate cache");
    return texts.length === 0 ? [] : [write(actor, controller, texts.join(", "))];
  });
  return [...toDevices, ...toController];
}

/** IPIs and tasks that a CPU sends to another to work there. */
function callArrows(moment: Moment): Arrow[] {
  const { system, before, after, lanes } = moment;
  const actor = actorLane(moment);
  if (actor === undefined) return [];
  return after.irq.flatMap((now, irq) => {
    const was = before.irq[irq]!;
    const calls = now.pinned.flatMap((to, cpu): Arrow[] => {
      if (to === null || was.pinned[cpu] !== null) return [];
      const isIpi = system.context.kind === "ipi";
      return [call(actor, lanes.cpu(cpu), isIpi ? "ipi" : "task", isIpi ? "IPI: move it" : "task pinned here")];
    });
    const isCleanup = now.onCleanupList && !was.onCleanupList && now.previous !== null && /ipi/.test(system.cleanup);
    return isCleanup ? [...calls, call(actor, lanes.cpu(now.previous!.cpu), "ipi", "cleanup IPI")] : calls;
  });
}

/** The lane of the CPU that takes the step; undefined where something else takes it. */
function actorLane({ lanes, step }: Moment): number | undefined {
  const lane = lanes.lanes.findIndex(({ name }) => name === step.actor);
  return lanes.lanes[lane]?.kind === "cpu" ? lane : undefined;
}

function message(from: number, to: number, head: string): Arrow {
  return { from, to, kind: "message", tone: "plain", isLost: false, head };
}

function lost(from: number, to: number, head: string): Arrow {
  return { from, to, kind: "message", tone: "bad", isLost: true, head };
}

function write(from: number, to: number, head: string): Arrow {
  return { from, to, kind: "write", tone: "plain", isLost: false, head };
}

function call(from: number, to: number, kind: "ipi" | "task", head: string): Arrow {
  return { from, to, kind, tone: "plain", isLost: false, head };
}
