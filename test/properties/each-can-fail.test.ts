/**
 * Every property, on a state or a step that is broken by hand: some of them no strategy of the catalogue violates, and
 * a promise that cannot be broken promises nothing.
 */
import { check, model, reasonOf, type Judgement, type Property } from "irqproof/checker";
import { type InterruptSystem, type SystemState } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { propertyIds, type PropertyId } from "irqproof/properties";
import { properties } from "irqproof/properties";
import { describe, expect, test } from "vitest";

const system = entryOf("x86-two-step")!.system({ devices: 2, fabric: "fifo" });
/** Properties that need another system to have a meaning. */
const others: Readonly<Record<string, InterruptSystem>> = {
  "not-stale": entryOf("x86-two-step")!.system({ devices: 2, "device-kind": "handshake" }),
};
const systemOf = (id: string): InterruptSystem => others[id] ?? system;

function stateOf({ model: { initial } }: InterruptSystem, change: (state: SystemState) => void): SystemState {
  const state = structuredClone(initial[0]) as SystemState;
  change(state);
  return state;
}

function propertyOf(id: PropertyId): Property<SystemState> {
  return properties.find((entry) => entry.id === id)!.property(systemOf(id));
}

type Frame = SystemState["cpu"][number]["stack"][number];

/** A hard interrupt for vector A, of which the properties look at these parts. */
function frame(slot: Frame["slot"], stage: Frame["stage"]): Frame {
  return { vector: 0, slot, stage, handledElsewhere: false, source: [false, false] } as Frame;
}

/** Device 0 is at CPU0/vector A and device 1 at CPU1/vector A; nothing has moved. */
const broken: Readonly<Record<string, readonly [change: (state: SystemState) => void, reason: RegExp]>> = {
  "no-interrupt-lost": [(state) => (state.device[1]!.uncovered = true), /Device1: its event is uncovered/],
  "carrier-exists": [(state) => (state.device[1]!.uncovered = true), /Device1: .*no carrier/],
  "not-stale": [(state) => (state.device[1]!.armed = false), /Device1: its handler has not run/],
  "target-live-in-move": [
    (state) => (state.device[0]!.address = 1),
    /Device0: a message sent now would go to CPU1\/vector A and never/,
  ],
  "move-on-target": [
    (state) => {
      state.irq[0]!.migration.step = 2;
      state.irq[0]!.migration.cpu = 1;
    },
    /interrupt 0: moved off CPU0 by CPU1/,
  ],
  "target-live": [(state) => (state.device[0]!.data = 1), /Device0: CPU0\/vector B is unused/],
  "device-matches-descriptor": [
    (state) => (state.irq[0]!.vector = 1),
    /Device0: the device has CPU0\/vector A, but the descriptor CPU0\/vector B/,
  ],
  "one-owner": [(state) => (state.cpu[1]!.table[1] = 0), /every owned slot .*CPU1\/vector B/],
  "handler-exclusion": [
    (state) => {
      for (const cpu of state.cpu) cpu.stack.push(frame(0, "handler"));
    },
    /interrupt 0: its handler runs 2 times at once/,
  ],
  "eoi-balanced": [(state) => (state.cpu[1]!.isr[0] = true), /CPU1: vector A: in service: 1, EOIs due: 0/],
};

test.each(Object.entries(broken))("%s, in a broken state", (id, [change, reason]) => {
  const property = propertyOf(id as PropertyId);
  if (property.kind !== "always") throw new Error(`${id} is of the kind ${property.kind}`);
  expect(property.holds(stateOf(systemOf(id), () => {}))).toBe(true);
  expect(reasonOf(property.holds(stateOf(systemOf(id), change)))).toMatch(reason);
});

test("eoi-balanced, where an EOI was given twice", () => {
  const property = propertyOf("eoi-balanced");
  if (property.kind !== "always") throw new Error("not an invariant");
  const state = stateOf(system, ({ cpu }) => {
    cpu[0]!.stack.push(frame(0, "move"));
  });
  expect(reasonOf(property.holds(state))).toMatch(/CPU0: vector A: in service: 0, EOIs due: 1/);
});

