/** Entries of the catalogue, read for any number of CPUs, vectors and devices as they are. */
import { describe, expect, test } from "vitest";
import { checkable, entryOf } from "../../../../catalogue/index.ts";
import { evidenceAt, readFamily, type AnySizeReading } from "../../../../checker/any-size/reading/index.ts";
import { buildAt, enumerate } from "./enumerate.ts";
import type { Any } from "./nodes.ts";

const DIMENSIONS = ["cpus", "vectors", "devices"];

const readingOf = (id: string, given: object = {}, dimensions = DIMENSIONS): AnySizeReading<Any> =>
  readFamily(checkable(entryOf(id)!), { moves: "unbounded", ...given }, dimensions);

describe("x86-two-step, any number of moves and raises", () => {
  const reading = readingOf("x86-two-step");

  test("it is read whole, from two devices on", () => {
    const { actions, properties, unread, abstractions, assumptions } = reading.system;
    expect(actions.map(({ name }) => name)).toEqual(reading.builds.models[0]!.actions);
    // No function throws or leaves the state's type.
    expect(properties.map(({ id }) => id)).not.toContain("well-formed");
    expect(properties.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["carrier-exists", "no-interrupt-lost", "one-owner", "table-owner", "target-live"]),
    );
    expect(unread.map(({ id }) => id)).toEqual(["no-leak"]);
    expect(unread[0]!.because).toContain("no-leak.ts");
    expect(abstractions).toEqual([
      "initial states: any values of device[].address, device[].data in which no two elements agree in device[].address and device[].data",
    ]);
    expect(reading.system.least).toEqual({ devices: 2 });
    expect(assumptions[0]).toMatch(/^the initial states meet the condition that is read off them at \d+ sizes/);
  });

  test("each function is the model's at 2, 1, 2", () => {
    expect(evidenceAt(reading, buildAt(reading, 2, 1, 2)).skipped).toEqual([]);
  });

  test("at 2, 1, 2 it has the states and transitions that a hand encoding has", () => {
    const { states, transitions, startsRight } = enumerate(reading, buildAt(reading, 2, 1, 2));
    expect([states.size, transitions, startsRight]).toEqual([676, 3_796, true]);
  });
});

test("x86-two-step with one device, at 2, 2: the states and transitions of the model", () => {
  const reading = readingOf("x86-two-step", { devices: 1 }, ["cpus", "vectors"]);
  const { states, transitions, startsRight } = enumerate(reading, buildAt(reading, 2, 2));
  expect([states.size, transitions, startsRight]).toEqual([37_408, 139_664, true]);
});
