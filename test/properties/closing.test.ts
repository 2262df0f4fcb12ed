/** The closing sentences of counterexamples that end idle, in a deadlock, or with an event that stays uncovered. */
import { entryOf, revivals } from "irqproof/model";
import { checkable } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { check } from "../model/checking.ts";

async function closing(id: string, given: object, property: string): Promise<string | undefined> {
  const { properties } = await check(checkable(entryOf(id)!).instantiate({ ...given }), { properties: [property] });
  return properties[0]!.trace?.conclusion;
}

test.each([
  [
    "x86-ipi-sync",
    {},
    "no-deadlock",
    "CPU0 is in the interrupt of vector A with interrupts off and waits for the descriptor's lock. " +
      "CPU1 holds the descriptor's lock and waits, with interrupts off, for CPU0 to take its IPI. " +
      "These waits never end.",
  ],
  [
    "x86-two-step-irqs-on",
    { context: "task", "descriptor-lock": "held" },
    "no-deadlock",
    "CPU0 is in the interrupt of vector A with interrupts off and waits for the descriptor's lock, " +
      "held by the move that it interrupted. These waits never end.",
  ],
  ["x86-second-move-dropped", {}, "affinity-applied", "The interrupt stays on CPU1: the request for CPU0 was dropped."],
  ["x86-arrival-missed", {}, "cleanup-done", "CPU0/vector A is never freed."],
  ["x86-edge-flow", {}, "no-livelock", "The interrupt targets CPU1 by now, but its handler runs only on CPU0."],
] as const)("%s %j: %s", async (id, given, property, sentence) => {
  expect(await closing(id, given, property)).toBe(sentence);
});

test("an event that is never served because it is lost: the sentences of the loss", async () => {
  const [lost, never] = [
    await closing("x86-direct", {}, "no-interrupt-lost"),
    await closing("x86-direct", {}, "eventually-served"),
  ];
  expect(lost).toMatch(/^The message of step \d+ went to CPU1\/vector A, which was unassigned/);
  expect(never).toMatch(/^The message of step \d+ went to .*unassigned/);
  expect(never).toMatch(/this event will never be delivered\.$/);
});

test("what is lost on its way through an IMSIC is called by its identity", async () => {
  const { properties } = await check(checkable(entryOf("imsic-original")!).instantiate(), {
    properties: ["one-word-per-write"],
  });
  expect(properties[0]!.trace?.because).toBe(
    "the device may use CPU1/identity A between CPU0/identity A and CPU1/identity B",
  );
});

describe("no closing sentence claims more than the model knows", () => {
  test.each([
    // `imsic_starting_cpu` would look, though the entry has no CPU come back.
    ["imsic-offline", {}, /this event will not be delivered, unless CPU0 comes back online\.$/],
    ["imsic-offline", { coverage: "occurrence" }, /this event will not be delivered, unless CPU0 comes back online\.$/],
    // The bit waits, disabled, for whatever makes the hart catch up.
    ["imsic-sync-wrong-cpu", {}, /this event will not be delivered, unless another interrupt makes CPU1 sync\.$/],
    // The local APIC is reset when the CPU comes back.
    ["x86-offline-no-scan", {}, /this event will never be delivered\.$/],
    ["x86-direct", {}, /this event will never be delivered\.$/],
  ] as const)("%s %j", async (id, given, sentence) => {
    expect(await closing(id, given, "no-interrupt-lost")).toMatch(sentence);
  });

  test("a device that waits for its handler is stuck only as long", async () => {
    const given = { "device-kind": "handshake" };
    expect(await closing("imsic-offline", given, "no-interrupt-lost")).toMatch(
      /until its handler has run, so it is stuck\.$/,
    );
    expect(await closing("x86-direct", given, "no-interrupt-lost")).toMatch(
      /until its handler has run, so it is stuck forever\.$/,
    );
  });

  test("what coming back would find, a model that lets the CPU come back does find", async () => {
    const { instances } = checkable(entryOf("imsic-offline")!).instantiate();
    expect(instances.some(({ action }) => action === "user.online_cpu")).toBe(false);
    const { system, hotplug } = entryOf("imsic-offline")!.system({});
    const [property] = (
      await check(checkable(entryOf("imsic-offline")!).instantiate(), { properties: ["no-interrupt-lost"] })
    ).properties;
    const end = property!.trace!.steps.at(-1)!.state;
    expect(end.device[0]!.uncovered).toBe(true);
    const [revival] = revivals({ system, hotplug }, end);
    expect(revival!.state.hotplug!.online).toEqual([true, true]);
    // The pending bit has gone after its interrupt.
    expect([end, revival!.state].map(({ cpu }) => cpu.map(({ irr }) => irr.includes(true)))).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});

describe("a move that is refused is shown as refused", () => {
  test.each([
    ["imsic-offline", { "dying-sync": "true", moves: "1" }],
    ["x86-offline-unfinished", { "gives-back": "none" }],
  ] as const)("%s %j", async (id, given) => {
    const model = checkable(entryOf(id)!).instantiate({ ...given });
    const { trace } = (await check(model, { properties: ["no-interrupt-lost"] })).properties[0]!;
    const step = trace!.steps.findIndex(({ label }) => label === "migrate the interrupt: refused, -EBUSY");
    expect(step).toBeGreaterThan(0);
    expect(trace!.conclusion).toContain(
      `The interrupt stayed on CPU1 because its move was refused in step ${step} (-EBUSY).`,
    );
  });

  test("one that is not refused is not", async () => {
    const model = checkable(entryOf("imsic-offline")!).instantiate();
    const { trace } = (await check(model, { properties: ["no-interrupt-lost"] })).properties[0]!;
    expect(trace!.steps.map(({ label }) => label)).toContain("migrate the interrupt");
    expect(trace!.conclusion).not.toContain("refused");
  });
});