describe("in a broken step", () => {
  const judge = (
    id: PropertyId,
    action: string,
    before: (state: SystemState) => void,
    after: (state: SystemState) => void,
  ): Judgement => {
    const property = propertyOf(id);
    if (property.kind !== "step") throw new Error(`${id} is of the kind ${property.kind}`);
    const first = stateOf(system, before);
    const second = structuredClone(first);
    after(second);
    return property.holds(first, { action, parameters: { cpu: 0, vector: 0 } }, second);
  };
  const dispatches = (slot: number | "unused") => (state: SystemState) => {
    state.cpu[0]!.stack.push(frame(slot, "entry"));
  };

  test("no-stray", () => {
    const unused = (state: SystemState): void => {
      state.cpu[0]!.table[0] = "unused";
      dispatches("unused")(state);
    };
    expect(reasonOf(judge("no-stray", "cpu.stray", unused, () => {}))).toBe("CPU0/vector A is unassigned");
  });

  test("no-foreign-only", () => {
    const from = (device: number) => (state: SystemState) => {
      state.cpu[0]!.source[0]![device] = true;
    };
    expect(judge("no-foreign-only", "cpu.accept", from(0), dispatches(0))).toBe(true);
    expect(reasonOf(judge("no-foreign-only", "cpu.accept", from(1), dispatches(0)))).toMatch(
      /only for device 1's event/,
    );
  });

  test("no-free-while-pending", () => {
    const free = (state: SystemState): void => {
      state.cpu[0]!.table[0] = "unused";
    };
    const requested = (state: SystemState): void => {
      state.cpu[0]!.irr[0] = true;
    };
    const onItsWay = (state: SystemState): void => {
      state.fabric[0]![0]!.push(0);
    };
    expect(judge("no-free-while-pending", "cpu.cleanup_timer", () => {}, free)).toBe(true);
    expect(reasonOf(judge("no-free-while-pending", "cpu.cleanup_timer", requested, free))).toMatch(/while requested/);
    expect(reasonOf(judge("no-free-while-pending", "cpu.cleanup_timer", onItsWay, free))).toMatch(/in flight/);
  });
});

test("no-deadlock, where a CPU spins on a lock that is never released", async () => {
  const { layout } = system.model;
  const stuck = model({
    name: "stuck",
    state: layout.type,
    initial: stateOf(system, ({ irq, cpu }) => {
      irq[0]!.locked = true;
      cpu[0]!.interruptsEnabled = false;
    }),
    actions: { "device.raise": { when: () => false, then: () => {} }, "user.set_affinity": { then: () => {} } },
    properties: {
      "no-deadlock": { ...propertyOf("no-deadlock"), ignoring: ["device.raise", "user.set_affinity"] } as never,
    },
  });
  expect((await check(stuck)).verdict).toBe("violated");
});

test("none is left out", () => {
  const steps = ["no-stray", "no-foreign-only", "no-free-while-pending", "no-deadlock"];
  // In moves-can-fail.test.ts.
  const moves = [
    "bounded-spurious",
    "check-covers",
    "retrigger-once",
    "one-word-per-write",
    "no-in-progress-drop",
    "mask-restored",
    "no-needless-move",
    "no-access-unpowered",
  ];
  // In hotplug-can-fail.test.ts.
  const hotplug = [
    "no-drop-offline",
    "table-owner",
    "no-reuse-before-clean",
    "effective-target-online",
    "single-old-vector",
    "no-leak",
    "offline-cleanup",
    "offline-drained",
    "managed-restart",
    "disabled-stays-masked",
    "startup-order",
  ];
  // In imsic-can-fail.test.ts.
  const imsic = ["pending-transfer", "foreign-eip-preserved", "enable-converges", "no-latent-stray"];
  // In liveness.test.ts.
  const runs = ["eventually-served", "affinity-applied", "cleanup-done", "no-livelock"];
  expect([...Object.keys(broken), ...steps, ...moves, ...hotplug, ...imsic, ...runs].toSorted()).toEqual(
    [...propertyIds].toSorted(),
  );
});
