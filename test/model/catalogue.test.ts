import { check, isSafety } from "irqproof/checker";
import { catalogue, entryOf, lossIds, propertyIds } from "irqproof/model";
import { checkable, properties } from "irqproof/properties";
import { describe, expect, test } from "vitest";

const long = process.env["IRQPROOF_LONG"] !== undefined;

/** The schemes that others are made of. */
const core = new Set(["x86-direct", "x86-two-step", "x86-two-step-no-check", "x86-same-cpu", "msi-masked"]);

/** Liveness takes longer than all the rest: beside the defaults it is for the core, and for the long tests. */
const withLiveness = (id: string): boolean => long || core.has(id);

/** The properties that have a meaning for the entry, of those that its expectation states. */
function stated(id: string, given: Record<string, unknown>, liveness: boolean): string[] {
  const { properties: applicable } = checkable(entryOf(id)!).instantiate(given);
  return Object.keys(entryOf(id)!.expected(given)).filter((name) => {
    const property = applicable.get(name);
    return property !== undefined && (liveness || isSafety(property));
  });
}

/** What is expected of those properties. */
function expectation(id: string, given: Record<string, unknown>, liveness = true): Record<string, string | undefined> {
  const all = entryOf(id)!.expected(given);
  return Object.fromEntries(stated(id, given, liveness).map((property) => [property, all[property]]));
}

/** What is found of those properties. */
async function verdicts(id: string, given: Record<string, unknown>, liveness = true): Promise<Record<string, string>> {
  const entry = entryOf(id)!;
  const report = await check(checkable(entry).instantiate(given), { properties: stated(id, given, liveness) });
  expect(report.stopped).toBeUndefined();
  return Object.fromEntries(report.properties.map((property) => [property.id, property.verdict]));
}

const ids = catalogue.map(({ id }) => id);
const coverages = ["dispatch", "service", "occurrence"];

describe("every entry is as expected", () => {
  const holding = catalogue.filter((entry) => entry.expected()["no-interrupt-lost"] === "holds").map(({ id }) => id);

  test.each(ids)("%s, at its defaults, with every property that has a meaning there", async (id) => {
    const expected = expectation(id, {});
    expect(Object.keys(expected)).toEqual([...checkable(entryOf(id)!).instantiate().properties.keys()]);
    expect(await verdicts(id, {})).toEqual(expected);
  });

  test.each(holding)("%s, for any number of moves", async (id) => {
    // With two devices that is a million states: two moves here, any number in the long tests.
    const many = id === "x86-two-step-foreign-vector" && !long;
    const given = { moves: many ? 2 : "unbounded" };
    expect(await verdicts(id, given, withLiveness(id))).toEqual(expectation(id, given, withLiveness(id)));
  });

  test.each(ids)("%s, for every coverage and fabric", async (id) => {
    const { parameters: defaults } = checkable(entryOf(id)!).instantiate();
    const moves = id === "x86-pinned-thread-unvalidated" ? 2 : 1;
    for (const coverage of long || moves === 1 ? coverages : ["service"]) {
      // A fabric makes many states: the whole grid is for the long tests.
      const some = coverage === "dispatch" && core.has(id) ? ["none", "fifo", "fifo-drain"] : ["none"];
      for (const fabric of long ? ["none", "fifo", "fifo-drain"] : some) {
        const given = { coverage, fabric, moves };
        // The test before has been there.
        if (Object.entries(given).every(([name, value]) => defaults[name] === value)) continue;
        const liveness = withLiveness(id);
        expect({ ...given, ...(await verdicts(id, given, liveness)) }).toEqual({
          ...given,
          ...expectation(id, given, liveness),
        });
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
    const all = id === "x86-same-vector" || long;
    for (const coverage of all ? coverages : ["dispatch"]) {
      const given = { ...own, coverage, fabric: "fifo", moves: 2 };
      expect({ ...given, ...(await verdicts(id, given)) }).toEqual({ ...given, ...expectation(id, given) });
    }
  });

  test.each([
    ["x86-shipped-guard", { guard: "shipped", maskable: true }],
    ["x86-shipped-guard", { guard: "intended", maskable: false }],
    ["x86-shipped-guard", { guard: "intended", maskable: true }],
    ["x86-two-step-irqs-on", { context: "interrupt", "descriptor-lock": "held" }],
    ["x86-two-step-irqs-on", { context: "task", "descriptor-lock": "released" }],
    ["x86-two-step-irqs-on", { context: "task", "descriptor-lock": "held" }],
  ])("%s with %o", async (id, own) => {
    for (const coverage of coverages) {
      const given = { ...own, coverage, moves: 1 };
      expect({ ...given, ...(await verdicts(id, given)) }).toEqual({ ...given, ...expectation(id, given) });
    }
  });

  test("expectations say something of both kinds", () => {
    const primary = catalogue.map((entry) => entry.expected()["no-interrupt-lost"]);
    expect(primary.filter((verdict) => verdict === "violated").length).toBeGreaterThanOrEqual(10);
    expect(primary.filter((verdict) => verdict === "holds").length).toBeGreaterThanOrEqual(10);
  });
});

describe("the two forms of the question agree", () => {
  const sizes = [
    { "device-kind": "handshake" },
    { raises: 1, devices: 2 },
    { raises: 2, stray: "unchecked", moves: 2 },
  ];
  test.each(ids)("%s", async (id) => {
    for (const size of sizes) {
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
    for (const { id, source, why, row } of catalogue) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(row).toMatch(/^S\d\d[a-z]*$/);
      expect(source.length).toBeGreaterThan(0);
      expect(why.length).toBeGreaterThan(20);
    }
  });

  test("properties are listed once each, in the order that reports have", () => {
    expect(properties.map(({ id }) => id)).toEqual([...propertyIds]);
    for (const { row } of properties) expect(row).toMatch(/^PR\d+$/);
  });

  test("a size with more devices than vectors is refused", () => {
    const entry = entryOf("x86-direct")!;
    expect(() => checkable(entry).instantiate({ cpus: 2, vectors: 1, devices: 3 })).toThrow(
      "x86-direct: 3 devices do not fit 2 CPUs with 1 vectors each",
    );
  });
});
