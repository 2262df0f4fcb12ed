import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { array, boolean, chart, check, model, range, record, type Narrator, type Trace } from "irqproof/checker";
import { actorsOf } from "../../../checker/trace/actors.ts";
import { torn } from "./toy.ts";

type Steps = readonly { readonly actor: string; readonly label: string; readonly changes: readonly string[] }[];

/** A trace that took the given steps; its states are the steps' numbers. */
function told(steps: Steps, actors: readonly string[] = []): [Narrator<number>, Trace<number>] {
  const trace = {
    steps: [
      { action: null, parameters: {}, actor: "", label: "", state: 0 },
      ...steps.map(({ actor, label }, index) => ({ action: "act", parameters: {}, actor, label, state: index + 1 })),
    ],
    because: undefined,
    conclusion: undefined,
  };
  return [{ actors, initial: [0], changes: (_, after) => steps[after - 1]?.changes ?? [] }, trace];
}

const step = (actor: string, label: string, ...changes: readonly string[]) => ({ actor, label, changes });

describe("the chart of a torn message", () => {
  test("looks like a race diagram of a kernel list", async () => {
    const [property] = (await check(torn())).properties;
    expect(chart(torn(), property!.trace!)).toBe(
      `    CPU0              CPU1              Device
 1  write_address(CPU1)
      message = CPU1, vector A
 2                                      raise: message to CPU1, vector A
                                          IRR[CPU1][A] = 1
 3  write_data(vector B)
      message = CPU1, vector B

not: the vector has a handler (CPU1, vector A is unused).
The device used the new address with the old data; nobody looks at CPU1,
vector A.`,
    );
  });

  test("names a change by its path where the model has no words of its own", async () => {
    const [property] = (await check(torn())).properties;
    expect(chart({ ...torn(), changes: undefined }, property!.trace!, { closing: false })).toBe(
      `    CPU0              CPU1              Device
 1  write_address(CPU1)
      pc: 0 -> 1, cpu: 0 -> 1
 2                                      raise: message to CPU1, vector A
                                          raised: false -> true
                                          irr[2]: false -> true
 3  write_data(vector B)
      pc: 1 -> 2, vector: A -> B`,
    );
  });
});

describe("the columns of a chart", () => {
  test("actors that the model does not name follow, sorted by name and number", () => {
    const header = (actors: readonly string[], named: readonly string[] = []): string[] => {
      const steps = actors.map((actor) => step(actor, "x"));
      return chart(...told(steps, named))
        .split("\n")[0]!
        .trim()
        .split(/ +/);
    };
    expect(header(["b", "a", "c"], ["c"])).toEqual(["c", "a", "b"]);
    expect(header(["N10", "N9", "N1"])).toEqual(["N1", "N9", "N10"]);
  });

  test("two charts of one model have their columns in one order", () => {
    const names = fc.constantFrom("P0", "P1", "P2", "P10", "bus", "q2x", "q10x");
    fc.assert(
      fc.property(fc.array(names, { minLength: 1 }), fc.array(names, { minLength: 1 }), (one, other) => {
        const [left, right] = [one, other].map((actors) => {
          const [narrator, trace] = told(actors.map((actor) => step(actor, "x")));
          return actorsOf(narrator, trace);
        }) as [string[], string[]];
        const shared = (names: readonly string[], among: readonly string[]) => names.filter((n) => among.includes(n));
        expect(shared(left, right)).toEqual(shared(right, left));
        expect([...left].sort()).toEqual([...new Set(one)].sort());
      }),
    );
  });

  test("without actors there is one column and no heading", () => {
    expect(chart(...told([step("", "one", "x = 1"), step("", "two")]))).toBe(" 1  one\n      x = 1\n 2  two");
  });

  test("only those who act have one when the model names too many", () => {
    const [narrator, trace] = told(
      [step("P7", "enter"), step("P3", "enter")],
      ["P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7"],
    );
    expect(chart(narrator, trace).split("\n")[0]!.trim().split(/ +/)).toEqual(["P3", "P7"]);
  });

  test("a long heading of the last column keeps to the width", () => {
    const lines = chart(...told([step("the-device-with-a-long-name", "raise")], ["CPU0", "CPU1", "CPU2"])).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
  });

  test("more than five who act share one column, named in front of each step", () => {
    const steps = [0, 1, 2, 3, 4, 5].map((process) => step(`P${process}`, "enter", `at[${process}] = 1`));
    expect(
      chart(...told(steps))
        .split("\n")
        .slice(0, 3),
    ).toEqual([" 1  P0: enter", "      at[0] = 1", " 2  P1: enter"]);
  });

  test("names that do not fit side by side share one column too", () => {
    const names = ["a".repeat(30), "b".repeat(30), "c".repeat(30)];
    expect(chart(...told(names.map((name) => step(name, "x")))).split("\n")).toEqual(
      names.map((name, index) => ` ${index + 1}  ${name}: x`),
    );
  });

  test("step numbers are aligned", () => {
    const lines = chart(...told(Array.from({ length: 10 }, () => step("", "x")))).split("\n");
    expect([lines[0], lines[9]]).toEqual(["  1  x", " 10  x"]);
  });
});

