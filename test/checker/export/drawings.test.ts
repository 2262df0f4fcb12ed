/** Output for tools that only read: DOT for Graphviz, ITF for trace viewers. No such tool is needed here. */
import { array, check, model, ModelError, oneOf, optional, range, record, weakFairness } from "irqproof/checker";
import { afterAll, describe, expect, test } from "vitest";
import { toDot } from "../../../checker/export/graph.ts";
import { toItf } from "../../../checker/trace/itf.ts";
import { irqproof, LAMPS, temporaryFolder } from "../../cli/run.ts";

const folder = temporaryFolder();
const lamps = folder.write("lamps.ts", LAMPS);
afterAll(() => folder.remove());

/** Two places that swap; names with quotes, and a field that has the name of a variable of ITF's own. */
const swap = model({
  name: 'swap "x"',
  state: record({ action: oneOf('say "a"', "b\\c"), seat: array(2, optional(range(0, 2))), fraction: oneOf(0.5, 2) }),
  initial: [
    { action: 'say "a"', seat: [0, null], fraction: 0.5 },
    { action: 'say "a"', seat: [null, 1], fraction: 2 },
  ],
  actions: {
    swap: { then: (draft) => void draft.seat.unshift(draft.seat.pop() ?? null) },
    speak: {
      over: { aloud: range(0, 1) },
      when: ({ action }) => action !== "b\\c",
      then: (draft) => void (draft.action = "b\\c"),
    },
  },
  properties: ({ always, eventually }) => ({
    silent: always("nobody speaks", ({ action }) => action === 'say "a"'),
    swapped: eventually("the second seat is 2", ({ seat }) => seat[1] === 2, { fairness: [weakFairness("swap")] }),
  }),
});

describe("DOT", () => {
  const nodes = (text: string): string[] => [...text.matchAll(/^ {2}(s\d+) \[label=/gm)].map((match) => match[1]!);
  const edges = (text: string): string[] =>
    [...text.matchAll(/^ {2}(s\d+ -> s\d+) \[label=/gm)].map((match) => match[1]!);

  test("has a node for each state and an edge for each transition", async () => {
    const text = toDot(swap);
    const { states } = await check(swap);
    expect(nodes(text)).toHaveLength(states.distinct);
    expect(new Set(nodes(text)).size).toBe(states.distinct);
    expect(edges(text)).toHaveLength(states.transitions);
    for (const name of new Set(edges(text).flatMap((edge) => edge.split(" -> ")))) expect(nodes(text)).toContain(name);
  });

  test("shows initial states in full and changes at the edges, with quotes and backslashes kept", () => {
    const text = toDot(swap);
    expect(text).toMatch(/^digraph "swap \\"x\\"" \{\n/);
    expect(text.match(/penwidth=2/g)).toHaveLength(2);
    expect(text).toContain(
      String.raw`s0 [label="action = \"say \\\"a\\\"\"\lseat = [0, null]\lfraction = 0.5\l", penwidth=2];`,
    );
    expect(text).toContain(String.raw`[label="swap\nseat[0]: 0 -> null\nseat[1]: null -> 0"];`);
    // A quote that is not escaped would end a label early.
    for (const line of text.split("\n")) {
      const label = /\[label="(.*)"(?:, penwidth=2)?\];$/.exec(line)?.[1];
      expect(label?.replaceAll(/\\./g, "") ?? "").not.toContain('"');
    }
  });

  test("refuses what no drawing can show", async () => {
    expect(() => toDot(swap, 7)).toThrow(ModelError);
    expect(() => toDot(swap, 8)).not.toThrow();
    const { status, err } = await irqproof(["export", lamps, "--to", "dot", "--count", "10"]);
    expect(status).toBe(2);
    expect(err).toBe(
      "irqproof: model lamps has more than 500 states, too many for a drawing; use smaller parameters, or allow more with --max-states N\n",
    );
  });
});

describe("ITF", () => {
  const integer = (value: number): object => ({ "#bigint": String(value) });
  const none = { tag: "None", value: { "#tup": [] } };

  test("of a finite run names the steps, beside a field that is called action", async () => {
    const { properties } = await check(swap);
    const silent = properties.find(({ id }) => id === "silent")!;
    expect(toItf(swap, "silent", silent.trace!)).toEqual({
      "#meta": {
        format: "ITF",
        "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
        source: 'swap "x"',
        description: "silent",
      },
      vars: ["action", "seat", "fraction", "action_taken"],
      states: [
        { "#meta": { index: 0 }, action: 'say "a"', seat: [integer(0), none], fraction: "0.5", action_taken: "" },
        {
          "#meta": { index: 1 },
          action: "b\\c",
          seat: [integer(0), none],
          fraction: "0.5",
          action_taken: "speak(aloud=0)",
        },
      ],
    });
  });

  test("of an infinite run has its loop, and begins and ends the loop with the same values", async () => {
    const { properties } = await check(swap);
    const swapped = properties.find(({ id }) => id === "swapped")!;
    const { loop, states } = toItf(swap, "swapped", swapped.trace!) as {
      loop: number;
      states: (Record<string, unknown> & { "#meta": unknown })[];
    };
    expect(loop).toBe(swapped.trace!.loopFrom);
    const fields = ({ action, seat, fraction }: Record<string, unknown>): object => ({ action, seat, fraction });
    expect(fields(states.at(-1)!)).toEqual(fields(states[loop]!));
  });

  test("export and check --trace itf write the same", async () => {
    const exported = await irqproof(["export", lamps, "--to", "itf", "--property", "dark"]);
    expect(exported.status).toBe(0);
    const itf: unknown = JSON.parse(exported.out);
    expect(itf).toMatchObject({ "#meta": { description: "dark", source: "lamps" }, vars: ["on", "action"] });
    const checked = await irqproof(["check", lamps, "--property", "dark", "--trace", "itf"]);
    expect(checked.status).toBe(1);
    expect(checked.out).toContain(exported.out.trim());
  });
});
