/** The properties of infinite runs: each fails where it should, with a run that shows why, and holds beside it. */
import { check, type PropertyReport } from "irqproof/checker";
import { entryOf, type SystemState } from "irqproof/model";
import { checkable } from "irqproof/properties";
import { describe, expect, test } from "vitest";

async function report(id: string, given: object, property: string): Promise<PropertyReport<SystemState>> {
  const { properties } = await check(checkable(entryOf(id)!).instantiate({ ...given }), { properties: [property] });
  return properties[0]!;
}

/** The actions of the run's loop. */
function loopOf({ trace }: PropertyReport<SystemState>): string[] {
  return trace!.steps.slice(trace!.loopFrom! + 1).map(({ action }) => action ?? "");
}

test.each([
  ["eventually-served", "x86-direct", {}, "x86-two-step", {}],
  ["eventually-served", "gicv3-its-no-resend", {}, "gicv3-its", {}],
  // A request that is refused is forgotten (before a33a5d2d16cb), or kept.
  ["affinity-applied", "x86-second-move-dropped", {}, "x86-second-move", {}],
  // The first arrival is not noticed (before e027fffff799), so that the cleanup never begins.
  ["cleanup-done", "x86-arrival-missed", {}, "x86-cleanup-timer", {}],
  // The old CPU handles for ever what arrives at the new one (before 8d39d6ec4db5).
  ["no-livelock", "x86-edge-flow", { "new-target": "marks" }, "x86-edge-flow", { "new-target": "waits" }],
])("%s is violated by %s %o and holds for %s %o", async (property, bad, badGiven, good, goodGiven) => {
  const violated = await report(bad, badGiven, property);
  expect(violated.verdict).toBe("violated");
  expect(violated.trace?.loopFrom).toBeGreaterThan(0);
  expect((await report(good, goodGiven, property)).verdict).toBe("holds");
});

describe("the runs", () => {
  test("no-livelock: the new CPU marks, the old CPU handles again", async () => {
    const found = await report("x86-edge-flow", {}, "no-livelock");
    expect(loopOf(found)).toEqual(expect.arrayContaining(["device.raise", "irq.lock", "irq.handler", "irq.finish"]));
    const { steps, loopFrom } = found.trace!;
    const handlers = steps.slice(loopFrom).filter(({ action }) => action === "irq.handler");
    expect(handlers.map(({ parameters }) => parameters)).toEqual(handlers.map(() => ({ cpu: 0 })));
  });

  test("affinity-applied: the device fires on and on, and nobody asks again", async () => {
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
