/** The catalogue and the examples as they are read, against their own functions. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Family, type Model } from "irqproof/checker";
import { catalogue } from "irqproof/catalogue";
import { checkable } from "irqproof/catalogue";
import { describe, expect, test } from "vitest";
import { Readings } from "../../../checker/reading/index.ts";
import { sizeOf } from "../../../bench/catalogue-size.ts";
import { compareReading } from "./compare.ts";

const isLong = process.env["IRQPROOF_LONG"] !== undefined;
const folder = fileURLToPath(new URL("../../../examples/", import.meta.url));

/** Entries that differ much from each other. */
const SOME = new Set([
  "x86-two-step",
  "x86-managed",
  "x86-remapped",
  "msix-masked",
  "gicv3-its",
  "imsic-merged",
  "avec-offline",
]);
const SMALL: Readonly<Record<string, number>> = { cpus: 2, vectors: 2, devices: 1, moves: 1 };

const entries = catalogue.filter(({ id }) => isLong || SOME.has(id));

describe("catalogue", () => {
  test.each(entries.map((entry) => [entry.id, entry] as const))("%s", (_, entry) => {
    const size = Object.entries(sizeOf(entry)).map(([name, value]) => [name, isLong ? value : (SMALL[name] ?? value)]);
    const made = checkable(entry).instantiate(Object.fromEntries(size));
    const { differences, unread, states } = compareReading(made, isLong ? 120 : 25);
    expect(differences).toEqual([]);
    expect(unread).toEqual([]);
    expect(states).toBeGreaterThan(10);
  });
});

// The command line checks entries without reading them first (`purity: "assumed"`): it rests on this test.
test.each(catalogue.map((entry) => [entry.id, entry] as const))("every function of %s is read", (_, entry) => {
  const made = checkable(entry).instantiate();
  const readings = new Readings();
  readings.refuseMistakes(made, made.properties);
  const reading = readings.of(made);
  const unread = made.instances.flatMap((instance) => {
    const { unread: why } = reading.action(instance);
    return why === undefined ? [] : [[instance.text, why]];
  });
  for (const [id, property] of made.properties) {
    if (property.kind !== "always" && property.kind !== "sometimes") continue;
    const { unread: why } = reading.state(id, property.holds);
    if (why !== undefined) unread.push([id, why]);
  }
  expect(unread).toEqual([]);
  expect(readings.notes(made)).toEqual([]);
});

describe("examples", () => {
  const names = readdirSync(folder).flatMap((file) => (file.endsWith(".ts") ? [file.slice(0, -3)] : []));
  test.each(names)("%s", async (name) => {
    const { default: exported } = (await import(`../../../examples/${name}.ts`)) as {
      default: Family<unknown> | Model<unknown>;
    };
    const made = "instantiate" in exported ? exported.instantiate({}) : exported;
    const { differences, unread } = compareReading(made, isLong ? 400 : 60);
    expect(differences).toEqual([]);
    expect(unread).toEqual([]);
  });
});
