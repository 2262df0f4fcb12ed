import type { Report } from "irqproof/checker";
import { type SystemState } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { isQuiet } from "irqproof/properties";
import { checkable } from "irqproof/catalogue";
import { describe, expect, test } from "vitest";
import { check } from "./checking.ts";

async function run(
  id: string,
  given: Record<string, unknown> = {},
  properties: readonly string[] = ["no-interrupt-lost"],
): Promise<Report<SystemState>> {
  return check(checkable(entryOf(id)!).instantiate(given), { properties, untilViolation: true });
}

function stepsTo({ properties }: Report<SystemState>): string[] {
  return properties[0]!.trace!.steps.slice(1).map(({ action }) => action ?? "");
}

describe("a recording of a 6.12 kernel that hung", () => {
  // QEMU, two harts, AHCI, moves asked for by a task on CPU1 (riscv64, rv2). Hart 0 had identity 5, hart 1 identity 3:
  //   address <- hart 1, data <- 3; raise -> hart 1, 3; claimed, handled;
  //   address <- hart 0; raise -> hart 0, 3; data <- 5; from then on no raise, until a timeout 30 s later.
  const recording: readonly (readonly [action: string, parameters: Record<string, number>])[] = [
    ["user.set_affinity", { irq: 0, cpu: 1, on: 1 }],
    ["move.allocate", { irq: 0, vector: 1 }],
    ["move.write_address", { irq: 0 }],
    ["move.write_data", { irq: 0 }],
    ["move.leave_identity", { irq: 0 }],
    ["move.enter_identity", { irq: 0 }],
    ["cpu.sync_timer", { hart: 0 }],
    ["device.raise", { device: 0 }],
    ["cpu.accept", { cpu: 1, vector: 1 }],
    ["irq.lock", { cpu: 1 }],
    ["irq.handler", { cpu: 1 }],
    ["irq.finish", { cpu: 1 }],
    ["user.set_affinity", { irq: 0, cpu: 0, on: 1 }],
    ["move.allocate", { irq: 0, vector: 0 }],
    ["move.write_address", { irq: 0 }],
    ["device.raise", { device: 0 }],
    ["move.write_data", { irq: 0 }],
    ["move.leave_identity", { irq: 0 }],
    ["move.enter_identity", { irq: 0 }],
    ["cpu.sync_timer", { hart: 0 }],
  ];

  test("is a run of imsic-original, and ends with the device waiting for ever", () => {
    const { model } = entryOf("imsic-original")!.system({ moves: 2, "device-kind": "handshake" });
    const state = structuredClone(model.initial[0]) as SystemState;
    for (const [action, parameters] of recording) {
      const instance = model.instances.find(
        (candidate) =>
          candidate.action === action &&
          Object.entries(parameters).every(([name, value]) => candidate.parameters[name] === value),
      )!;
      expect([action, instance.guard(state)]).toEqual([action, true]);
      instance.recipe(state);
    }
    expect(isQuiet(state)).toBe(true);
    expect(state.device[0]).toMatchObject({ uncovered: true, armed: false, address: 0, data: 0 });
    // The message waits at the new hart's file, for the next owner of the old identity's number there.
    expect(state.cpu[0]!.irr).toEqual([false, true]);
    expect(state.cpu[0]!.table).toEqual([0, "unused"]);
    const raise = model.instances.find(({ action }) => action === "device.raise")!;
    expect(raise.guard(state)).toBe(false);
  });
});

describe("the driver before v6.15", () => {
  test("drops what comes to the new hart while the handler runs on the old one", async () => {
    const report = await run("imsic-temporary-id");
    const trace = report.properties[0]!.trace!;
    expect(trace.steps.map(({ label }) => label)).toContain("handler runs elsewhere: dropped");
    expect((await run("imsic-temporary-id", { flow: "edge" })).verdict).toBe("holds");
  });

  test("lets a second move begin before the old hart has handed over, and loses what was pending there", async () => {
    const report = await run("imsic-temporary-id", { flow: "edge", moves: 2 });
    expect(report.verdict).toBe("violated");
    const taken = stepsTo(report);
    // The old hart's sync comes last, when the identity that it sends the interrupt to has been given back.
    expect(taken.filter((action) => action === "move.allocate").length).toBe(2);
    expect(taken.at(-1)).toBe("cpu.sync_timer");
  });
});

describe("the merged driver", () => {
  test("loses an interrupt where two change places: one's temporary identity is the other's new one", async () => {
    const report = await run("imsic-merged-crossing", {}, ["foreign-eip-preserved"]);
    const { steps } = report.properties[0]!.trace!;
    const last = steps.at(-1)!;
    expect(last.action).toBe("move.leave_identity");
    const before = steps.at(-2)!.state;
    const mover = last.parameters!["irq"] as number;
    const other = 1 - mover;
    // Both moves continue; the other's new identity is the mover's temporary one, pending and not enabled yet.
    expect(before.irq[other]!.migration.step).toBeGreaterThan(0);
    const { cpu, vector } = before.irq[other]!;
    expect(before.irq[mover]!.vector).toBe(vector);
    expect(before.cpu[cpu]!.irr[vector]).toBe(true);
    expect(before.imsic![cpu]!.identity[vector]!.enable).toBe(false);
    // A handshake device cannot raise before its handler has run, which comes after the move.
    expect((await run("imsic-merged-crossing", { "device-kind": "handshake" })).verdict).toBe("holds");
  });

  test("offline, only the temporary identity is forgotten where the hart dispatches at once", async () => {
    const report = await run("imsic-offline", { "dispatch-delay": "none" });
    const { steps } = report.properties[0]!.trace!;
    const raise = steps.findIndex(({ action }) => action === "device.raise");
    expect(steps[raise - 1]!.state.device[0]).toMatchObject({ address: 0, data: 1 });
  });

  test("offline, a move shortly before leaves the interrupt on the dead hart", async () => {
    const report = await run("imsic-offline", { "dying-sync": true, moves: 1 }, ["effective-target-online"]);
    expect(report.verdict).toBe("violated");
    const { steps } = report.properties[0]!.trace!;
    const { cpu } = steps.at(-1)!.state.irq[0]!;
    expect(steps.at(-1)!.state.hotplug!.online[cpu]).toBe(false);
    // When its turn came to be moved off, its identity still knew where it had been, on a hart that stays: -EBUSY.
    const asked = steps.findIndex(({ action }) => action === "offline.migrate");
    const { state } = steps[asked - 1]!;
    expect(state.imsic![cpu]!.identity[state.irq[0]!.vector]!.previous?.cpu).toBe(1 - cpu);
  });

  test("with late stores to interrupt files nothing is lost for any number of moves", async () => {
    expect((await run("imsic-merged", { stores: "later", moves: 2 })).verdict).toBe("holds");
    expect((await run("imsic-merged-in-use", { stores: "later", raises: 1 })).verdict).toBe("holds");
  });
});

test("three harts do not fill two groups of two", () => {
  expect(() => entryOf("imsic-merged-two-words")!.system({ cpus: 3 })).toThrow(/--cpus 3 leaves a group/);
});

test("AVEC: a requester on the old CPU takes the IPI only after the write", async () => {
  expect((await run("avec", { "runs-on": "old-cpu", moves: 2 })).verdict).toBe("holds");
  expect((await run("avec", { "runs-on": "elsewhere" })).verdict).toBe("violated");
});
