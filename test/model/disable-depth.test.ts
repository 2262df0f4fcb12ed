/** Managed interrupts with several CPUs in their masks: the disable depth across hotplug and suspend. */
import { sometimes, withProperties, type Report } from "irqproof/checker";
import { checkable, entryOf } from "irqproof/catalogue";
import { interruptSystem, type SystemState } from "irqproof/model";
import { describe, expect, test } from "vitest";
import { x86Managed, x86ManagedDepth } from "../../catalogue/x86/schemes/startup.ts";
import { check, defaults } from "./checking.ts";
import { unexpected } from "./expected.ts";

type Given = Readonly<Record<string, unknown>>;

const run = async (given: Given, ...properties: string[]): Promise<Report<SystemState>> =>
  check(checkable(entryOf("x86-managed-depth")!).instantiate(given), { properties });

const grid = ["zeroes", "lowers-each-time", "lowers-once"].flatMap((restart) =>
  ["skipped", "restarted"].flatMap((suspended) =>
    [true, false].map((disables): [Given] => [{ restart, suspended, "driver-disables": disables }]),
  ),
);

test.each([...grid, [{ suspended: "skipped", coverage: "occurrence" }] as [Given]])(
  "x86-managed-depth with %o is as expected",
  async (given) => {
    expect(await unexpected("x86-managed-depth", given)).toEqual([]);
  },
);

const stepsOf = ({ properties }: Report<SystemState>): string[] =>
  properties[0]!.trace!.steps.slice(1).map(({ action }) => action ?? "");

describe("the commits' own examples", () => {
  test("2b32fc8ff08d: disabled, both CPUs go, both come back, and the second starts it", async () => {
    const steps = stepsOf(await run({ restart: "lowers-each-time" }, "disabled-stays-masked"));
    const calls = steps.filter((action) => /^(user|driver|irq\.restore|move\.start)/.test(action));
    expect(calls.filter((action) => action === "irq.restore").length).toBe(2);
    expect(calls.indexOf("driver.disable_irq")).toBeLessThan(calls.lastIndexOf("user.offline_cpu"));
    expect(calls.at(-1)).toBe("move.start");
  });

  test("a60dd06af674: the first CPU that comes back starts a suspended interrupt", async () => {
    const given = { restart: "zeroes", "driver-disables": false };
    const report = await run(given, "disabled-stays-masked");
    expect(stepsOf(report).filter((action) => action === "irq.restore").length).toBe(1);
    expect(report.properties[0]!.trace!.steps.at(-1)!.state.startup![0]).toMatchObject({ suspended: true, depth: 0 });
  });

  test("72218d74c9c5: skipped while it was suspended, it keeps the depth of its shutdown", async () => {
    const report = await run({ suspended: "skipped" }, "no-interrupt-lost");
    const { trace } = report.properties[0]!;
    expect(stepsOf(report)).toContain("pm.resume");
    expect(trace!.steps.at(-1)!.state.startup![0]).toMatchObject({ started: false, depth: 1, shutDown: true });
    expect(trace!.conclusion).toMatch(/is not started again: its disable depth is 1/);
  });
});

test("with one of its CPUs online an interrupt moves within its mask, and is shut down with the last", async () => {
  const model = checkable(entryOf("x86-managed-depth")!).instantiate();
  const seen = withProperties(model, {
    moved: sometimes<SystemState>(
      "moved to the other CPU of its mask while it is disabled, and still masked",
      ({ irq, startup, device, hotplug }) =>
        irq[0]!.cpu === 1 && startup![0]!.disabled && device[0]!.masked && !hotplug!.online[0]!,
    ),
    elsewhere: sometimes<SystemState>("it leaves its mask", ({ irq }) => irq[0]!.cpu === 2),
    full: sometimes<SystemState>("three reasons at once", ({ startup }) => startup![0]!.depth === 3),
  });
  const { properties } = await check(seen, { properties: ["moved", "elsewhere", "full"] });
  expect(Object.fromEntries(properties.map(({ id, verdict }) => [id, verdict]))).toEqual({
    moved: "holds",
    elsewhere: "violated",
    full: "holds",
  });
});

test("the shape of its features is checked", () => {
  const strategy = x86ManagedDepth({ restart: "lowers-once", driverDisables: true, whileSuspended: "restarted" });
  const made = (startup: object) => () =>
    interruptSystem(
      "mine",
      { ...strategy, startup: { ...strategy.startup!, ...startup } as never },
      { ...defaults, cpus: 3 },
    );
  expect(made({ depth: { restart: "never" } })).toThrow(/lowers-each-time/);
  expect(made({ mask: ["CPU0"] })).toThrow(/whole number/);
  expect(made({ mask: [0, 7] })).toThrow("mine: its startup has CPU7 in its mask, and there are 3 CPUs");
  expect(() =>
    interruptSystem(
      "mine",
      { ...x86Managed(true), startup: { ...strategy.startup!, lifecycle: "started-once" } },
      defaults,
    ),
  ).toThrow(/"mask" and "depth" are for managed interrupts/);
});
