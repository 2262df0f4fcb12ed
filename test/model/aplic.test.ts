/** Wires that an APLIC turns into messages. */
import { interruptSystem } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { scheme, withAllProperties } from "irqproof/properties";
import { checkable } from "irqproof/catalogue";
import { describe, expect, test } from "vitest";
import { aplicMsi } from "../../catalogue/riscv/schemes/aplic.ts";
import { imsicMerged } from "../../catalogue/riscv/schemes/imsic.ts";
import { check, defaults } from "./checking.ts";
import { unexpected } from "./expected.ts";

test.each(["aplic-msi", "aplic-msi-no-retrigger"])("%s, for every coverage and number of moves", async (id) => {
  for (const given of [{ coverage: "service" }, { coverage: "occurrence" }, { moves: 0 }, { moves: 2 }]) {
    expect(await unexpected(id, given)).toEqual([]);
  }
});

test("03f9885c60ad: the wire is high before its source is configured, and no message is sent", async () => {
  const model = checkable(entryOf("aplic-msi-no-retrigger")!).instantiate();
  const { trace } = (await check(model, { properties: ["no-interrupt-lost"] })).properties[0]!;
  expect(trace!.steps.slice(1).map(({ action }) => action)).toEqual([
    "device.raise",
    "move.allocate",
    "move.configure",
    "move.write_target",
    "move.leave_identity",
    "move.enter_identity",
    "move.enable_source",
    "cpu.sync_timer",
  ]);
  expect(trace!.conclusion).toMatch(
    /rose in step 1, before the source was configured \(step 3\), which did not make it pending: no message was sent/,
  );
  const end = trace!.steps.at(-1)!.state;
  expect(end.aplic![0]).toEqual({ configured: true, enabled: true, pending: false });
  expect(end.device[0]!.line).toBe(true);
});

describe("the end of an interrupt", () => {
  const lossOf = async (retriggersAtEnd: boolean): Promise<{ verdict: string; conclusion?: string }> => {
    const system = interruptSystem("aplic", aplicMsi("retriggers", { retriggersAtEnd }), { ...defaults, moves: 1 });
    const report = await check(withAllProperties(system), { properties: ["no-interrupt-lost"] });
    const { verdict, trace } = report.properties[0]!;
    return { verdict, ...(trace?.conclusion === undefined ? {} : { conclusion: trace.conclusion }) };
  };

  test("looks at the wire again, which covers what the flow dropped on the new hart", async () => {
    expect(await lossOf(true)).toEqual({ verdict: "holds" });
  });

  test("without that the dropped message was the last", async () => {
    const { verdict, conclusion } = await lossOf(false);
    expect(verdict).toBe("violated");
    expect(conclusion).toMatch(/ended in step \d+ without another look at it/);
  });
});

test("an APLIC has wires, and is one of the machine imsic", () => {
  const { trigger: _, ...untold } = aplicMsi("retriggers");
  expect(() => interruptSystem("mine", untold, defaults)).toThrow('mine: an APLIC has wires: give it trigger: "level"');
  expect(() => interruptSystem("mine", { ...imsicMerged, trigger: "level" }, defaults)).toThrow(
    'trigger "level" is for the machine plic',
  );
  expect(() => interruptSystem("mine", { ...aplicMsi("retriggers"), aplic: {} as never }, defaults)).toThrow(
    /retriggersAtEnd/,
  );
});

test("a scheme of one's own may write its target in one step", async () => {
  const mine = scheme({ name: "mine", title: "mine", strategy: aplicMsi("retriggers") });
  expect((await check(mine.instantiate(), { properties: ["no-interrupt-lost"] })).verdict).toBe("holds");
});
