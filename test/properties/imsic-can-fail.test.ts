/** The properties of the IMSIC, on a state or a step that is broken by hand. */
import { reasonOf, type Judgement, type Property } from "irqproof/checker";
import { type SystemState } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { type PropertyId } from "irqproof/properties";
import { properties } from "irqproof/properties";
import { expect, test } from "vitest";

/** Device 0 is at CPU0/identity A and device 1 at CPU1/identity A; nothing has moved. */
const system = entryOf("imsic-merged")!.system({ devices: 2 });

function stateOf(change: (state: SystemState) => void): SystemState {
  const state = structuredClone(system.model.initial[0]) as SystemState;
  change(state);
  return state;
}

function propertyOf(id: PropertyId): Property<SystemState> {
  return properties.find((entry) => entry.id === id)!.property(system);
}

function inState(id: PropertyId, change: (state: SystemState) => void): Judgement {
  const property = propertyOf(id);
  if (property.kind !== "always") throw new Error(`${id} is of the kind ${property.kind}`);
  return property.holds(stateOf(change));
}

function inStep(
  id: PropertyId,
  action: string,
  before: (state: SystemState) => void,
  after: (state: SystemState) => void,
): Judgement {
  const property = propertyOf(id);
  if (property.kind !== "step") throw new Error(`${id} is of the kind ${property.kind}`);
  const first = stateOf(before);
  const second = structuredClone(first);
  after(second);
  return property.holds(first, { action, parameters: {} }, second);
}

test("pending-transfer: the old identity, or the one passed through, is left pending", () => {
  const pendingAt = (vector: number) => (state: SystemState) => {
    state.cpu[0]!.irr[vector] = true;
    state.cpu[0]!.source[vector]![0] = true;
    state.imsic![0]!.identity[0]!.next = { cpu: 1, vector: 1 };
  };
  const given = (state: SystemState): void => {
    state.cpu[0]!.table[0] = "unused";
  };
  const looksAtBoth = (state: SystemState): void => {
    given(state);
    for (const vector of [0, 1]) state.cpu[0]!.irr[vector] = false;
  };
  const judge = (vector: number, after: (state: SystemState) => void): Judgement =>
    inStep("pending-transfer", "cpu.sync_timer", pendingAt(vector), after);
  expect(judge(1, looksAtBoth)).toBe(true);
  expect(reasonOf(judge(0, given))).toBe("CPU0/identity A is freed while pending");
  expect(reasonOf(judge(1, given))).toBe("CPU0/identity B is left pending");
});

test("foreign-eip-preserved: a bit of another is cleared and not set again", () => {
  const pending = (state: SystemState): void => {
    state.cpu[1]!.irr[0] = true;
    state.cpu[1]!.source[0]![1] = true;
  };
  const cleared = (state: SystemState): void => {
    state.cpu[1]!.irr[0] = false;
  };
  expect(inStep("foreign-eip-preserved", "cpu.accept", pending, cleared)).toBe(true);
  expect(reasonOf(inStep("foreign-eip-preserved", "cpu.sync_timer", pending, cleared))).toBe(
    "CPU1/identity A of device 1 is cleared and not set again",
  );
});

test("enable-converges: no sync is due that sets the bit", () => {
  const disabled = (state: SystemState): void => {
    state.imsic![0]!.enabled[0] = false;
    state.imsic![0]!.identity[0]!.dirty = true;
  };
  const withTimer = (state: SystemState): void => {
    disabled(state);
    state.imsic![0]!.timer = 0;
  };
  expect(inState("enable-converges", () => {})).toBe(true);
  expect(inState("enable-converges", withTimer)).toBe(true);
  expect(reasonOf(inState("enable-converges", disabled))).toMatch(
    /CPU0\/identity A: eie is 0 instead of 1, and no sync is pending/,
  );
});

test("no-latent-stray: an unassigned identity is pending at rest", () => {
  const stray = (state: SystemState): void => {
    state.cpu[0]!.irr[1] = true;
  };
  expect(inState("no-latent-stray", () => {})).toBe(true);
  expect(reasonOf(inState("no-latent-stray", stray))).toMatch(/CPU0\/identity B: it is pending/);
});
