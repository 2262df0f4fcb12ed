/** The properties of infinite runs: each fails where it should, with a run that shows why, and holds beside it. */
import type { PropertyReport } from "irqproof/checker";
import { type SystemState } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { checkable } from "irqproof/catalogue";
import { describe, expect, test } from "vitest";
import { check } from "../model/checking.ts";

async function report(id: string, given: object, property: string): Promise<PropertyReport<SystemState>> {
  const { properties } = await check(checkable(entryOf(id)!).instantiate({ ...given }), { properties: [property] });
  return properties[0]!;
}

/** The actions of the run's loop. */
function loopOf({ trace }: PropertyReport<SystemState>): string[] {
  return trace!.steps.slice(trace!.loopFrom! + 1).map(({ action }) => action ?? "");
}

// What the other three find, and that each holds after the repair, is in test/model/bugs.test.ts: B12, B14 and B18.
test.each([
  ["x86-direct", "x86-two-step"],
  ["gicv3-its-no-resend", "gicv3-its"],
])("eventually-served is violated by %s and holds for %s", async (bad, good) => {
  const violated = await report(bad, {}, "eventually-served");
  expect(violated.verdict).toBe("violated");
  expect(violated.trace?.loopFrom).toBeGreaterThan(0);
  expect((await report(good, {}, "eventually-served")).verdict).toBe("holds");
});

describe("the runs", () => {
  test("no-livelock: the new CPU marks, the old CPU handles again", async () => {
    const found = await report("x86-edge-flow", {}, "no-livelock");
    expect(loopOf(found)).toEqual(expect.arrayContaining(["device.raise", "irq.lock", "irq.handler", "irq.finish"]));
    const { steps, loopFrom } = found.trace!;
    const handlers = steps.slice(loopFrom).filter(({ action }) => action === "irq.handler");
    expect(handlers.map(({ parameters }) => parameters)).toEqual(handlers.map(() => ({ cpu: 0 })));
  });

  test("affinity-applied: the device fires forever, and affinity is not requested again", async () => {
    const loop = loopOf(await report("x86-second-move-dropped", {}, "affinity-applied"));
    expect(loop).toContain("device.raise");
    expect(loop.filter((action) => action.startsWith("move.") || action === "user.set_affinity")).toEqual([]);
  });

  test("cleanup-done: arrivals on the new target, and no cleanup", async () => {
    const loop = loopOf(await report("x86-arrival-missed", {}, "cleanup-done"));
    expect(loop).toContain("irq.handler");
    expect(loop).not.toContain("cpu.cleanup_timer");
  });
});

test("a request waits for an interrupt: without events nothing is said", async () => {
  const { properties } = checkable(entryOf("x86-two-step")!).instantiate({ raises: 2 });
  expect(properties.has("affinity-applied")).toBe(false);
  expect(properties.has("eventually-served")).toBe(true);
});

// A property that "holds" because nothing is ever requested, or nothing is ever old, says nothing.
test.each([
  ["x86-startup-late", false, true],
  ["x86-offline-direct", false, false],
  ["imsic-offline", false, false],
  ["x86-managed", false, false],
  ["x86-free-and-request", true, false],
  ["x86-offline", true, true],
])("%s: what can be asked of affinity and old vectors", async (id, affinity, cleanup) => {
  const model = checkable(entryOf(id)!).instantiate();
  expect([model.properties.has("affinity-applied"), model.properties.has("cleanup-done")]).toEqual([affinity, cleanup]);
  const ids = ["affinity-applied", "cleanup-done"].filter((property) => model.properties.has(property));
  if (ids.length === 0) return;
  const { properties } = await check(model, { properties: ids });
  expect(properties.map(({ remark }) => remark)).toEqual(ids.map(() => undefined));
});
