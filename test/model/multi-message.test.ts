/** Several messages of one function: of Hyper-V, each with its own target; and with one pair, which move together. */
import { sometimes, withProperties } from "irqproof/checker";
import { checkable, entryOf } from "irqproof/catalogue";
import { interruptSystem, type ReadonlySystemState } from "irqproof/model";
import { describe, expect, test } from "vitest";
import { x86BlockTwoStep } from "../../catalogue/x86/schemes/multi-message.ts";
import { x86Remapped } from "../../catalogue/x86/schemes/remapped.ts";
import { x86TwoStep } from "../../catalogue/x86/schemes/two-step.ts";
import { check, defaults } from "./checking.ts";
import { unexpected } from "./expected.ts";

const sizes = {
  ...defaults,
  devices: 2,
  vectors: 4,
  raises: 1,
} as const;

test.each([
  ["hyperv-multi-msi", { names: "first" }],
  ["hyperv-multi-msi", { names: "first", coverage: "occurrence" }],
  ["hyperv-multi-msi", { fabric: "fifo", coverage: "occurrence" }],
  ["x86-multi-msi", { checks: "first" }],
  ["x86-multi-msi", { checks: "first", coverage: "occurrence" }],
  ["x86-multi-msi", { update: "direct", coverage: "service" }],
  ["x86-multi-msi", { fabric: "fifo-drain" }],
  ["x86-multi-msi", { fabric: "fifo", coverage: "service" }],
  ["x86-multi-msi", { moves: 2 }],
])("%s with %o is as expected", async (id, given) => {
  expect(await unexpected(id, given)).toEqual([]);
});

test("455880dfe292: the messages of device 0 go to the vector of device 1", async () => {
  const model = checkable(entryOf("hyperv-multi-msi")!).instantiate({ names: "first" });
  const { trace } = (await check(model, { properties: ["no-interrupt-lost"] })).properties[0]!;
  expect(trace!.conclusion).toMatch(/belongs to device 1: only the handler of device 1 ran/);
  const { irq, remapping } = trace!.steps.at(-1)!.state;
  expect(remapping![0]).toMatchObject({ cpu: irq[1]!.cpu, vector: irq[1]!.vector });
});

describe("one address and data pair for two messages", () => {
  const system = interruptSystem("block", x86BlockTwoStep("all"), sizes);

  test("in every state the messages have one address, and neighbouring vectors from an even one on", async () => {
    const model = withProperties(system.model, {
      torn: sometimes<ReadonlySystemState>("two addresses", ({ device }) => device[0]!.address !== device[1]!.address),
      apart: sometimes<ReadonlySystemState>(
        "no block",
        ({ device }) => device[0]!.data % 2 !== 0 || device[1]!.data !== device[0]!.data + 1,
      ),
      moved: sometimes<ReadonlySystemState>("both moved, and both old vectors given back", ({ irq }) =>
        irq.every(({ cpu, previous }) => cpu === 1 && previous === null),
      ),
      alone: sometimes<ReadonlySystemState>("one alone is locked", ({ irq }) => irq[0]!.locked && !irq[1]!.locked),
    });
    const { properties } = await check(model, { properties: ["torn", "apart", "moved"] });
    expect(properties.map(({ verdict }) => verdict)).toEqual(["violated", "violated", "holds"]);
  });

  test("a message that the check does not look for is taken for the expected stray", async () => {
    const model = checkable(entryOf("x86-multi-msi")!).instantiate({ checks: "first" });
    const { trace } = (await check(model, { properties: ["no-interrupt-lost"] })).properties[0]!;
    expect(trace!.conclusion).toMatch(/message of step 5 went to CPU0\/vector D, which was marked to expect a stray/);
    expect(trace!.steps.some(({ label }) => label === "read IRR: C 0")).toBe(true);
  });

  test("a block is allocated whole or not at all", async () => {
    // Two vectors of CPU1 are free, and they make no block.
    const full = structuredClone(system.model.initial[0]) as ReadonlySystemState & { cpu: { table: unknown[] }[] };
    full.cpu[1]!.table = ["unused", 0, 1, "unused"];
    const request = system.model.instances.find(
      ({ action, parameters }) => action === "user.set_affinity" && parameters["cpu"] === 1,
    )!;
    request.recipe(full as never);
    const enabled = system.model.instances.filter(({ guard }) => guard(full as never)).map(({ action }) => action);
    expect(enabled).toContain("move.give_up");
    expect(enabled).not.toContain("move.allocate");
  });
});

test("it is for tasks of the local APIC, and two messages", () => {
  const made = (strategy: object, more: object = {}) => {
    return () => interruptSystem("mine", { ...x86BlockTwoStep("all"), ...strategy }, { ...sizes, ...more });
  };
  expect(made({ context: x86TwoStep.context })).toThrow(
    /"sharesMessage" is for moves of a task on the machine local-apic/,
  );
  expect(made({ remapping: x86Remapped.remapping })).toThrow(/without hotplug, startup, remapping or affinity/);
  expect(made({}, { vectors: 1 })).toThrow("mine: a function has 1 or 2 messages here, and a block of as many vectors");
  expect(made({}, { devices: 3 })).toThrow(/set --devices 2/);
});
