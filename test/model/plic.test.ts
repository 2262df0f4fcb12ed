/** Ends of interrupts that have no effect: the PLIC's completion, and the active state of a virtual distributor. */
import { ModelError, type Report } from "irqproof/checker";
import { interruptSystem, type SystemState } from "irqproof/model";
import { entryOf } from "irqproof/catalogue";
import { checkable } from "irqproof/catalogue";
import { describe, expect, test } from "vitest";
import { gicv3Its } from "../../catalogue/arm/schemes/gic.ts";
import { plicAffinity } from "../../catalogue/riscv/schemes/plic.ts";
import { sg2042Msi } from "../../catalogue/riscv/schemes/sg2042-msi.ts";
import { check, defaults } from "./checking.ts";
import { unexpected } from "./expected.ts";
import { sampled } from "../thorough.ts";

type Given = Readonly<Record<string, unknown>>;

const run = async (id: string, given: Given, ...properties: string[]): Promise<Report<SystemState>> =>
  check(checkable(entryOf(id)!).instantiate(given), { properties, whole: true });

/** The counterexample of one property: the actions of its steps, the conclusion, and where it ends. */
async function counterexample(
  id: string,
  given: Given = {},
  property = "no-interrupt-lost",
): Promise<{ readonly actions: readonly unknown[]; readonly conclusion: string; readonly end: SystemState }> {
  const trace = (await run(id, given, property)).properties[0]!.trace!;
  return {
    actions: trace.steps.slice(1).map(({ action }) => action),
    conclusion: trace.conclusion!,
    end: trace.steps.at(-1)!.state as SystemState,
  };
}

describe("own parameters, for every coverage and a second move", () => {
  const triggers = [{ trigger: "level" }, { trigger: "edge" }];
  test.each<[string, Given]>(
    sampled<[string, Given]>(
      [
        ...triggers.map((own): [string, Given] => ["plic", own]),
        ...triggers.map((own): [string, Given] => ["plic-disabled-flag", own]),
        ...["disabled-flag", "enable-bit", "enable-bit-locked"].flatMap((eoi) =>
          triggers.map((own): [string, Given] => ["plic-chained", { ...own, eoi }]),
        ),
        ["sg2042-msi", { eoi: "disabled-flag" }],
        ["sg2042-msi", { eoi: "disabled-flag", startup: "affinity-first" }],
        ["gicv2m-guest", { "active-state": "kept" }],
        ["gicv2m-guest", {}],
      ],
      3,
    ),
  )("%s with %o", async (id, own) => {
    const sizes = ["dispatch", "service", "occurrence"].map((coverage) => ({ ...own, coverage }));
    for (const given of [...sizes, { ...own, moves: 2 }]) {
      expect(await unexpected(id, given)).toEqual([]);
    }
  });
});

describe("1072020685f4: the enable bit of the hart that handles is cleared", () => {
  test("the driver looks at its own flag, and the completion is ignored", async () => {
    const { actions, conclusion, end } = await counterexample("plic-disabled-flag");
    expect(actions.slice(0, 8)).toEqual([
      "device.raise",
      "cpu.accept",
      "user.set_affinity",
      "move.clear_enable",
      "move.set_enable",
      "irq.lock",
      "irq.handler",
      "irq.finish",
    ]);
    expect(conclusion).toMatch(/PLIC ignored the completion of step 8, since source 0 was no longer enabled for CPU0/);
    expect(end.cpu[0]).toMatchObject({ stack: [], isr: [true, false] });
    expect(end.routing![0]).toMatchObject({ cpu: 1, enabled: true });
    expect(end.device[0]!.line).toBe(true);
  });

  test("a device that waits for its handler is stuck as well, and only before the repair", async () => {
    const given = { "device-kind": "handshake", moves: "unbounded" };
    expect((await run("plic-disabled-flag", given, "not-stale")).verdict).toBe("violated");
    expect((await run("plic", given, "not-stale", "no-interrupt-lost")).verdict).toBe("holds");
  });

  test("after it nothing is lost, on three harts and for any number of moves", async () => {
    const given = { moves: "unbounded", cpus: 3 };
    expect((await run("plic", given, "no-interrupt-lost", "carrier-exists", "eoi-balanced")).verdict).toBe("holds");
  });
});

