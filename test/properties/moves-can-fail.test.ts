/** The properties of a move's steps and of the flow, on steps that are broken by hand. */
import { reasonOf } from "irqproof/checker";
import { type InterruptSystem, type SystemState } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { type PropertyId } from "irqproof/properties";
import { properties } from "irqproof/properties";
import { expect, test } from "vitest";

const twoStep = entryOf("x86-two-step")!.system({ devices: 2, fabric: "fifo" });
const masked = entryOf("msi-masked")!.system({ devices: 2 });

type Change = (state: SystemState) => void;

/** Why the step from one broken state to another is wrong; undefined if the property has nothing against it. */
function judge(id: PropertyId, action: string, before: Change, after: Change, system = twoStep): string | undefined {
  const property = properties.find((entry) => entry.id === id)!.property(system);
  if (property.kind !== "step") throw new Error(`${id} is of the kind ${property.kind}`);
  const first = structuredClone(initialOf(system));
  before(first);
  const second = structuredClone(first);
  after(second);
  return reasonOf(property.holds(first, { action, parameters: { cpu: 0, vector: 0, irq: 0 } }, second));
}

function initialOf({ model }: InterruptSystem): SystemState {
  return model.initial[0] as SystemState;
}

const nothing: Change = () => {};

/** Interrupt 0 goes from CPU0/vector A to CPU1/vector B, on CPU0; the given step of the program is due. */
function due(step: number, more: Change = nothing): Change {
  return (state) => {
    Object.assign(state.irq[0]!, { previous: { cpu: 0, vector: 0 }, cpu: 1, vector: 1 });
    state.irq[0]!.migration.step = step + 2;
    state.cpu[1]!.table[1] = 0;
    state.cpu[0]!.interruptsEnabled = false;
    more(state);
  };
}

const ends: Change = (state) => {
  state.irq[0]!.migration.step = 0;
};

test("check-covers", () => {
  const between = due(4, ({ device }) => (device[0]!.data = 1));
  const leave =
    (step: number, on = false): Change =>
    (state) => {
      state.device[0]!.address = 1;
      state.cpu[0]!.interruptsEnabled = on;
      state.irq[0]!.migration.step = step + 2;
    };
  expect(judge("check-covers", "move.write_address", between, leave(5))).toBe(undefined);
  expect(judge("check-covers", "move.write_address", between, leave(9))).toBe("CPU0/vector B is never checked");
  expect(judge("check-covers", "move.write_address", between, leave(5, true))).toMatch(/with interrupts on/);
  const elsewhere = due(4, ({ device }) => (device[0]!.address = 1));
  const name: Change = ({ device }) => (device[0]!.data = 1);
  expect(judge("check-covers", "move.write_data", elsewhere, name)).toBe("CPU1/vector A is checked on CPU0");
});

test("one-word-per-write", () => {
  const write: Change = ({ device }) => (device[0]!.data = 1);
  expect(judge("one-word-per-write", "move.write_data", due(2), write)).toBe(undefined);
  const half = due(2, ({ device }) => (device[0]!.address = 1));
  expect(judge("one-word-per-write", "move.write_data", half, write)).toBe(
    "the device may use CPU1/vector A between CPU0/vector A and CPU1/vector B",
  );
});

test("retrigger-once", () => {
  const saw: Change = ({ irq }) => (irq[0]!.migration.sawPending = true);
  const forget: Change = ({ irq }) => (irq[0]!.migration.sawPending = false);
  const requested = due(8, ({ cpu }) => (cpu[0]!.irr[1] = true));
  expect(judge("retrigger-once", "move.read_irr", requested, saw)).toBe(undefined);
  expect(judge("retrigger-once", "move.read_irr", requested, forget)).toMatch(/read 1, but no IPI is due/);
  expect(judge("retrigger-once", "move.read_irr", due(8), saw)).toMatch(/read 0/);
  expect(judge("retrigger-once", "move.unmask", due(9, saw), forget)).toMatch(/move.unmask discards the result/);
  expect(judge("retrigger-once", "move.retrigger", due(9), forget)).toMatch(/without a check that found the bit/);
  const taken = due(9, (state) => {
    saw(state);
    state.cpu[1]!.table[1] = "unused";
  });
  expect(judge("retrigger-once", "move.retrigger", taken, forget)).toBe("the interrupt does not own CPU1/vector B");
});

