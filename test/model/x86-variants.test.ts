/** Parameters of x86 entries: the verdicts are as their expectations say. */
import { entryOf } from "irqproof/catalogue";
import { scheme } from "irqproof/properties";
import { checkable } from "irqproof/catalogue";
import { expect, test } from "vitest";
import { soundCheck } from "../checker/sound.ts";
import { x86OfflineTwoStep } from "../../catalogue/x86/schemes/offline.ts";
import { check } from "./checking.ts";

test.each([
  ["x86-cleanup-unchecked", { by: "lowest-ipi" }],
  ["x86-cleanup-unchecked", { by: "lowest-ipi", moves: 2 }],
  ["x86-cleanup-unchecked", { by: "urgent-ipi" }],
  ["x86-remapped", { "pending-test": "misses" }],
  ["x86-remapped", { "pending-test": "misses", coverage: "service" }],
  ["x86-remapped", { "pending-test": "misses", coverage: "occurrence" }],
  ["x86-remapped-disabled", { entry: "left-disabled" }],
  ["x86-offline", { mark: false }],
  ["x86-offline-exhausted", { "tries-all-cpus": false }],
  ["x86-offline-unfinished", { "gives-back": "all" }],
  ["x86-offline-unfinished", { "gives-back": "none" }],
  ["x86-offline-unfinished", { "gives-back": "none", "drains-list": true }],
  ["x86-offline-unfinished", { "gives-back": "targeted", "drains-list": true }],
  ["x86-offline-unfinished", { "cleanup-by": "ipi" }],
  ["x86-edge-flow", { "new-target": "waits" }],
  ["x86-managed", { "driver-quiesces": false }],
  ["x86-free-and-request", { stray: "rechecked" }],
  ["x86-enable-toggled", { "while-disabled": "dropped" }],
  ["x86-two-step-posted", { "read-back": false }],
])("%s %o", async (id, given) => {
  const entry = entryOf(id)!;
  const model = checkable(entry).instantiate(given);
  const expected = Object.entries(entry.expected(given)).filter(([property]) => model.properties.has(property));
  const report = await check(model, { properties: expected.map(([property]) => property) });
  expect(report.stopped).toBeUndefined();
  expect(Object.fromEntries(report.properties.map(({ id: property, verdict }) => [property, verdict]))).toEqual(
    Object.fromEntries(expected),
  );
});

test("a CPU whose last step begins a move is refused", async () => {
  const strategy = x86OfflineTwoStep();
  const hotplug = strategy.hotplug!;
  const upTo = (last: string): typeof hotplug => ({
    ...hotplug,
    offline: (system) =>
      hotplug.offline(system).slice(0, hotplug.offline(system).findIndex(({ name }) => name === last) + 1),
  });
  const checkUpTo = (last: string): Promise<unknown> =>
    soundCheck(
      scheme({ name: "cut", title: "", strategy: { ...strategy, hotplug: upTo(last) } }).instantiate({ moves: 0 }),
      { properties: ["no-deadlock"] },
    );
  await expect(checkUpTo("migrate")).rejects.toThrow(/of the outgoing CPU, migrate, begins a move, and nothing waits/);
  await expect(checkUpTo("disable_controller")).resolves.toBeDefined();
});

test("a stray that was written over the outgoing CPU's last slot does not leave its stopper without a step", async () => {
  const given = { raises: 2, stray: "unchecked", moves: 2 };
  const model = checkable(entryOf("x86-offline-apic-off-first")!).instantiate(given);
  expect((await check(model, { properties: ["no-interrupt-lost"] })).verdict).toBe("violated");
});
