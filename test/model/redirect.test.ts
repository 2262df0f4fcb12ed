import type { PropertyReport } from "irqproof/checker";
import { checkable, entryOf } from "irqproof/catalogue";
import { interruptSystem, type SystemState } from "irqproof/model";
import { withAllProperties } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { msiRedirectOffline } from "../../catalogue/arm/schemes/redirect.ts";
import { check, defaults } from "./checking.ts";
import { unexpected } from "./expected.ts";

async function report(id: string, given: object, property = "no-interrupt-lost"): Promise<PropertyReport<SystemState>> {
  const { properties } = await check(checkable(entryOf(id)!).instantiate({ ...given }), { properties: [property] });
  return properties[0]!;
}

const coverages = ["dispatch", "service", "occurrence"] as const;

const isThread = { parent: "thread" };
const notHeld = { lock: "not-held" };

describe("own parameters, for every coverage, are as expected", () => {
  test.each([
    ["msi-redirect", [{}, { acknowledge: "after-handler" }, notHeld, { acknowledge: "after-handler", ...notHeld }]],
    [
      "msi-redirect-offline",
      [
        {},
        { message: "rewritten" },
        isThread,
        notHeld,
        { ...isThread, ...notHeld, message: "rewritten" },
        { "queued-work": "left" },
      ],
    ],
  ])("%s", async (id, own) => {
    for (const given of own.flatMap((values) => coverages.map((coverage) => ({ ...values, coverage })))) {
      expect(await unexpected(id, given)).toEqual([]);
    }
  });

  test.each(["none", "fifo", "fifo-drain"])("two devices that are redirected, fabric %s", async (fabric) => {
    for (const lock of ["held", "not-held"]) {
      const given = { devices: 2, raises: 1, lock, fabric };
      expect((await report("msi-redirect", given)).verdict).toBe("holds");
      expect((await report("msi-redirect", given, "carrier-exists")).verdict).toBe("holds");
    }
  });

  test("two moves, in every combination", async () => {
    for (const parent of ["hard-interrupt", "thread"]) {
      for (const lock of ["held", "not-held"]) {
        for (const work of ["run", "left"]) {
          const given = { parent, lock, "queued-work": work, moves: 2 };
          const expected = entryOf("msi-redirect-offline")!.expected(given)["no-interrupt-lost"];
          expect({ ...given, is: (await report("msi-redirect-offline", given)).verdict }).toEqual({
            ...given,
            is: expected,
          });
        }
      }
    }
  });

  test("unbounded moves, three CPUs, a handshake device", async () => {
    const given = { cpus: 3, moves: "unbounded", "device-kind": "handshake" };
    expect((await report("msi-redirect", given)).verdict).toBe("holds");
    expect((await report("msi-redirect-offline", given)).verdict).toBe("holds");
  });
});

describe("B31: the message of a powered-down device", () => {
  test("is written by the CPUs that a suspend takes offline, before 37f9d5026cd7", async () => {
    const { trace, verdict } = await report("msi-redirect-offline", { message: "rewritten" }, "no-access-unpowered");
    expect(verdict).toBe("violated");
    expect(trace!.steps.slice(1).map(({ action }) => action)).toEqual([
      "user.set_affinity",
      "move.set_target",
      "move.rewrite_message",
      "pm.suspend",
      "user.offline_cpu",
      "offline.clear_online",
      "offline.migrate",
      "move.set_target",
      "move.rewrite_message",
    ]);
  });

  test("no event is lost by it", async () => {
    expect((await report("msi-redirect-offline", { message: "rewritten" })).verdict).toBe("holds");
  });
});

describe("the descriptor's lock", () => {
  // In a hard interrupt no CPU is taken offline between the look at the target and the work that is queued there.
  test.each([
    ["hard-interrupt", "held", "holds"],
    ["hard-interrupt", "not-held", "holds"],
    ["thread", "held", "holds"],
    ["thread", "not-held", "violated"],
  ])("parent's handler: %s, lock %s: no interrupt lost %s", async (parent, lock, verdict) => {
    expect((await report("msi-redirect-offline", { parent, lock })).verdict).toBe(verdict);
  });

  test("work on an offline CPU is named, with its step", async () => {
    const { trace } = await report("msi-redirect-offline", { parent: "thread", lock: "not-held" });
    expect(trace!.conclusion).toMatch(
      /The irq_work of MSI 0 was queued on CPU1 in step 10; CPU1 is offline and does not run it, and work that is queued is not queued again/,
    );
  });
});

test("a status bit that the end of the interrupt clears takes a new event with it", async () => {
  const { trace } = await report("msi-redirect", { acknowledge: "after-handler" });
  expect(trace!.conclusion).toMatch(/Step 6 cleared the status bit of MSI 0 after its handler had run/);
});

/** The properties that the way offline violates without the step, or with two neighbours swapped. */
async function violatedBy(change: "without" | "swapped", at: number): Promise<string[]> {
  const strategy = msiRedirectOffline();
  const offline = strategy.hotplug!.offline;
  const system = interruptSystem(
    "mutant",
    {
      ...strategy,
      hotplug: {
        ...strategy.hotplug!,
        offline: (size) => {
          const steps = [...offline(size)];
          if (change === "without") steps.splice(at, 1);
          else steps.splice(at, 2, steps[at + 1]!, steps[at]!);
          return steps;
        },
      },
    },
    defaults,
  );
  const { properties } = await check(withAllProperties(system), { untilViolation: true });
  return properties.filter(({ verdict }) => verdict === "violated").map(({ id }) => id);
}

describe("mutants of the way offline", () => {
  test.each([
    ["migrate", 1],
    ["run_queued_work", 2],
  ])("without %s it is caught", async (_, at) => {
    expect(await violatedBy("without", at)).not.toEqual([]);
  });

  test("without clear_online no CPU is offline, and nothing is violated", async () => {
    expect(await violatedBy("without", 0)).toEqual([]);
  });

  // No work is queued while the CPUs are stopped.
  test("run_queued_work before migrate is the same", async () => {
    expect(await violatedBy("swapped", 1)).toEqual([]);
  });
});

test("the features of a redirect are for the demultiplexer", () => {
  const { redirect } = msiRedirectOffline();
  expect(() =>
    interruptSystem("mine", { context: { kind: "interrupt" }, program: [], redirect: redirect! }, defaults),
  ).toThrow('mine: "redirect" is for the machine demultiplexer, not for local-apic: leave it out');
});
