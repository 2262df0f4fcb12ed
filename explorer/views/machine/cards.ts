import {
  cpuName,
  destinationOf,
  deviceName,
  interruptName,
  isOnline,
  isRouted,
  controllerOf,
  sendsNothing,
  targetName,
  vectorName,
  type ReadonlySystemState,
  type System,
} from "../../../model/index.ts";
import type { Card, VectorRow } from "../../wire.ts";
import { controllerCards } from "./controller-cards.ts";
import { bit, fact, listText, targetText } from "./facts.ts";
import { isPostedToGuest, isStray, recipientOf, slotText } from "./owner.ts";

/**
 * The picture of the machine: its devices, what stands between, its CPUs, and the descriptors of the kernel.
 *
 * @param isTargetLive whether a message sent now would be handled, at once or because the move looks for it
 */
export function cardsOf(system: System, state: ReadonlySystemState, isTargetLive: boolean): Card[] {
  return [
    ...state.device.map((_, device) => deviceCard(system, state, device, isTargetLive)),
    ...controllerCards(system, state),
    ...state.cpu.map((_, cpu) => cpuCard(system, state, cpu, isTargetLive)),
    ...state.irq.map((_, irq) => descriptorCard(system, state, irq)),
    ...hotplugCards(state),
  ];
}

function deviceCard(system: System, state: ReadonlySystemState, index: number, isTargetLive: boolean): Card {
  const device = state.device[index]!;
  const { text: goes, tone } = sendsNothing(system, state, index)
    ? ({ text: "nowhere: the device is silent", tone: "plain" } as const)
    : recipientOf(system, state, index, isTargetLive);
  const facts = [
    fact(isRouted(system) || state.remapping !== null ? "an event would go" : "message", goes, tone),
    ...(isRouted(system) || state.remapping !== null
      ? []
      : [fact("address", cpuName(device.address)), fact("data", interruptName(system, device.data))]),
    ...(system.device.maskable ? [fact("mask", bit(device.masked))] : []),
    ...(system.device.pendingBit ? [fact("pending", bit(device.pending))] : []),
    ...(system.device.cachesEntry ? [fact("cached entry", targetText(system, device.cachedEntry))] : []),
    ...(system.trigger === "level" ? [fact("wire", device.line ? "high" : "low", device.line ? "warn" : "plain")] : []),
    ...(state.enableBits === null ? [] : [fact("MSI enable", bit(state.enableBits[index]!.enabled))]),
    ...(system.deviceKind === "handshake"
      ? [fact("may raise", device.armed ? "yes" : "after its handler has run")]
      : []),
    ...(system.raises === "unbounded" ? [] : [fact("raises left", String(device.raisesLeft))]),
    ...(state.posted === null
      ? []
      : [
          fact(
            "writes on their way",
            listText(state.posted[index]!.map(({ register, value }) => `${register} := ${value}`)),
          ),
        ]),
    fact("event", device.uncovered ? "not handled yet" : "none outstanding", device.uncovered ? "warn" : "plain"),
  ];
  return { title: deviceName(index, system.devices), status: "", tone, facts };
}

