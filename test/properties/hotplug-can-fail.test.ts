/** The properties of CPUs that go offline and of interrupts that start and stop, on states and steps broken by hand. */
import { reasonOf, type Judgement } from "irqproof/checker";
import { type InterruptSystem, type SystemState } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { type PropertyId } from "irqproof/properties";
import { properties } from "irqproof/properties";
import { expect, test } from "vitest";

const offline = entryOf("x86-offline")!.system();
const managed = entryOf("x86-managed")!.system();
const depth = entryOf("x86-managed-depth")!.system();
const startup = entryOf("x86-startup-late")!.system();
const twoStep = entryOf("x86-two-step")!.system({ devices: 2 });

type Change = (state: SystemState) => void;

function stateOf({ model }: InterruptSystem, change: Change): SystemState {
  const state = structuredClone(model.initial[0]) as SystemState;
  change(state);
  return state;
}

const nothing: Change = () => {};
const gone: Change = ({ hotplug, cpu }) => {
  hotplug!.online[1] = false;
  hotplug!.controllerOn[1] = false;
  cpu[1]!.interruptsEnabled = false;
};
const movedTo1: Change = ({ irq, cpu, device }) => {
  Object.assign(irq[0]!, { cpu: 1, vector: 0 });
  cpu[1]!.table[0] = 0;
  device[0]!.address = 1;
};

/** Device 0 is at CPU0/vector A. */
const states: readonly [PropertyId, InterruptSystem, Change, RegExp][] = [
  ["table-owner", twoStep, ({ cpu }) => (cpu[1]!.table[0] = "unused"), /interrupt 1: CPU1\/vector A is unused/],
  ["effective-target-online", offline, (state) => void (gone(state), movedTo1(state)), /interrupt 0: CPU1 is offline/],
  [
    "disabled-stays-masked",
    depth,
    ({ startup: irqs }) => (irqs![0]!.suspended = true),
    /its interrupt is disabled, and it is not masked/,
  ],
  ["no-leak", twoStep, ({ cpu }) => (cpu[1]!.table[1] = 0), /2 interrupts own 3 slots/],
  [
    "no-leak",
    offline,
    (state) => {
      gone(state);
      Object.assign(state.irq[0]!, { previous: { cpu: 1, vector: 0 }, onCleanupList: true });
    },
    /the old vector of interrupt 0 will never be freed/,
  ],
  [
    "offline-cleanup",
    offline,
    (state) => {
      gone(state);
      state.irq[0]!.previous = { cpu: 1, vector: 1 };
    },
    /interrupt 0: CPU1\/vector B is still to be cleaned up/,
  ],
];

test.each(states)("%s, in a broken state", (id, system, change, reason) => {
  const property = properties.find((entry) => entry.id === id)!.property(system);
  if (property.kind !== "always") throw new Error(`${id} is of the kind ${property.kind}`);
  expect(property.holds(stateOf(system, nothing))).toBe(true);
  expect(reasonOf(property.holds(stateOf(system, change)))).toMatch(reason);
});

function judge(id: PropertyId, system: InterruptSystem, action: string, before: Change, after: Change): Judgement {
  const property = properties.find((entry) => entry.id === id)!.property(system);
  if (property.kind !== "step") throw new Error(`${id} is of the kind ${property.kind}`);
  const first = stateOf(system, before);
  const second = structuredClone(first);
  after(second);
  return property.holds(first, { action, parameters: { device: 0, irq: 0, vector: 0 } }, second);
}

const raised: Change = ({ device }) => (device[0]!.uncovered = true);

test("no-drop-offline", () => {
  const toDead: Change = (state) => void (gone(state), movedTo1(state));
  expect(judge("no-drop-offline", offline, "device.raise", nothing, raised)).toBe(true);
  expect(reasonOf(judge("no-drop-offline", offline, "device.raise", toDead, raised))).toMatch(/CPU1 is offline/);
});

test("no-reuse-before-clean", () => {
  const request: Change = ({ irq }) => (irq[0]!.requested = 1);
  const free: Change = (state) => {
    request(state);
    state.cpu[1]!.table[0] = "unused";
  };
  const awaited: Change = (state) => {
    free(state);
    state.irq[0]!.previous = { cpu: 1, vector: 0 };
  };
  expect(judge("no-reuse-before-clean", twoStep, "move.allocate", free, nothing)).toBe(true);
  expect(reasonOf(judge("no-reuse-before-clean", twoStep, "move.allocate", request, nothing))).toMatch(/is assigned/);
  expect(reasonOf(judge("no-reuse-before-clean", twoStep, "move.allocate", awaited, nothing))).toMatch(/cleaned up/);
});

test("single-old-vector", () => {
  const moving: Change = ({ irq }) => (irq[0]!.previous = { cpu: 1, vector: 1 });
  const forgotten: Change = ({ irq }) => (irq[0]!.previous = { cpu: 0, vector: 0 });
  expect(judge("single-old-vector", twoStep, "move.allocate", nothing, forgotten)).toBe(true);
  const found = reasonOf(judge("single-old-vector", twoStep, "move.allocate", moving, forgotten));
  expect(found).toBe("CPU1/vector B of interrupt 0 is not cleaned up and its record is overwritten");
});

test("offline-drained", () => {
  const stopper: Change = ({ hotplug }) => Object.assign(hotplug!.stopper, { cpu: 1, step: 1 });
  const off: Change = ({ hotplug }) => (hotplug!.controllerOn[1] = false);
  const named: Change = (state) => void (stopper(state), movedTo1(state));
  const waiting: Change = (state) => {
    stopper(state);
    raised(state);
    state.hotplug!.online[1] = false;
    state.cpu[1]!.irr[0] = true;
  };
  expect(judge("offline-drained", offline, "offline.disable_controller", stopper, off)).toBe(true);
  expect(reasonOf(judge("offline-drained", offline, "offline.x", named, off))).toMatch(/still sends to CPU1/);
  expect(reasonOf(judge("offline-drained", offline, "offline.x", waiting, off))).toMatch(/is stranded on CPU1/);
});

test("managed-restart", () => {
  const down: Change = ({ device, startup: irqs }) => {
    device[0]!.masked = true;
    irqs![0]!.started = false;
  };
  const downAndFreed: Change = (state) => {
    down(state);
    state.cpu[0]!.table[0] = "shutdown";
  };
  const up: Change = ({ device, startup: irqs }) => {
    device[0]!.masked = false;
    irqs![0]!.started = true;
  };
  expect(judge("managed-restart", managed, "move.start", down, up)).toBe(true);
  expect(reasonOf(judge("managed-restart", managed, "move.start", downAndFreed, up))).toMatch(/no valid target/);
});

test("startup-order", () => {
  const start: Change = ({ startup: irqs }) => (irqs![0]!.started = true);
  const assigned: Change = ({ irq }) => Object.assign(irq[0]!, { cpu: 1, vector: 1 });
  expect(judge("startup-order", startup, "move.start", nothing, start)).toBe(true);
  expect(reasonOf(judge("startup-order", startup, "move.start", assigned, start))).toMatch(/before its message/);
});
