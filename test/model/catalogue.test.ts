import { isSafety, type Property } from "irqproof/checker";
import { type MigrationStep, type SystemState } from "irqproof/model";
import { catalogue, entryOf } from "irqproof/catalogue";
import { lossIds, propertyIds } from "irqproof/properties";
import { properties } from "irqproof/properties";
import { checkable } from "irqproof/catalogue";
import { describe, expect, test } from "vitest";
import { check } from "./checking.ts";

const long = process.env["IRQPROOF_LONG"] !== undefined;

/** The schemes that others are made of: in a fabric each takes many states, so the others are for the long tests. */
const core = new Set(["x86-direct", "x86-two-step", "x86-two-step-no-check", "x86-same-cpu", "msi-masked"]);

/** Entries of more states than the direct engine walks in a second or two: code is made of them at once. */
const large = new Set(["imsic-merged-crossing", "x86-pinned-thread-unvalidated", "x86-posted", "x86-guest"]);

type Given = Readonly<Record<string, unknown>>;
type Which = (property: Property<SystemState>, id: string) => boolean;

const all: Which = () => true;
/** Infinite runs take longer than all the rest. */
const safety: Which = (property) => isSafety(property);
const loss: Which = (_, id) => (lossIds as readonly string[]).includes(id);
const primary: Which = (_, id) => id === "no-interrupt-lost";

interface Search {
  readonly which?: Which;
  readonly engine?: "direct" | "compiled";
  /** The first violation is enough. */
  readonly untilViolation?: boolean;
}

/**
 * What is found of the properties that have a meaning for the entry and that its expectation states, and what is
 * expected of them. One search decides all of them.
 */
async function compare(
  id: string,
  given: Given,
  { which = all, engine = "direct", untilViolation = false }: Search = {},
): Promise<{ readonly found: object; readonly expected: object }> {
  const entry = entryOf(id)!;
  const expectation = entry.expected(given);
  const model = checkable(entry).instantiate(given);
  const stated = [...model.properties].filter(([name, property]) => {
    return expectation[name] !== undefined && which(property, name);
  });
  const properties = stated.map(([name]) => name);
  const { stopped, properties: decided } = await check(model, { properties, whole: true, engine, untilViolation });
  return {
    found: {
      ...given,
      ...(stopped?.kind === "violation" ? {} : { stopped }),
      ...Object.fromEntries(decided.map(({ id: name, verdict }) => [name, verdict])),
    },
    expected: { ...given, ...Object.fromEntries(properties.map((name) => [name, expectation[name]])) },
  };
}

const ids = catalogue.map(({ id }) => id);
const coverages = ["dispatch", "service", "occurrence"];

/** What is asked beside the defaults, but for the long tests: all of the core schemes, of others whether they lose. */
function briefly(id: string, given: Given): Search {
  if (core.has(id)) return { which: safety };
  const loses = entryOf(id)!.expected(given)["no-interrupt-lost"] === "violated";
  return loses ? { which: primary, untilViolation: true } : { which: loss };
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

  test.each(ids)("%s, at its defaults, with every property that has a meaning there", async (id) => {
    const stated = Object.keys(entryOf(id)!.expected());
    expect(stated).toEqual(expect.arrayContaining([...checkable(entryOf(id)!).instantiate().properties.keys()]));
    const { found, expected } = await compare(id, {}, { engine: large.has(id) ? "compiled" : "direct" });
    expect(found).toEqual(expected);
  });

  const many = (id: string): Given =>
    // With two devices that is a million states: two moves here, any number in the long tests.
    ({ moves: id === "x86-two-step-foreign-vector" && !long ? 2 : "unbounded" });

  test.each(distinct(holding, { moves: "unbounded" }))("%s, for any number of moves", async (id) => {
    const { found, expected } = await compare(id, many(id), { which: long ? all : loss, engine: "compiled" });
    expect(found).toEqual(expected);
  });

  // A fabric makes many states: the whole grid is for the long tests.
  const where = long ? "for every coverage and fabric" : "for another coverage, or more";
  test.each(ids)(`%s, ${where}`, async (id) => {
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
        const { found, expected } = await compare(id, given, long ? { engine: "compiled" } : briefly(id, given));
        expect(found).toEqual(expected);
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
      const { found, expected } = await compare(
        id,
        { ...own, coverage, fabric: "fifo", moves: 2 },
        { engine: "compiled" },
      );
      expect(found).toEqual(expected);
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
      const { found, expected } = await compare(
        id,
        { moves: 1, ...own, coverage },
        { which: coverage === "dispatch" ? all : safety },
      );
      expect(found).toEqual(expected);
    }
  });

  test("expectations say something of both kinds", () => {
    const verdicts = catalogue.map((entry) => entry.expected()["no-interrupt-lost"]);
    expect(verdicts.filter((verdict) => verdict === "violated").length).toBeGreaterThanOrEqual(10);
    expect(verdicts.filter((verdict) => verdict === "holds").length).toBeGreaterThanOrEqual(10);
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
  test.each(tried.filter((_, index) => long || index % 2 === 0))("%s %o", async (id, some) => {
    for (const size of some) {
      const given = { moves: 1, ...size };
      const report = await check(checkable(entryOf(id)!).instantiate(given), { properties: lossIds });
      const [quiescent, carrier] = report.properties.map(({ verdict }) => verdict);
      expect({ ...given, verdict: carrier }).toEqual({ ...given, verdict: quiescent });
    }
  });
});

describe("what an entry is said to rest on", () => {
  test("ids are unique, kebab-case, and every entry has a source and a reason", () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, source, why, suspicion } of catalogue) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(source.length).toBeGreaterThan(0);
      expect(why.length).toBeGreaterThan(20);
      for (const text of Object.values(suspicion ?? {})) expect(text).toMatch(/^\S.{60,}[^\s.]$/);
    }
  });

  test("each suspicion about code in use is an entry of its own", () => {
    expect(catalogue.filter(({ suspicion }) => suspicion !== undefined).map(({ id }) => id)).toEqual([
      "x86-shipped-guard",
      "x86-offline-late",
      "imsic-merged-two-words",
      "imsic-merged-late-message",
      "imsic-merged-crossing",
      "imsic-offline",
      "imsic-offline-stranded",
      "plic-zephyr",
      "avec",
      "avec-offline",
    ]);
  });

  test("properties are listed once each, in the order that reports have", () => {
    expect(properties.map(({ id }) => id)).toEqual([...propertyIds]);
  });

  test("a size with more devices than vectors is refused", () => {
    const entry = entryOf("x86-direct")!;
    expect(() => checkable(entry).instantiate({ cpus: 2, vectors: 1, devices: 3 })).toThrow(
      "x86-direct: 3 devices do not fit into 2 CPUs with 1 vectors each",
    );
  });
});