describe("the repair, where the descriptor's lock is not held", () => {
  test("the bit is cleared after the driver has read it as 1", async () => {
    const { actions } = await counterexample("plic-chained", {}, "eoi-balanced");
    expect(actions).toEqual([
      "device.raise",
      "cpu.accept",
      "irq.handler",
      "irq.read_enable",
      "user.set_affinity",
      "move.clear_enable",
      "irq.complete",
    ]);
  });

  test("the bit is set after the driver has read it as 0, and the driver clears it again", async () => {
    const { actions, end } = await counterexample("plic-chained", { moves: 2 }, "device-matches-descriptor");
    expect(actions.slice(-3)).toEqual(["irq.read_enable", "move.set_enable", "irq.complete"]);
    expect(end.routing![0]!.cpu).toBe(null);
    const one = await run("plic-chained", { moves: 1 }, "device-matches-descriptor");
    expect(one.verdict).toBe("holds");
  });

  test("with look and completion under enable_lock neither happens", async () => {
    const given = { eoi: "enable-bit-locked", moves: "unbounded", cpus: 3 };
    const { verdict } = await run("plic-chained", given, "no-interrupt-lost", "device-matches-descriptor");
    expect(verdict).toBe("holds");
  });
});

describe("what was there before", () => {
  // The driver since 1072020685f4 is the default, and its completions take effect: no state is new.
  test.each<[string, Given, number, number]>([
    ["sg2042-msi", { moves: 1 }, 46, 106],
    ["sg2042-msi", { moves: 2 }, 92, 223],
    ["sg2042-msi", { startup: "affinity-first" }, 18, 37],
    ["gicv2m", { moves: "unbounded" }, 124, 304],
    ["gicv3-its", {}, 58, 146],
  ])("%s %o has as many states", async (id, given, distinct, transitions) => {
    expect((await run(id, given, "no-interrupt-lost")).states).toMatchObject({ distinct, transitions });
  });

  test("the SG2042 loses with the driver of v6.18, which was called Never lost", async () => {
    const given = { startup: "startup-first", moves: 2 };
    expect((await run("sg2042-msi", { ...given, eoi: "disabled-flag" }, "no-interrupt-lost")).verdict).toBe("violated");
    expect((await run("sg2042-msi", given, "no-interrupt-lost")).verdict).toBe("holds");
  });
});

test("gicv2m-guest: the interrupt is disabled while it is active, and its EOI ends nothing", async () => {
  const { conclusion, end } = await counterexample("gicv2m-guest");
  expect(conclusion).toMatch(/EOI of step 10 had no effect, since SPI 0 had been disabled while CPU0 handled it/);
  expect(end.routing![0]).toMatchObject({ cpu: 1, enabled: true, orphaned: true });
});

test("a wire is served or it is high: coverage and fabric make no difference", async () => {
  const sizes = await Promise.all(
    [{}, { coverage: "occurrence" }, { coverage: "service" }, { fabric: "fifo" }].map(async (given) => {
      const { states } = await run("plic", given, "no-interrupt-lost");
      return states.distinct;
    }),
  );
  expect(new Set(sizes).size).toBe(1);
});

test("what belongs to one controller is refused for another", () => {
  const its = gicv3Its("resend", "moved");
  const made = (more: object) => () => interruptSystem("mine", { ...its, ...more }, defaults);
  expect(made({ plic: { eoi: "enable-bit", flow: "fasteoi" } })).toThrow(
    new ModelError('mine: "plic" is for the machine plic, not for gic-its: leave it out'),
  );
  expect(made({ trigger: "level" })).toThrow('mine: trigger "level" is for the machine plic, not for gic-its');
  expect(made({ activeState: "kept" })).toThrow('"activeState" is for the machine gic-distributor, not for gic-its');
  expect(() =>
    interruptSystem("mine", { ...sg2042Msi("startup-first", "enable-bit"), plic: { eoi: "flag" } as never }, defaults),
  ).toThrow(/disabled-flag/);
  expect(
    interruptSystem("mine", plicAffinity({ eoi: "enable-bit", flow: "fasteoi" }, "level"), defaults).system,
  ).toMatchObject({ coverage: "service", fabric: "none" });
});