function cpuCard(system: System, state: ReadonlySystemState, cpu: number, isTargetLive: boolean): Card {
  const { interruptsEnabled, irr, isr, table, stack } = state.cpu[cpu]!;
  const routed = { table: "handler", request: system.redirect === null ? "pending" : "irq_work queued" };
  const names = isRouted(system) ? routed : controllerOf(system).registers;
  const file = state.imsic?.[cpu];
  const posted = state.postedMsi?.[cpu];
  const columns = [
    names.table,
    names.request,
    "in service",
    ...(posted === undefined ? [] : ["PIR"]),
    ...(file === undefined ? [] : ["eie", "wanted"]),
  ];
  const targets = state.device.map((_, device) =>
    sendsNothing(system, state, device) || isPostedToGuest(state, device) ? null : destinationOf(state, device),
  );
  const rows = table.map((slot, vector): VectorRow => {
    const senders = targets.flatMap((target, device) =>
      target?.cpu === cpu && target.vector === vector ? [deviceName(device, system.devices)] : [],
    );
    const cells = [
      fact(
        columns[0]!,
        slotText(slot),
        senders.length > 0 && typeof slot !== "number" ? (isTargetLive ? "warn" : "bad") : "plain",
      ),
      fact(columns[1]!, bit(irr[vector]!), irr[vector]! ? "warn" : "plain"),
      fact(columns[2]!, bit(isr[vector]!)),
      ...(posted === undefined ? [] : [fact("PIR", bit(posted.pir[vector]!), posted.pir[vector]! ? "warn" : "plain")]),
      ...(file === undefined
        ? []
        : [
            fact("eie", bit(file.enabled[vector]!)),
            fact(
              "wanted",
              `${bit(file.identity[vector]!.enable)}${file.identity[vector]!.dirty ? ", not synced" : ""}`,
            ),
          ]),
    ];
    return { name: isRouted(system) ? interruptName(system, vector) : vectorName(vector), cells, senders };
  });
  const frames = stack.map(
    ({ vector, slot, stage }) => `${interruptName(system, vector)} (${slotText(slot)}): ${stage}`,
  );
  const strays = isStray(stack.at(-1));
  const facts = [
    fact("interrupts", interruptsEnabled ? "on" : "off", interruptsEnabled ? "plain" : "warn"),
    ...(posted === undefined
      ? []
      : [
          fact("notification outstanding", bit(posted.outstanding)),
          fact("notification vector requested", bit(posted.notified), posted.notified ? "warn" : "plain"),
          fact(
            "notification handler",
            posted.handling === "no" ? "does not run" : posted.handling,
            posted.handling === "no" ? "plain" : "warn",
          ),
          fact(
            "vectors taken from PIR",
            listText(posted.taken.flatMap((taken, vector) => (taken ? [vectorName(vector)] : []))),
          ),
        ]),
    fact("stack", frames.length === 0 ? "empty" : frames.join("; "), strays ? "bad" : "plain"),
    ...(file === undefined
      ? []
      : [
          fact("sync timer", file.timer === null ? "not armed" : `armed on ${cpuName(file.timer)}`),
          ...(system.imsic?.storesTakeTime === true
            ? [
                fact(
                  "stores on their way",
                  listText(file.arriving.flatMap((on, vector) => (on ? [interruptName(system, vector)] : []))),
                ),
              ]
            : []),
        ]),
  ];
  return {
    title: cpuName(cpu),
    status: statusOf(state, cpu),
    tone: strays ? "bad" : "plain",
    facts,
    vectors: { columns, rows },
  };
}

function statusOf(state: ReadonlySystemState, cpu: number): string {
  if (!isOnline(state, cpu)) return "offline";
  const moved = state.irq.findIndex(({ migration }) => migration.step > 0 && migration.cpu === cpu);
  if (moved >= 0) return `moves irq${moved}`;
  return state.cpu[cpu]!.stack.length > 0 ? "in an interrupt" : "idle";
}

function descriptorCard(system: System, state: ReadonlySystemState, index: number): Card {
  const irq = state.irq[index]!;
  const { step, cpu } = irq.migration;
  const calls = irq.pinned.flatMap((to, on) => (to === null ? [] : [`on ${cpuName(on)}: to ${cpuName(to)}`]));
  const asked = system.context.kind === "ipi" || system.context.kind === "pinned-task";
  return {
    title: `irq${index}`,
    status: "descriptor",
    tone: "plain",
    facts: [
      fact("target", targetName({ cpu: irq.cpu, vector: irq.vector }, system)),
      ...(isRouted(system) ? [] : [fact("previous target", targetText(system, irq.previous))]),
      ...(isRouted(system)
        ? []
        : [fact("move in progress", bit(irq.moveInProgress)), fact("cleanup due", bit(irq.onCleanupList))]),
      fact("requested CPU", irq.requested === null ? "none" : cpuName(irq.requested)),
      ...(asked ? [fact("calls to move it", listText(calls))] : []),
      fact("handler running", bit(irq.inProgress)),
      fact("marked pending", bit(irq.pending), irq.pending ? "warn" : "plain"),
      fact("locked", bit(irq.locked)),
      fact("move", step === 0 ? "none" : `step ${step} on ${cpuName(cpu)}`),
      ...(state.startup === null
        ? []
        : [
            fact("started", bit(state.startup[index]!.started)),
            fact("has a vector", bit(state.startup[index]!.activated)),
          ]),
    ],
  };
}

function hotplugCards({ hotplug }: ReadonlySystemState): Card[] {
  if (hotplug === null) return [];
  const { online, controllerOn, stopper } = hotplug;
  const facts = [
    ...online.map((isOn, cpu) =>
      fact(cpuName(cpu), isOn ? "online" : controllerOn[cpu]! ? "going offline" : "offline"),
    ),
    fact("stopper", stopper.step === 0 ? "idle" : `step ${stopper.step}, ${cpuName(stopper.cpu)} goes offline`),
  ];
  return [{ title: "CPU hotplug", status: "", tone: "plain", facts }];
}
