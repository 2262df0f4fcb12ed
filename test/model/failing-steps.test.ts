/** Steps that may fail: both outcomes are explored, whatever the program does with a failure. */
import { interruptSystem, type MigrationStep, type Strategy } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { steps } from "irqproof/model";
import { scheme, withAllProperties } from "irqproof/properties";
import { checkable } from "irqproof/catalogue";
import { describe, expect, test } from "vitest";
import { hypervRetarget } from "../../catalogue/x86/schemes/hyperv.ts";
import { check, defaults } from "./checking.ts";
import { unexpected } from "./expected.ts";

test.each([
  ["hyperv-retarget", { hypercall: "may-fail" }],
  ["hyperv-retarget", { hypercall: "may-fail", coverage: "occurrence" }],
  ["gicv3-its", { command: "may-fail" }],
  ["gicv3-its", { command: "may-fail", "pending-bit": "left", coverage: "service" }],
])("%s with %o is as expected", async (id, given) => {
  expect(await unexpected(id, given)).toEqual([]);
});

test("a hypercall that failed leaves the interrupt where it was, and all further requests are refused", async () => {
  const model = checkable(entryOf("hyperv-retarget")!).instantiate({ hypercall: "may-fail", moves: 2 });
  const { trace } = (await check(model, { properties: ["affinity-applied"] })).properties[0]!;
  expect(trace!.steps.map(({ action }) => action)).toContain("move.retarget_fails");
  const { irq, remapping } = trace!.steps.at(-1)!.state;
  expect(irq[0]).toMatchObject({ moveInProgress: true, requested: 0 });
  expect(remapping![0]).toMatchObject({ cpu: irq[0]!.previous!.cpu });
});

test("what succeeds is what the model without the choice does", async () => {
  const states = async (strategy: Strategy): Promise<number> => {
    const model = withAllProperties(interruptSystem("hyperv", strategy, { ...defaults, moves: 1 }));
    return (await check(model, { properties: ["no-interrupt-lost"] })).states.distinct;
  };
  expect(await states(hypervRetarget("succeeds"))).toBe(836);
  expect(await states(hypervRetarget("may-fail"))).toBeGreaterThan(836);
});

describe("a scheme of one's own", () => {
  const ask: MigrationStep = {
    name: "ask",
    label: () => "ask",
    then: () => {},
    mayFail: { label: () => "refused", afterwards: "ends" },
  };
  const mine = (program: readonly MigrationStep[]) =>
    scheme({ name: "mine", title: "mine", strategy: { context: { kind: "task", runsOn: "any" }, program } });

  test("may end where a step fails: then the message is what it was", async () => {
    const report = await check(mine([ask, ...steps.writeMessage("new-cpu")]).instantiate(), {
      properties: ["device-matches-descriptor"],
    });
    expect(report.properties[0]!.trace!.steps.at(-1)!.action).toBe("move.ask_fails");
  });

  test("says which words it writes in steps that cannot fail", () => {
    const fails = { ...steps.writeData, mayFail: ask.mayFail! };
    expect(() => mine([fails]).instantiate()).toThrow(
      'mine: its program: step 1 (write_data) has "writes" and "mayFail": whether the device has the new word would be unknown',
    );
    expect(() => mine([{ ...ask, mayFail: { label: () => "" } as never }]).instantiate()).toThrow(/afterwards/);
  });

  test("changes no message where it fails", async () => {
    const tears: MigrationStep = {
      ...ask,
      mayFail: { ...ask.mayFail!, then: (draft, { irq }) => void (draft.device[irq]!.data = 1) },
    };
    const model = mine([tears, ...steps.writeMessage("new-cpu")]).instantiate();
    const { verdict, mistakes } = await check(model, { properties: ["no-interrupt-lost"] });
    expect(verdict).toBe("error");
    expect(mistakes?.map(({ message }) => message).join()).toMatch(
      /step ask changes the message of the device where it fails/,
    );
  });
});
