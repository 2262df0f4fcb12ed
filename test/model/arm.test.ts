import type { PropertyReport } from "irqproof/checker";
import { type SystemState } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { checkable } from "irqproof/catalogue";
import { describe, expect, test } from "vitest";
import { check } from "./checking.ts";
import { unexpected } from "./expected.ts";

async function report(id: string, given: object, property = "no-interrupt-lost"): Promise<PropertyReport<SystemState>> {
  const { properties } = await check(checkable(entryOf(id)!).instantiate({ ...given }), { properties: [property] });
  return properties[0]!;
}

const coverages = ["dispatch", "service", "occurrence"];

describe("own parameters, for every coverage", () => {
  test.each([
    ["gicv2m", { distributor: "gicv2" }],
    ["gicv3-its", { "pending-bit": "left" }],
    ["gicv3-its-no-resend", { "pending-bit": "left" }],
    ["sg2042-msi", { startup: "affinity-first" }],
  ])("%s with %o", async (id, own) => {
    for (const coverage of coverages) {
      expect(await unexpected(id, { ...own, coverage })).toEqual([]);
    }
  });
});

describe("an LPI on the new CPU while the old one handles", () => {
  test("is dropped without the resend: the race of 9c15eeb5362c", async () => {
    const { trace } = await report("gicv3-its-no-resend", {});
    expect(trace!.steps.slice(1).map(({ action }) => action)).toEqual([
      "device.raise",
      "cpu.accept",
      "irq.lock",
      "device.raise",
      "user.set_affinity",
      "move.movi",
      "cpu.accept",
      "irq.lock",
      "irq.handler",
      "irq.finish",
    ]);
    expect(trace!.conclusion).toMatch(/CPU1 took LPI 0 while its handler ran on another CPU and dropped it \(step 8\)/);
  });

  // Its handler lets it raise again before the end of the interrupt: the second event is that of a device that waits.
  test("a handshake device is then stuck forever", async () => {
    expect((await report("gicv3-its-no-resend", { "device-kind": "handshake" }, "not-stale")).verdict).toBe("violated");
    expect((await report("gicv3-its", { "device-kind": "handshake" }, "not-stale")).verdict).toBe("holds");
  });

  test("an SPI is active in the distributor, so none comes", async () => {
    expect((await report("gicv2m", { moves: "unbounded" }, "no-in-progress-drop")).verdict).toBe("holds");
    expect((await report("gicv2m", { moves: "unbounded" })).verdict).toBe("holds");
  });
});

test("sg2042-msi: the source is pending, and enabled for no CPU", async () => {
  const { trace } = await report("sg2042-msi", { startup: "affinity-first" });
  expect(trace!.steps.at(-1)!.state.routing![0]).toMatchObject({ cpu: null, enabled: true, waiting: true });
  expect(trace!.conclusion).toMatch(/source 0 is pending, but routed to no CPU/);
});

test("every CPU knows an interrupt by the same number, so there must be one for each device", () => {
  expect(() => checkable(entryOf("gicv3-its")!).instantiate({ devices: 3 })).toThrow(
    "gicv3-its: 3 devices need 3 interrupt numbers, not 2; raise --vectors",
  );
});
