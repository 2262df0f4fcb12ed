/** Every catalogue entry has the expected verdicts at its default parameters. */
import { catalogue, checkable, entryOf } from "irqproof/catalogue";
import { properties, propertyIds } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { engineFor, unexpected } from "./expected.ts";

const ids = catalogue.map(({ id }) => id);

describe("every entry is as expected", () => {
  test.each(ids)("%s, at its defaults, with every property that has a meaning there", async (id) => {
    const stated = Object.keys(entryOf(id)!.expected());
    expect(stated).toEqual(expect.arrayContaining([...checkable(entryOf(id)!).instantiate().properties.keys()]));
    expect(await unexpected(id, {}, { engine: engineFor(id) })).toEqual([]);
  });

  test("expectations say something of both kinds", () => {
    const verdicts = catalogue.map((entry) => entry.expected()["no-interrupt-lost"]);
    expect(verdicts.filter((verdict) => verdict === "violated").length).toBeGreaterThanOrEqual(10);
    expect(verdicts.filter((verdict) => verdict === "holds").length).toBeGreaterThanOrEqual(10);
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