test("mask-restored", () => {
  const left = due(1, ({ device }) => (device[0]!.masked = true));
  expect(judge("mask-restored", "move.unmask", left, ends, masked)).toBe("Device0 is left masked");
  const before = due(1, ({ irq }) => (irq[0]!.migration.wasMasked = true));
  expect(judge("mask-restored", "move.unmask", before, ends, masked)).toMatch(/but was masked before/);
  const disabled: Change = ({ routing }) => (routing![0]!.enabled = false);
  const gic = entryOf("gicv2m")!.system();
  expect(judge("mask-restored", "move.enable", disabled, ends, gic)).toBe("Device: its interrupt stays disabled");
});

test("no-needless-move", () => {
  const sets = entryOf("avec-mask")!.system();
  const begins = (...asked: boolean[]): Change => {
    return ({ irq }) => {
      irq[0]!.migration.step = 1;
      irq[0]!.mask = asked;
    };
  };
  expect(judge("no-needless-move", "user.set_affinity", nothing, begins(false, true, true), sets)).toBe(undefined);
  expect(judge("no-needless-move", "user.set_affinity", nothing, begins(true, true, false), sets)).toBe(
    "interrupt 0 is on CPU0, which is among the requested CPUs",
  );
});

test("no-access-unpowered", () => {
  const rewrites = entryOf("msi-redirect-offline")!.system({ message: "rewritten" });
  const step = (due: number, powered: boolean): Change => {
    return ({ irq, routing }) => {
      irq[0]!.migration.step = due;
      routing![0]!.redirect!.powered = powered;
    };
  };
  const property = "no-access-unpowered";
  expect(judge(property, "move.rewrite_message", step(3, true), nothing, rewrites)).toBe(undefined);
  expect(judge(property, "move.set_target", step(2, false), nothing, rewrites)).toBe(undefined);
  expect(judge(property, "move.rewrite_message", step(3, false), nothing, rewrites)).toBe("Device has no power");
});

/** A hard interrupt of interrupt 0 on CPU0, which has just been dispatched. */
const dispatched: Change = ({ cpu }) => {
  const [cpu0] = cpu;
  cpu0!.stack.push({ vector: 0, slot: 0, stage: "entry", handledElsewhere: false, source: [false, false] });
};

test("no-in-progress-drop", () => {
  const runs: Change = (state) => {
    state.irq[0]!.inProgress = true;
    dispatched(state);
  };
  const returns: Change = ({ cpu }) => cpu[0]!.stack.pop();
  const marks: Change = (state) => {
    returns(state);
    state.irq[0]!.pending = true;
  };
  expect(judge("no-in-progress-drop", "irq.lock", runs, marks)).toBe(undefined);
  expect(judge("no-in-progress-drop", "irq.lock", runs, nothing)).toBe(undefined);
  expect(judge("no-in-progress-drop", "irq.lock", runs, returns)).toBe("CPU0 drops interrupt 0");
});

test("bounded-spurious", () => {
  const reason = judge("bounded-spurious", "cpu.accept", nothing, dispatched);
  expect(reason).toBe("CPU0/vector A calls the handler of device 0 spuriously");
  const open: Change = ({ device }) => (device[0]!.uncovered = true);
  expect(judge("bounded-spurious", "cpu.accept", open, dispatched)).toBe(undefined);
  const moved: Change = (state) => (state.movesLeft = 0);
  expect(judge("bounded-spurious", "cpu.accept", moved, dispatched)).toBe(undefined);
});
