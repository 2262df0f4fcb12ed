/** What the closing sentences of a counterexample say where nothing, or nothing that helps, happens any more. */
import { check } from "irqproof/checker";
import { entryOf } from "irqproof/model";
import { checkable } from "irqproof/properties";
import { expect, test } from "vitest";

async function closing(id: string, given: object, property: string): Promise<string | undefined> {
  const { properties } = await check(checkable(entryOf(id)!).instantiate({ ...given }), { properties: [property] });
  return properties[0]!.trace?.conclusion;
}

test.each([
  [
    "x86-ipi-sync",
    {},
    "no-deadlock",
    "CPU0 is in the interrupt of vector A, its interrupts off, and waits for the descriptor's lock. " +
      "CPU1 holds the descriptor's lock and, with its interrupts off, waits for CPU0 to take its IPI. " +
      "None of this ever ends.",
  ],
  [
    "x86-two-step-irqs-on",
    { context: "task", "descriptor-lock": "held" },
    "no-deadlock",
    "CPU0 is in the interrupt of vector A, its interrupts off, and waits for the descriptor's lock, " +
      "which is held by the move that it interrupted. None of this ever ends.",
  ],
  [
    "x86-second-move-dropped",
    {},
    "affinity-applied",
    "The interrupt stays on CPU1: the request for CPU0 is forgotten.",
  ],
  ["x86-arrival-missed", {}, "cleanup-done", "CPU0/vector A is never given back."],
  ["x86-edge-flow", {}, "no-livelock", "The interrupt is CPU1's by now, and its handler runs on CPU0 alone."],
] as const)("%s %j: %s", async (id, given, property, sentence) => {
  expect(await closing(id, given, property)).toBe(sentence);
});

test("an event that is never served because it is lost: the sentences of the loss", async () => {
  const [lost, never] = [
    await closing("x86-direct", {}, "no-interrupt-lost"),
    await closing("x86-direct", {}, "eventually-served"),
  ];
  expect(lost).toMatch(/^The message of step \d+ went to CPU1\/vector A, which was nobody's/);
  expect(never).toMatch(/^The message of step \d+ went to .*nobody's/);
  expect(never).toMatch(/nothing will ever deliver this event\.$/);
});

test("what is lost on its way through an IMSIC is called by its identity", async () => {
  const { properties } = await check(checkable(entryOf("imsic-original")!).instantiate(), {
    properties: ["one-word-per-write"],
  });
  expect(properties[0]!.trace?.because).toBe(
    "the device may name CPU1/identity A between CPU0/identity A and CPU1/identity B",
  );
});
