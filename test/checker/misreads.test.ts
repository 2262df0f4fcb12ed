/** A name that no state has, read by a function that the reader does not understand, or by one that describes a step. */
import {
  array,
  because,
  check,
  model,
  range,
  record,
  type Model,
  type Property,
  type Vocabulary,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { engines } from "./engines.ts";

interface Nested {
  count: number;
  sub: { deep: number };
  list: { at: number }[];
}
// oxlint-disable-next-line typescript/no-explicit-any -- as a program without types would read it
type Untyped = any;

interface Parts {
  readonly when?: (state: Untyped) => boolean;
  readonly then?: (draft: Untyped) => void;
  readonly label?: (state: Untyped, parameters: unknown) => string;
  readonly actor?: (state: Untyped, parameters: unknown) => string;
  readonly changes?: (before: Untyped, after: Untyped) => string[];
  readonly properties?: (say: Vocabulary<Nested>) => Record<string, Property<Nested>>;
}

function nested({ when, then, label, actor, changes, properties }: Parts): Model<Nested> {
  return model({
    name: "nested",
    state: record({
      count: range(0, 3),
      sub: record({ deep: range(0, 1) }),
      list: array(2, record({ at: range(0, 1) })),
    }),
    initial: { count: 0, sub: { deep: 0 }, list: [{ at: 0 }, { at: 0 }] },
    actions: {
      up: {
        when: (state) => state.count < 3 && (when === undefined || when(state)),
        then: then ?? ((draft) => void (draft.count += 1)),
        ...(label === undefined ? {} : { label }),
        ...(actor === undefined ? {} : { actor }),
      },
    },
    ...(changes === undefined ? {} : { changes }),
    properties: properties ?? (({ always }) => ({ low: always("low", ({ count }) => count < 3) })),
  });
}

/** The reader does not understand regular expressions, so a function with one is called. */
const isCalled = (): boolean => /a/.test("a");

describe("in a function that is called instead of being read, by every engine", () => {
  test.each<[string, Parts, string]>([
    [
      "a property",
      { properties: ({ always }) => ({ low: always("low", (state) => isCalled() && (state as Untyped).cuont !== 3) }) },
      "model nested: property low reads cuont, which is not a field",
    ],
    [
      "a property, in one state only",
      {
        properties: ({ always }) => ({
          low: always("low", (state) => isCalled() && (state.count < 3 || (state as Untyped).sub.depe !== 1)),
        }),
      },
      "model nested: property low reads sub.depe, which is not a field",
    ],
    [
      "a property of steps",
      {
        properties: ({ step }) => ({
          low: step(
            "low",
            (before, _, after) => isCalled() && (before.count < 2 || (after as Untyped).list[1].ta !== 1),
          ),
        }),
      },
      "model nested: property low reads list[1].ta, which is not a field",
    ],
    [
      "a property of runs",
      {
        properties: ({ eventually }) => ({
          low: eventually("low", (state) => isCalled() && (state as Untyped).cuont !== 3),
        }),
      },
      "model nested: property low reads cuont, which is not a field",
    ],
    [
      "an excuse",
      {
        properties: ({ noDeadlock }) => ({
          low: noDeadlock("low", { unless: (state) => isCalled() && (state as Untyped).cuont !== 3 }),
        }),
      },
      "model nested: property low reads cuont, which is not a field",
    ],
    [
      "a guard",
      { when: (state) => isCalled() && state.cuont !== 3 },
      "action up: its guard reads cuont, which is not a field",
    ],
    [
      "a recipe",
      {
        then: (draft) => {
          if (isCalled() && draft.list.lenght !== 1) draft.count += 1;
        },
      },
      "action up: its recipe reads list.lenght, which is not a field",
    ],
  ])("%s", async (_, parts, sentence) => {
    for (const engine of engines) {
      await expect(check(nested(parts), { engine })).rejects.toThrow(sentence);
    }
  });

  test("the place and the right name are named", async () => {
    const subject = nested({ when: (state) => isCalled() && state.cuont !== 3 });
    await expect(check(subject)).rejects.toThrow(
      /misreads\.test\.ts:\d+:\d+\); the fields are count, sub, list; did you mean count\?/,
    );
  });

  test.each<[string, Parts]>([
    [
      "inherited names",
      { when: (state) => isCalled() && state.hasOwnProperty("count") && state.list.map(Boolean).length === 2 },
    ],
    ["an index past the end", { when: (state) => isCalled() && state.list[state.count + 1] !== null }],
    [
      "copies and texts",
      { when: (state) => isCalled() && JSON.stringify({ ...state }) !== "" && structuredClone(state) !== null },
    ],
    [
      "dynamic names of fields",
      { when: (state) => isCalled() && ["count", "sub"].every((name) => state[name] !== undefined) },
    ],
  ])("%s are no mistake", async (_, parts) => {
    for (const engine of engines) expect((await check(nested(parts), { engine })).verdict).toBe("violated");
  });
});

describe("in a function that describes a step: a finding", () => {
  test.each<[string, Parts, string, string]>([
    ["label", { label: (state) => `up ${state.cuont}` }, "action up: its label reads cuont", "label"],
    ["actor", { actor: (state) => `${state.sub.depe}` }, "action up: its actor reads sub.depe", "actor"],
    ["changes", { changes: (_, after) => [`${after.list[0].ta}`] }, "its changes function reads list[0].ta", "changes"],
    [
      "narrator",
      {
        properties: () => ({
          low: {
            kind: "always",
            title: "low",
            holds: ({ count }: Nested) => count < 3 || because("high"),
            narrate: ({ steps }: Untyped) => `${steps.at(-1).state.cuont}`,
          } as Untyped,
        }),
      },
      "property low: its narrator reads cuont",
      "narrator",
    ],
  ])("%s", async (_, parts, sentence, part) => {
    const { verdict, mistakes = [], properties } = await check(nested(parts));
    expect([verdict, properties[0]!.verdict]).toEqual(["error", "violated"]);
    expect(mistakes.map((one) => one.part)).toEqual([part]);
    expect(mistakes[0]!.message).toContain(`${sentence}, which is not a field`);
    expect(mistakes[0]!.place).toMatchObject({ file: expect.stringContaining("misreads.test.ts") as string });
  });
});