describe("the start of a chart", () => {
  const counter = (initial: { n: number; on: boolean[] } | { n: number; on: boolean[] }[]) =>
    model({
      name: "counter",
      state: record({ n: range(0, 3), on: array(2, boolean) }),
      initial,
      actions: { up: { when: (state) => state.n < 3, then: (draft) => void (draft.n += 1) } },
      properties: ({ always }) => ({ low: always("n is below three", (state) => state.n < 3) }),
    });

  test("a trace without steps shows the whole initial state", async () => {
    const bad = counter({ n: 3, on: [false, true] });
    expect(chart(bad, (await check(bad)).properties[0]!.trace!)).toBe("initially:\n    n = 3, on = [false, true]");
  });

  test("one of several initial states is distinguished by its differences", async () => {
    const many = counter([0, 1].map((n) => ({ n, on: [false, true] })));
    expect(chart(many, (await check(many)).properties[0]!.trace!)).toBe(
      "initially:\n    n = 1\n\n 1  up\n      n: 1 -> 2\n 2  up\n      n: 2 -> 3",
    );
  });
});

describe("any trace at all", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 120, unit: "grapheme" }),
    fc.string({ maxLength: 120 }),
    fc.constantFrom("write_address(CPU1)", "raise", "x".repeat(200), "", "\u2192 \u03bb"),
  );
  const actor = fc.oneof({ weight: 4, arbitrary: fc.constantFrom("CPU0", "CPU1", "Device", "") }, text);
  const steps = fc.array(fc.record({ actor, label: text, changes: fc.array(text, { maxLength: 4 }) }), {
    maxLength: 30,
  });
  const anyTrace = fc.record({
    steps,
    actors: fc.uniqueArray(actor, { maxLength: 8 }),
    because: text,
    conclusion: text,
  });

  test("is printable ASCII, 72 columns wide at most, without trailing blanks", () => {
    fc.assert(
      fc.property(anyTrace, fc.integer({ min: 1, max: 12 }), ({ steps, actors, because, conclusion }, times) => {
        const [narrator, trace] = told(Array.from({ length: times }, () => steps).flat(), actors);
        for (const line of chart(narrator, { ...trace, because, conclusion }, { fold: times > 1 }).split("\n")) {
          expect(line).toMatch(/^[ -~]{0,72}$/);
          expect(line).not.toMatch(/ $/);
        }
      }),
    );
  });

  test("has each step once, in order, with its label and its changes", () => {
    const plain = fc.array(
      fc.record({
        actor: fc.constantFrom("CPU0", "CPU1", "CPU2", "Device", ""),
        label: fc.stringMatching(/^[a-z][a-z_() ]{0,100}$/),
        changes: fc.array(fc.stringMatching(/^[A-Z][A-Z= ]{0,90}$/), { maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(plain, (steps) => {
        const lines = chart(...told(steps)).split("\n");
        const numbers = lines.flatMap((line) => /^ +(\d+)  /.exec(line)?.[1] ?? []).map(Number);
        expect(numbers).toEqual(steps.map((_, index) => index + 1));
        const body = lines.slice(lines.findIndex((line) => /^ +1  /.test(line)));
        const squeezed = body.join("").replaceAll(/[\s\d,]/g, "");
        const said = steps.map(({ label, changes }) => label + changes.join("")).join("");
        expect(squeezed).toBe(said.replaceAll(/\s/g, ""));
      }),
    );
  });

  test("keeps each step in its actor's column", () => {
    const acting = fc.array(fc.constantFrom("CPU0", "CPU1", "Device"), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(acting, (actors) => {
        const [header, ...rows] = chart(
          ...told(
            actors.map((actor) => step(actor, "acts")),
            ["CPU0", "CPU1", "Device"],
          ),
        ).split("\n");
        expect(rows.map((row) => row.indexOf("acts"))).toEqual(actors.map((actor) => header!.indexOf(actor)));
      }),
    );
  });
});
