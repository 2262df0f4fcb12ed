/** Runs are shown as the reference semantics takes them. */
import * as fc from "fast-check";
import { check, changeTexts, walkerOf } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { Viewer } from "../../explorer/views/viewer.ts";
import type { StepView } from "../../explorer/wire.ts";
import { opened } from "./opened.ts";

const direct = await opened("x86-direct");
const report = await check(direct.model, { purity: "assumed" });
const race = report.properties.find(({ id }) => id === "no-interrupt-lost")!.trace!;

/** An arrow in words. */
function arrowsOf({ lanes }: Viewer, { arrows }: StepView): string[] {
  return arrows.map(({ from, to, kind, head, isLost }) => {
    return `${kind} ${lanes[from]!.name}-${lanes[to]!.name} ${head}${isLost ? " X" : ""}`;
  });
}

describe("the README's race", () => {
  const viewer = new Viewer(direct);
  const path = viewer.walker.pathOf(race);
  const steps = viewer.run(path);

  test("has the states, labels and changes of the counterexample", () => {
    expect(steps.map(({ state }) => state)).toEqual(race.steps.map(({ state }) => state));
    expect(steps.slice(1).map(({ label }) => label)).toEqual(race.steps.slice(1).map(({ label }) => label));
    const states = race.steps.map(({ state }) => state);
    const changed = states.slice(1).map((state, index) => changeTexts(direct.model, states[index]!, state));
    expect(steps.slice(1).map(({ changes }) => changes)).toEqual(changed);
    const known = steps.map((step) => ({ ...step, instance: null }));
    expect(viewer.trace(race)).toEqual(known);
  });

  test("has a lane for each CPU and the device, and the lost message ends in nothing", () => {
    expect(viewer.lanes.map(({ name }) => name)).toEqual(["CPU0", "CPU1", "Device"]);
    expect(steps.map((step) => arrowsOf(viewer, step))).toEqual([
      [],
      [],
      [],
      ["write CPU0-Device address := CPU1"],
      ["message Device-CPU1 unassigned: lost X"],
      ["write CPU0-Device data := B"],
      [],
      [],
    ]);
    expect(steps.map(({ tone }) => tone).slice(-2)).toEqual(["bad", "bad"]);
    const points = steps.map(({ lanes }) => lanes[2]!).map(({ tone, text }) => `${tone}: ${text}`);
    expect(new Set(points)).toEqual(
      new Set(["good: CPU0/vector A, assigned", "bad: CPU1/vector A, unassigned", "good: CPU1/vector B, assigned"]),
    );
  });

  test("marks the step at which each property breaks", () => {
    const first = new Map<string, number>();
    for (const [at, { violated }] of steps.entries()) {
      for (const { id } of violated) if (!first.has(id)) first.set(id, at);
    }
    // As the text report of `irqproof check x86-direct` says.
    expect(Object.fromEntries(first)).toEqual({
      "target-live-in-move": 3,
      "carrier-exists": 4,
      "check-covers": 5,
      "one-word-per-write": 5,
      "no-stray": 7,
      "no-interrupt-lost": 7,
    });
    expect(steps.map(({ isIdle }) => isIdle)).toEqual([true, ...Array<boolean>(6).fill(false), true]);
  });
});

test("the two-step update looks where its intermediate target is, and sends the interrupt on", async () => {
  const explored = await opened("x86-two-step");
  const viewer = new Viewer(explored);
  const { walker } = viewer;
  /** Takes the first enabled step whose label begins so. */
  let path = { initial: 0, instances: [] as number[] };
  for (const label of [
    "raise -> CPU0/vector A",
    "set_affinity(CPU1)",
    "vector A accepted",
    "lock descriptor",
    "allocate CPU1/vector B",
    "mark",
    "write_data",
    "raise -> CPU0/vector B",
    "write_address",
    "unlock",
    "read IRR",
    "retrigger",
  ]) {
    const { state } = viewer.stateAt(path);
    const found = walker.enabled(state).find((instance) => instance.label(state).startsWith(label));
    expect([label, found?.label(state)]).toEqual([label, expect.stringContaining(label)]);
    path = { initial: 0, instances: [...path.instances, found!.index] };
  }
  const steps = viewer.run(path);
  expect(arrowsOf(viewer, steps[8]!)).toEqual(["message Device-CPU0 unassigned: not lost yet"]);
  expect(arrowsOf(viewer, steps[12]!)).toEqual(["ipi CPU0-CPU1 IPI, vector B: assigned"]);
  expect(steps.flatMap(({ violated }) => violated)).toEqual([]);
});

describe.each([
  "x86-two-step-posted",
  "msix-unmasked",
  "x86-remapped-torn",
  "imsic-merged-two-words",
  "gicv2m",
  "gicv3-its",
  "avec",
  "x86-offline",
  "x86-ipi-async",
  "x86-posted",
  "x86-guest",
  "imsic-idle",
  "plic-chained",
  "aplic-msi",
  "gicv2m-guest",
])("random runs of %s", (id) => {
  test("are drawn with lanes that exist, and go as the reference semantics says", async () => {
    const explored = await opened(id, id.startsWith("x86") ? { fabric: "fifo" } : {});
    const viewer = new Viewer(explored);
    const walker = walkerOf(explored.model);
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), (picks) => {
        let { state } = walker.start(0);
        const instances: number[] = [];
        for (const pick of picks) {
          const enabled = walker.enabled(state);
          if (enabled.length === 0) break;
          const { index } = enabled[pick % enabled.length]!;
          instances.push(index);
          ({ state } = walker.take(state, index));
        }
        const steps = viewer.run({ initial: 0, instances });
        expect(steps.at(-1)!.state).toEqual(state);
        const { choices } = viewer.next({ initial: 0, instances });
        expect(choices.map(({ instance }) => instance)).toEqual(walker.enabled(state).map(({ index }) => index));
        for (const { arrows, lanes, lane, machine } of steps) {
          expect(lanes).toHaveLength(viewer.lanes.length);
          expect(machine.map(({ title }) => title)).toEqual(steps[0]!.machine.map(({ title }) => title));
          for (const { from, to } of arrows) expect([viewer.lanes[from], viewer.lanes[to]]).not.toContain(undefined);
          expect(lane === null || viewer.lanes[lane] !== undefined).toBe(true);
        }
      }),
      { numRuns: 15 },
    );
  });
});

test("a step that is not enabled is refused with its place", () => {
  const viewer = new Viewer(direct);
  const path = viewer.walker.pathOf(race);
  const instances = [...path.instances.slice(0, 3), path.instances[0]!];
  expect(() => viewer.run({ initial: 0, instances })).toThrow(/^step 4: user\.set_affinity.* is not enabled/);
  expect(() => viewer.run({ initial: 7, instances: [] })).toThrow("has no initial state 7");
  expect(() => viewer.run({ initial: 0, instances: [99_999] })).toThrow("has no action instance 99999");
});
