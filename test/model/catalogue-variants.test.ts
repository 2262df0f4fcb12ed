/**
 * The verdicts of catalogue entries at other parameters than their defaults: any number of moves, other coverages,
 * fabrics, devices. The default suite checks some of the entries so, the thorough suite all of them, and the long one at
 * more parameters.
 */
import type { MigrationStep } from "irqproof/model";
import { catalogue, checkable, entryOf } from "irqproof/catalogue";
import { lossIds } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { sampled } from "../thorough.ts";
import { check } from "./checking.ts";
import { all, engineFor, unexpected, loss, primary, safety, type Given, type Search } from "./expected.ts";

const long = process.env["IRQPROOF_LONG"] !== undefined;

/** The schemes that others are made of: in a fabric each takes many states, so the others are for the long tests. */
const core = new Set(["x86-direct", "x86-two-step", "x86-two-step-no-check", "x86-same-cpu", "msi-masked"]);

const ids = catalogue.map(({ id }) => id);
const coverages = ["dispatch", "service", "occurrence"];

/** Properties checked beside the defaults, but for the long tests: all of the core schemes, of others whether they lose. */
function briefly(id: string, given: Given): Search {
  const engine = engineFor(id);
  if (core.has(id)) return { which: safety, engine };
  const loses = entryOf(id)!.expected(given)["no-interrupt-lost"] === "violated";
  return loses ? { which: primary, engine, untilViolation: true } : { which: loss, engine };
}

/** Entries of which none is the same model as another; all of them in the long tests. S03 and S25 differ in their names. */
function distinct(from: readonly string[], given: Given): string[] {
  const models = new Set<string>();
  const steps: MigrationStep[] = [];
  const numberOf = (step: MigrationStep): number => {
    if (!steps.includes(step)) steps.push(step);
    return steps.indexOf(step);
  };
  return from.filter((id) => {
    const { system, program, offline } = entryOf(id)!.system(given);
    const known = models.size;
    models.add(JSON.stringify([system, program.map(numberOf), offline.map(({ name }) => name)]));
    return long || models.size > known;
  });
}

describe("every entry is as expected", () => {
  const holding = catalogue.filter((entry) => entry.expected()["no-interrupt-lost"] === "holds").map(({ id }) => id);

  const many = (id: string): Given =>
    // With two devices that is a million states: two moves here, any number in the long tests.
    ({ moves: id === "x86-two-step-foreign-vector" && !long ? 2 : "unbounded" });

  test.each(sampled(distinct(holding, { moves: "unbounded" }), 8))("%s, for any number of moves", async (id) => {
    expect(await unexpected(id, many(id), { which: long ? all : loss, engine: "compiled" })).toEqual([]);
  });

  // A fabric makes many states: the whole grid is for the long tests.
  const where = long ? "for every coverage and fabric" : "for another coverage, or more";
  const varied = new Set([...sampled(ids, 12), ...core]);
  test.each(ids.filter((id) => varied.has(id)))(`%s, ${where}`, async (id) => {
    const { parameters: defaults } = checkable(entryOf(id)!).instantiate();
    // A CPU that goes offline after a move has many states, too.
    const one = long ? 1 : Math.min(1, Number(defaults["moves"]));
    const moves = id === "x86-pinned-thread-unvalidated" ? 2 : one;
    for (const coverage of long || core.has(id) ? coverages : ["service"]) {
      const some = coverage === "dispatch" && core.has(id) ? ["none", "fifo", "fifo-drain"] : ["none"];
      for (const fabric of long ? ["none", "fifo", "fifo-drain"] : some) {
        const given = { coverage, fabric, moves };
        // The test before has been there.
        if (Object.entries(given).every(([name, value]) => defaults[name] === value)) continue;
        expect(await unexpected(id, given, long ? { engine: "compiled" } : briefly(id, given))).toEqual([]);
      }
    }
  });

  // An old message may come to a vector that the second move is given.
  test.each([
    ["x86-same-vector", {}],
    ["msi-masked", {}],
    ["msix-masked", {}],
    ["x86-shipped-guard", { guard: "shipped", maskable: true }],
    ["x86-shipped-guard", { guard: "intended", maskable: true }],
  ])("%s %o, for two moves in a fabric", async (id, own) => {
    const every = id === "x86-same-vector" || long;
    for (const coverage of every ? coverages : ["dispatch"]) {
      expect(await unexpected(id, { ...own, coverage, fabric: "fifo", moves: 2 }, { engine: "compiled" })).toEqual([]);
    }
  });

  test.each([
    ["x86-shipped-guard", { guard: "shipped", maskable: true }],
    ["x86-shipped-guard", { guard: "intended", maskable: false }],
    ["x86-shipped-guard", { guard: "intended", maskable: true }],
    ["x86-two-step-irqs-on", { context: "interrupt", "descriptor-lock": "held" }],
    ["x86-two-step-irqs-on", { context: "task", "descriptor-lock": "released" }],
    ["x86-two-step-irqs-on", { context: "task", "descriptor-lock": "held" }],
    ["x86-second-move", { completion: "whole", moves: 2 }],
  ])("%s with %o", async (id, own) => {
    for (const coverage of long ? coverages : coverages.slice(0, "moves" in own ? 1 : 2)) {
      expect(
        await unexpected(
          id,
          { moves: 1, ...own, coverage },
          { which: coverage === "dispatch" ? all : safety, engine: engineFor(id) },
        ),
      ).toEqual([]);
    }
  });
});

describe("the two forms of the question agree", () => {
  const sizes = [
    { "device-kind": "handshake" },
    { raises: 1, devices: 2 },
    { raises: 2, stray: "unchecked", moves: 2 },
  ];
  // Beside those whose verdicts are stated above: every other entry at one of the sizes, all at all in the long tests.
  const tried = ids.map((id, index) => [id, long ? sizes : [sizes[index % sizes.length]!]] as const);
  test.each(
    sampled(
      tried.filter((_, index) => long || index % 2 === 0),
      3,
    ),
  )("%s %o", async (id, some) => {
    for (const size of some) {
      const given = { moves: 1, ...size };
      const report = await check(checkable(entryOf(id)!).instantiate(given), { properties: lossIds });
      const [quiescent, carrier] = report.properties.map(({ verdict }) => verdict);
      expect({ ...given, verdict: carrier }).toEqual({ ...given, verdict: quiescent });
    }
  });
});
