/** Mutants of the x86 strategies beside the two-step update itself: remapping, IPI, and a CPU that goes offline. */
import { type CommonParameters, type Strategy, interruptSystem } from "irqproof/model";
import { withAllProperties } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { x86Offline } from "../../model/x86/offline.ts";
import { x86IpiAsync } from "../../catalogue/x86/schemes/ipi.ts";
import { x86OfflineTwoStep } from "../../catalogue/x86/schemes/offline.ts";
import { x86Remapped } from "../../catalogue/x86/schemes/remapped.ts";
import { x86Managed, x86ManagedDepth, x86StartupEarly, x86TwoStepPosted } from "../../catalogue/x86/schemes/startup.ts";
import type { OfflineStep } from "../../model/strategy.ts";
import { check, defaults } from "./checking.ts";

const managedDepth = x86ManagedDepth({ restart: "lowers-once", driverDisables: true, whileSuspended: "restarted" });

/** Sizes at which a scheme shows what it does, where the defaults are not. */
const sizesOf = (name: string): Partial<CommonParameters> =>
  name === "x86-managed-depth" ? { cpus: 3, vectors: 2, moves: 0 } : {};

/** What no run of a model of one interrupt needs to decide: that an interrupt is served in the end follows. */
const ofRuns = new Set(["eventually-served", "affinity-applied", "cleanup-done", "no-livelock"]);

async function caughtBy(strategy: Strategy, given: Partial<CommonParameters> = {}): Promise<string[]> {
  const model = withAllProperties(interruptSystem("mutant", strategy, { ...defaults, ...given }));
  const report = await check(model, {
    untilViolation: true,
    properties: [...model.properties.keys()].filter((id) => !ofRuns.has(id)),
  });
  return report.properties.filter(({ verdict }) => verdict === "violated").map(({ id }) => id);
}

/** A program with the named step left out, every time that it occurs. */
function without<Step extends { readonly name: string }>(program: readonly Step[], name: string): Step[] {
  expect(program.some((step) => step.name === name)).toBe(true);
  return program.filter((step) => step.name !== name);
}

/** A program with the first step of a name moved behind the last of another. */
function behind<Step extends { readonly name: string }>(program: readonly Step[], name: string, other: string): Step[] {
  const step = program.find((candidate) => candidate.name === name)!;
  const rest = program.filter((candidate) => candidate !== step);
  const at = rest.findLastIndex((candidate) => candidate.name === other) + 1;
  return [...rest.slice(0, at), step, ...rest.slice(at)];
}

describe("a step of the program left out", () => {
  const subjects: readonly [string, string, Strategy][] = [
    ["x86-remapped", "write_entry", x86Remapped],
    ["x86-remapped", "invalidate_cache", x86Remapped],
    ["x86-ipi-async", "read_irr", x86IpiAsync],
    ["x86-ipi-async", "retrigger", x86IpiAsync],
    ["x86-ipi-async", "mark_retriggered", x86IpiAsync],
    ["x86-two-step-posted", "read_back", x86TwoStepPosted(true)],
    ["x86-two-step-posted", "post_data", x86TwoStepPosted(true)],
    ["x86-startup-early", "write_data", x86StartupEarly],
    ["x86-managed", "write_data", x86Managed(true)],
    ["x86-managed-depth", "mask", managedDepth],
    ["x86-managed-depth", "write_address", managedDepth],
    ["x86-managed-depth", "start", managedDepth],
  ];
  test.each(subjects)("%s without %s", async (entry, name, strategy) => {
    const sizes = sizesOf(entry);
    expect(await caughtBy(strategy, sizes)).toEqual([]);
    expect(await caughtBy({ ...strategy, program: without(strategy.program, name) }, sizes)).not.toEqual([]);
  });
});

describe("two steps swapped", () => {
  const subjects: readonly [string, Strategy, string, string][] = [
    ["the cleanup before the entry", x86Remapped, "write_entry", "schedule_cleanup"],
    ["the cleanup before the invalidation", x86Remapped, "invalidate_cache", "schedule_cleanup"],
    ["the start before the message", x86StartupEarly, "write_address", "start"],
    ["the restart before the message", x86Managed(true), "write_data", "start"],
  ];
  test.each(subjects)("%s", async (_, strategy, name, other) => {
    expect(await caughtBy({ ...strategy, program: behind(strategy.program, name, other) })).not.toEqual([]);
  });
});

describe("a CPU that goes offline", () => {
  const mutant = (change: (program: readonly OfflineStep[]) => OfflineStep[]): Strategy => {
    const strategy = x86OfflineTwoStep();
    return { ...strategy, hotplug: { ...strategy.hotplug!, offline: (system) => change(x86Offline()(system)) } };
  };

  test("the steps as they are", async () => {
    expect(await caughtBy(mutant((program) => [...program]))).toEqual([]);
  });

  test.each(["clear_online", "migrate", "scan"])("without %s", async (name) => {
    expect(await caughtBy(mutant((program) => without(program, name)))).not.toEqual([]);
  });

  test.each([
    ["disable_controller", "clear_online"],
    ["clear_online", "migrate"],
  ])("%s moved: behind %s", async (name, other) => {
    expect(await caughtBy(mutant((program) => behind(program, name, other)))).not.toEqual([]);
  });

  test("the scan before the move", async () => {
    expect(await caughtBy(mutant((program) => behind(program, "migrate", "scan")))).not.toEqual([]);
  });

  // The read back of the move waits for what the device has sent, so nothing comes between the move and the scan.
  test("with the local APIC off before the scan nothing changes", async () => {
    const early = mutant((program) => behind(program, "disable_controller", "migrate"));
    expect(await caughtBy(early)).toEqual([]);
    expect(await caughtBy(early, { fabric: "fifo-drain", raises: 2 })).toEqual([]);
  });

  // Every old vector was given back by then, so the list is empty.
  test("without a look at the cleanup list nothing changes", async () => {
    expect(await caughtBy(mutant((program) => without(program, "drain_cleanup_list")))).toEqual([]);
  });
});
