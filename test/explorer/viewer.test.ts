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

describe("cards and arrows of what stands in front of the CPUs", () => {
  /** The last step of the run of the actions, the first enabled instance of each. */
  async function lastOf(
    id: string,
    actions: readonly string[],
    given: Readonly<Record<string, string>> = {},
  ): Promise<{ cards: ReadonlyMap<string, string>; arrows: readonly string[] }> {
    const explored = await opened(id, given);
    const viewer = new Viewer(explored);
    const walker = walkerOf(explored.model);
    let { state } = walker.start(0);
    const instances = actions.map((action) => {
      const enabled = walker.enabled(state).find((one) => explored.model.instances[one.index]!.action === action);
      if (enabled === undefined) throw new Error(`${action} is not enabled`);
      ({ state } = walker.take(state, enabled.index));
      return enabled.index;
    });
    const { arrows, machine } = viewer.run({ initial: 0, instances }).at(-1)!;
    const text = machine.map(({ title, status, facts }): [string, string] => [
      title,
      [status, ...facts.map(({ name, value }) => `${name}: ${value}`)].join("; "),
    ]);
    const lane = (at: number): string => viewer.lanes[at]!.name;
    return {
      cards: new Map(text),
      arrows: arrows.map(
        ({ from, to, head, isLost }) => `${lane(from)} -> ${lane(to)}: ${head}${isLost ? " (lost)" : ""}`,
      ),
    };
  }

  test("a virtual CPU, to which a message is posted", async () => {
    const { cards, arrows } = await lastOf("x86-guest", ["kvm.begin_posting", "device.raise"]);
    expect(cards.get("Virtual CPU")).toBe(
      "runs on CPU0; looks at what is posted: yes; entry 0: to the vCPU; irq0 posted: 1",
    );
    expect(cards.get("Device")).toContain("an event would go: the vCPU");
    expect(arrows).toEqual(["Device -> IOMMU: posted to the vCPU", "IOMMU -> CPU0: notified: vCPU looks"]);
  });

  test("a virtual CPU that the entry does not have notified", async () => {
    const given = { "entry-cpu": "at-next-schedule" };
    const { cards, arrows } = await lastOf("x86-avic", ["kvm.begin_posting", "device.raise"], given);
    expect(cards.get("Virtual CPU")).toMatch(/^runs on CPU0; looks at what is posted: no; .*entry 0 notifies: no CPU$/);
    expect(cards.get("Device")).toContain("an event would go: the vCPU, which is not notified");
    expect(arrows).toEqual(["Device -> IOMMU: posted to the vCPU"]);
  });

  test("the notification of posted MSI, and its handler", async () => {
    const raised = await lastOf("x86-posted", ["device.raise"]);
    expect(raised.cards.get("CPU0")).toContain("notification vector requested: 1; notification handler: does not run");
    const taken = await lastOf("x86-posted", ["device.raise", "cpu.accept_notification"]);
    expect(taken.cards.get("CPU0")).toContain("notification handler: harvesting");
  });

  test("the status bit of a demultiplexer, and the work on the interrupt's CPU", async () => {
    const moves = ["user.set_affinity", "move.set_target"];
    const raised = await lastOf("msi-redirect", [...moves, "device.raise"]);
    expect(raised.cards.get("MSI controller")).toMatch(/MSI 0 status: 1; MSI 0 redirected to: CPU1$/);
    expect(raised.arrows).toEqual(["Device -> MSI controller: status bit set"]);
    const queued = await lastOf("msi-redirect", [...moves, "device.raise", "demux.redirect"]);
    expect(queued.arrows).toEqual(["CPU0 -> MSI controller: status cleared", "CPU0 -> CPU1: irq_work: assigned"]);
    const suspended = await lastOf("msi-redirect-offline", ["pm.suspend"]);
    expect(suspended.cards.get("MSI controller")).toContain("MSI 0 device power: off");
    expect(suspended.cards.get("Device")).toContain("an event would go: nowhere: the device is silent");
  });
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
  "x86-avic",
  "msi-redirect",
  "msi-redirect-offline",
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
