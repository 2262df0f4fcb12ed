/** Every name that a text recommends to users exists: in what `new` writes, in README.md and in docs/. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as checker from "irqproof/checker";
import * as model from "irqproof/model";
import * as properties from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { protocolStart } from "../../cli/commands/starts/protocol.ts";
import { schemeStart } from "../../cli/commands/starts/scheme.ts";
import { strategyRule } from "../../model/strategy-rules.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { steps, routingSteps } = model;

const strategy = { context: { kind: "interrupt" }, program: [steps.writeData] };

/** Error in a strategy that has these parts; undefined if there is none. */
function mistake(part: object): string | undefined {
  try {
    strategyRule.check({ ...strategy, ...part }, "own");
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The value of an expression in which the steps have their names, as in a user's file. */
function valueOf(expression: string): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- as a user would write it
  return new Function(...Object.keys(steps), `"use strict"; return (${expression});`)(...Object.values(steps));
}

/** Error in a call or a name in the place of a step; undefined if there is none. */
function mistakeInStep(expression: string): string | undefined {
  try {
    return mistake({ program: valueOf(`[${expression}]`) });
  } catch (error) {
    return String(error);
  }
}

const isStrategyKey = (name: string): boolean => mistake({ [name]: undefined })?.includes("unknown key") !== true;
const isStepKey = (name: string): boolean =>
  mistake({ program: [{ ...steps.writeData, [name]: undefined }] })?.includes("unknown key") !== true;

describe("what new writes", () => {
  const text = schemeStart("own");

  test("the predefined steps", () => {
    const [, list = ""] = /Predefined steps;.*\n\/\/\n((?:\/\/ {3}.*\n)+)const/.exec(text) ?? [];
    const lines = list.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(8);
    const found = lines.flatMap((line) => {
      const [, names = ""] = /^\/\/ {3}(\S.*?) {2,}\S/.exec(line) ?? [];
      return names === "" ? [] : callsOf(names);
    });
    // The text of their line has their arguments.
    found.push(
      ...["enableInterrupts", "disableInterrupts"].flatMap((name) => [`${name}("held")`, `${name}("released")`]),
    );
    const calls = found.filter((call) => !/^(en|dis)ableInterrupts$/.test(call));
    expect(calls).toContain(`writeAddress("old-cpu")`);
    expect(calls).toContain("unmaskDevice");
    for (const call of calls) {
      const written = call.startsWith("writeMessage") ? `...${call}` : call;
      expect([call, mistakeInStep(written)]).toEqual([call, undefined]);
    }
  });

  test("the contexts and the further fields of a strategy", () => {
    const contexts = [...text.matchAll(/^ *\/\/ {3}(\{ kind: .*? \}) {2,}/gm)].map(([, context = ""]) => context);
    expect(contexts).toHaveLength(4);
    for (const context of contexts) expect(mistake({ context: valueOf(context) })).toBe(undefined);

    const [, list = ""] = /Further fields; these are the defaults:\n((?: *\/\/ {3}.*\n)+)/.exec(text) ?? [];
    const lines = list
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/^ *\/\/ {3}/, ""));
    const keys = lines.flatMap((line) => /^[a-zA-Z]+/.exec(line)?.[0] ?? []);
    expect(keys).toEqual(["device", "cleanup", "allocation", "staysOnCpu", "enablesInterrupts"]);
    expect(keys.filter((key) => !isStrategyKey(key))).toEqual([]);
    for (const line of lines) {
      const [, key, values = ""] = /^(\w+): (.*)$/.exec(line) ?? [];
      if (key === undefined) continue;
      const alternatives = key === "device" ? [values] : [...values.matchAll(/"[\w-]+"/g)].map(([word]) => word);
      expect(alternatives.length).toBeGreaterThan(0);
      for (const value of alternatives)
        expect([key, value, mistake({ [key]: valueOf(value) })]).toEqual([key, value, undefined]);
    }
    // "at-once" names the step that it needs.
    expect(list).toContain("cleanUpAtOnce");
    expect(mistakeInStep("cleanUpAtOnce")).toBe(undefined);
  });

  test("the keys in its comments, and the kinds of properties in those of a protocol", () => {
    const named = [...text.matchAll(/\((checks|retriggers): true\)/g)].map(([, key = ""]) => key);
    expect(named).toEqual(["checks", "retriggers"]);
    expect(named.every(isStepKey)).toBe(true);
    const [, kinds = ""] = /Further kinds: (\w+) \(of [^)]*\), \w+/.exec(protocolStart("own")) ?? [];
    expect(Object.keys(checker)).toContain(kinds);
  });
});

/** The calls and names of a line such as `writeAddress("old-cpu" | "new-cpu")` or `maskDevice, unmaskDevice`. */
function callsOf(names: string): string[] {
  const [, name, argument] = /^(\w+)\((.*)\)$/.exec(names) ?? [];
  if (name !== undefined && argument !== undefined) return argument.split(" | ").map((value) => `${name}(${value})`);
  return names.split(", ");
}

/** The code in a page's text, without its blocks: what stands between backquotes. */
function spansOf(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
}

describe("docs/own-scheme.md", () => {
  const page = "docs/own-scheme.md";

  test("each line of the table from a patch to the file leads to a step or a context", () => {
    const [, section = ""] = /^## 2\.([\s\S]*?)^## 3\./m.exec(readFileSync(join(root, page), "utf8")) ?? [];
    const rows = section.matchAll(/^\| .* \| (`.*) \|$/gm);
    const spans = [...rows].flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span));
    const told = spans.filter((span) => span !== "false" && !isStrategyKey(span));
    const mistakes = told.map((span) =>
      span.startsWith("context: ") ? mistake(valueOf(`{ ${span} }`) as object) : mistakeInStep(span),
    );
    expect(told.filter((_, index) => mistakes[index] !== undefined)).toEqual([]);
    expect(told).toContain("maskDevice");
    expect(told.length).toBeGreaterThan(12);
  });

  test("each single word is a step, a key or an export", () => {
    const known = new Set([...Object.keys(checker), ...Object.keys(model), ...Object.keys(properties)]);
    for (const name of [...Object.keys(steps), ...Object.keys(routingSteps), "true", "false"]) known.add(name);
    const words = spansOf(page).filter((span) => /^[a-z][a-zA-Z]*$/.test(span));
    expect(words.length).toBeGreaterThan(15);
    expect(words.filter((word) => !known.has(word) && !isStrategyKey(word) && !isStepKey(word))).toEqual([]);
  });
});

test("names in camel case, in README.md and docs/, are names of the code", () => {
  const files = ["checker", "model", "properties", "catalogue", "recordings", "explorer", "cli"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(root, folder, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")),
  );
  const known = new Set(files.flatMap((text) => text.match(/\b[a-z]+[A-Z]\w*\b/g) ?? []));
  const pages = [
    "README.md",
    ...readdirSync(join(root, "docs"))
      .filter((file) => file.endsWith(".md"))
      .map((file) => `docs/${file}`),
  ];
  // A name of JavaScript.
  const foreign = new Set(["indexOf"]);
  const unknown: string[] = [];
  let count = 0;
  for (const page of pages) {
    for (const span of spansOf(page)) {
      for (const word of span.match(/(?<![\w-])[a-z]+[A-Z][a-zA-Z0-9]*\b(?!_)/g) ?? []) {
        count++;
        if (!known.has(word) && !foreign.has(word)) unknown.push(`${page}: ${word}`);
      }
    }
  }
  expect(unknown).toEqual([]);
  expect(count).toBeGreaterThan(50);
});
