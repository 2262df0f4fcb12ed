/** Entries of the remapping table that post to a virtual CPU: their modes, and the physical CPU that is notified. */
import { sometimes, withProperties, type Report } from "irqproof/checker";
import { checkable, entryOf } from "irqproof/catalogue";
import { interruptSystem, type SystemState } from "irqproof/model";
import { withAllProperties } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { x86Avic, x86Guest } from "../../catalogue/x86/schemes/guest.ts";
import { postedDriver } from "../../catalogue/x86/schemes/posted.ts";
import { x86PostedOffline } from "../../catalogue/x86/schemes/posted.ts";
import { x86TwoStep } from "../../catalogue/x86/schemes/two-step.ts";
import { check, defaults } from "./checking.ts";
import { unexpected } from "./expected.ts";

const run = async (
  id: string,
  given: Readonly<Record<string, unknown>>,
  ...properties: string[]
): Promise<Report<SystemState>> =>
  check(checkable(entryOf(id)!).instantiate(given), { properties, engine: "compiled" });

test.each([
  ["x86-guest", { "host-move": "overwrites" }],
  ["x86-guest", { coverage: "occurrence", moves: 0 }],
  ["x86-avic", { "entry-cpu": "at-next-schedule" }],
  ["x86-avic", { "entry-cpu": "read-earlier" }],
  ["x86-avic", { "entry-cpu": "at-next-schedule", coverage: "occurrence" }],
  ["x86-avic", { "entry-cpu": "read-earlier", coverage: "service" }],
  ["x86-avic", { coverage: "occurrence", moves: 1 }],
])("%s with %o is as expected", async (id, given) => {
  expect(await unexpected(id, given, { engine: "compiled" })).toEqual([]);
});

describe("688124cc541f: a host affinity change and an entry that posts to a vCPU", () => {
  test("the entry is overwritten while the hypervisor still wants it to post to the vCPU", async () => {
    const report = await run("x86-guest", { "host-move": "overwrites" }, "device-matches-descriptor");
    const { state } = report.properties[0]!.trace!.steps.at(-1)!;
    expect(state.guest!.entries[0]).toMatchObject({ mode: "posted", wanted: true });
  });

  test("kept, it has the new target when the guest gives it back", async () => {
    const strategy = x86Guest({ hostMove: "keeps-entry", afterwards: "as-the-host" });
    const system = interruptSystem("kept", strategy, { ...defaults, vectors: 1 });
    const moved = withProperties(system.model, {
      inGuest: sometimes<SystemState>(
        "moved in the guest, and the old vector is given back there",
        ({ guest, irq }) => guest!.entries[0]!.mode === "guest" && irq[0]!.cpu === 1 && irq[0]!.previous === null,
      ),
      back: sometimes<SystemState>(
        "back at the host, at its new CPU",
        ({ guest, irq, postedMsi }) =>
          guest!.entries[0]!.mode === "posted" && irq[0]!.cpu === 1 && postedMsi![1]!.pir[0]!,
      ),
    });
    expect((await check(moved, { engine: "compiled" })).verdict).toBe("holds");
  });
});

describe("2454823e97a6: an entry that comes back from the guest is remapped", () => {
  test("its vector is sent itself, gets no EOI and shuts itself out", async () => {
    const { trace } = (await run("x86-guest", { "after-guest": "remapped" }, "no-interrupt-lost")).properties[0]!;
    expect(trace!.steps.slice(1, 4).map(({ action }) => action)).toEqual([
      "kvm.begin_posting",
      "kvm.end_posting",
      "device.raise",
    ]);
    expect(trace!.conclusion).toMatch(/not dispatched: vector A is still in service there and gets no EOI/);
  });

  test("with the acknowledge of v6.19 that is only slower", async () => {
    const before = x86Guest({ hostMove: "keeps-entry", afterwards: "remapped" });
    const strategy = { ...before, postedMsi: { ...postedDriver, ackEndsRetriggered: true } };
    const system = interruptSystem("later", strategy, { ...defaults, vectors: 1, moves: 0 });
    const properties = ["no-interrupt-lost", "carrier-exists", "eoi-balanced", "device-matches-descriptor"];
    const report = await check(withAllProperties(system), { properties, engine: "compiled" });
    const violated = report.properties.filter(({ verdict }) => verdict !== "holds").map(({ id }) => id);
    expect(violated).toEqual(["device-matches-descriptor"]);
  });
});

describe("f3cebc75e742: the physical CPU in the entry", () => {
  test("an entry without one notifies no CPU, though the vCPU runs", async () => {
    const { trace } = (await run("x86-avic", { "entry-cpu": "at-next-schedule" }, "no-interrupt-lost")).properties[0]!;
    expect(trace!.steps.slice(1).map(({ action }) => action)).toEqual(["kvm.begin_posting", "device.raise"]);
    expect(trace!.conclusion).toMatch(
      /posted to the vCPU, which ran on CPU0; by the entry no CPU was to be notified.*unless the vCPU is scheduled again/,
    );
  });

  test("one that was read without the lock may name a CPU that the vCPU has left", async () => {
    const model = checkable(entryOf("x86-avic")!).instantiate({ "entry-cpu": "read-earlier" });
    const elsewhere = withProperties(model, {
      stale: sometimes<SystemState>(
        "the doorbell of one CPU is signalled, and the vCPU runs on another",
        ({ guest }) =>
          guest!.cpu !== null && guest!.pending[0]! && !guest!.notified && guest!.entries[0]!.cpu === 1 - guest!.cpu,
      ),
    });
    const report = await check(elsewhere, { properties: ["stale"] });
    expect(report.verdict).toBe("holds");
  });

  test("with the present CPU nothing is lost on three CPUs, for any number of moves of the host", async () => {
    const given = { cpus: 3, moves: "unbounded", vectors: 1 };
    expect((await run("x86-avic", given, "no-interrupt-lost", "device-matches-descriptor")).verdict).toBe("holds");
  });
});

test("a guest takes what is posted to it only while its CPU executes it", async () => {
  const system = interruptSystem("avic", x86Avic("entry"), defaults);
  const accept = system.model.instances.filter(({ action }) => action === "guest.accept");
  const state = structuredClone(system.model.initial[0]) as SystemState;
  Object.assign(state.guest!, { pending: [true], notified: true });
  expect(accept.some(({ guard }) => guard(state))).toBe(true);
  state.cpu[0]!.interruptsEnabled = false;
  expect(accept.some(({ guard }) => guard(state))).toBe(false);
});

test("it is the remapping unit of x86 that posts to a guest, on CPUs that stay", () => {
  const { guest } = x86Avic("entry");
  const made = (strategy: object) => () => interruptSystem("mine", { ...x86TwoStep, ...strategy }, defaults);
  expect(made({ guest })).toThrow('mine: it is the remapping unit of x86 that posts to a guest: give it "remapping"');
  expect(made({ ...x86PostedOffline(), guest })).toThrow(/a CPU that goes offline is not modelled/);
  expect(made({ ...x86Avic("entry"), guest: { notifiedCpu: "doorbell" } as never })).toThrow(/entry-at-next-schedule/);
});
