import {
  controllerOf,
  cpuName,
  deviceName,
  interruptName,
  targetName,
  type ReadonlySystemState,
  type System,
} from "../../../model/index.ts";
import type { Card } from "../../wire.ts";
import { bit, fact, listText, targetText } from "./facts.ts";

/** The fabric, the controller's table and the remapping unit, as far as there are any. */
export function controllerCards(system: System, state: ReadonlySystemState): Card[] {
  const cards: Card[] = [];
  if (system.fabric !== "none") {
    const facts = state.fabric.flatMap((queues, device) =>
      queues.map((queue, cpu) =>
        fact(
          `${deviceName(device, system.devices)} to ${cpuName(cpu)}`,
          listText(queue.map((vector) => interruptName(system, vector))),
        ),
      ),
    );
    cards.push({ title: "Fabric", status: "messages on their way", tone: "plain", facts });
  }
  if (state.routing !== null && system.redirect !== null) cards.push(demultiplexerCard(system, state.routing));
  else if (state.routing !== null) {
    const facts = state.routing.flatMap(({ cpu, enabled, orphaned, waiting }, irq) => {
      const name = interruptName(system, state.irq[irq]!.vector);
      const forgotten = system.activeState === "lost-when-disabled";
      return [
        ...(forgotten ? [fact(`${name} active, but forgotten`, bit(orphaned), orphaned ? "warn" : "plain")] : []),
        fact(`${name} goes to`, cpu === null ? "no CPU" : cpuName(cpu), cpu === null ? "warn" : "plain"),
        ...(controllerOf(system).pendsAtCpu === true
          ? []
          : [fact(`${name} enabled`, bit(enabled)), fact(`${name} waits`, bit(waiting), waiting ? "warn" : "plain")]),
      ];
    });
    cards.push({ title: "Controller", status: "routing table", tone: "plain", facts });
  }
  if (state.aplic !== null) {
    const facts = state.aplic.flatMap(({ configured, enabled, pending }, irq) => [
      fact(`source ${irq} configured`, bit(configured), configured ? "plain" : "warn"),
      fact(`source ${irq} enabled`, bit(enabled)),
      fact(`source ${irq} pending`, bit(pending), pending ? "warn" : "plain"),
    ]);
    cards.push({ title: "APLIC", status: "turns wires into messages", tone: "plain", facts });
  }
  if (state.remapping !== null) {
    const facts = state.remapping.flatMap(({ valid, cpu, vector, cached }, irq) => [
      fact(`entry ${irq}`, targetName({ cpu, vector }, system)),
      ...(system.remapping?.disablesEntries === true
        ? [fact(`entry ${irq} valid`, bit(valid), valid ? "plain" : "bad")]
        : []),
      fact(`entry ${irq} cached`, targetText(system, cached)),
    ]);
    cards.push({ title: "IOMMU", status: "remapping table", tone: "plain", facts });
  }
  if (state.guest !== null) cards.push(guestCard(system, state.guest));
  return cards;
}

/** The status register of a demultiplexer, and the CPUs that its interrupts are redirected to. */
function demultiplexerCard(system: System, routing: NonNullable<ReadonlySystemState["routing"]>): Card {
  const facts = routing.flatMap(({ cpu, waiting, redirect }, irq) => {
    const name = interruptName(system, irq);
    const { looked, powered } = redirect!;
    return [
      fact(`${name} status`, bit(waiting), waiting ? "warn" : "plain"),
      fact(`${name} redirected to`, cpuName(cpu!)),
      ...(system.redirect!.locksDescriptor
        ? []
        : [
            fact(
              `${name}, target looked up`,
              looked === null ? "none" : cpuName(looked),
              looked === null ? "plain" : "warn",
            ),
          ]),
      ...(system.redirect!.suspends
        ? [fact(`${name} device power`, powered ? "on" : "off", powered ? "plain" : "warn")]
        : []),
    ];
  });
  return { title: "MSI controller", status: "one parent interrupt, on CPU0", tone: "plain", facts };
}

const modes = { guest: "to the vCPU", posted: "posted to the host", remapped: "remapped" } as const;

/** A virtual CPU: where it runs, what is posted to it, and the entries of the remapping table that may post to it. */
function guestCard(system: System, guest: NonNullable<ReadonlySystemState["guest"]>): Card {
  const { notifiedCpu } = system.guest!;
  const facts = guest.entries.flatMap(({ mode, wanted, cpu, isRead, read }, irq) => [
    fact(`entry ${irq}`, modes[mode], (mode === "guest") === wanted ? "plain" : "warn"),
    fact(`irq${irq} posted`, bit(guest.pending[irq]!), guest.pending[irq]! ? "warn" : "plain"),
    ...(notifiedCpu === "descriptor"
      ? []
      : [fact(`entry ${irq} notifies`, cpu === null ? "no CPU" : cpuName(cpu), isStale(guest, irq) ? "bad" : "plain")]),
    ...(isRead ? [fact(`entry ${irq} will notify`, read === null ? "no CPU" : cpuName(read))] : []),
  ]);
  const where = guest.cpu === null ? "scheduled out" : `runs on ${cpuName(guest.cpu)}`;
  return {
    title: "Virtual CPU",
    status: where,
    tone: "plain",
    facts: [
      fact("looks at what is posted", guest.notified ? "yes" : "no", guest.notified ? "warn" : "plain"),
      ...facts,
    ],
  };
}

/** Whether an entry that posts to the virtual CPU has another CPU notified than the one on which that runs. */
function isStale({ cpu, entries }: NonNullable<ReadonlySystemState["guest"]>, irq: number): boolean {
  return cpu !== null && entries[irq]!.mode === "guest" && entries[irq]!.cpu !== cpu;
}
