import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { irqproof, LAMPS, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
const lamps = folder.write("lamps.ts", LAMPS);
const holding = folder.write(
  "holding.ts",
  `import { model, range, record } from "irqproof/checker";
   export const clock = model({
     name: "clock", state: record({ hour: range(0, 11) }), initial: { hour: 0 },
     actions: { tick: { then: (draft) => { draft.hour = (draft.hour + 1) % 12; } } },
     properties: ({ always }) => ({ early: always("it is never thirteen", (state) => state.hour < 13) }),
   });`,
);
afterAll(() => folder.remove());

/** The part of an output that does not depend on the time it took, nor on the hash. */
const timeless = (text: string): string =>
  text
    .replace(/\d+\.\d\d s/, "T s")
    .replace(/(direct|compiled) engine/, "ENGINE")
    .replace(/; [0-9a-f]{12}$/m, "; HASH");

describe("check FILE.ts", () => {
  test("prints verdicts, counterexample, witness and a line for a mail, and exits with 1", async () => {
    const { status, out, err } = await irqproof(["check", lamps]);
    expect(status).toBe(1);
    expect(err).toBe("");
    expect(timeless(out)).toBe(`lamps: lamps that anyone may toggle
  count=2
  4 states, 8 transitions, depth 3
  irqproof 0.1.0, ENGINE, 1 worker, 2 bits a state, T s

  VIOLATED  dark    some lamp is off
  holds     listed  the number of lamps does not change
  holds     bright  the first lamp is on

dark: counterexample, 2 steps

 1  toggle(lamp=0)
      on[0]: false -> true
 2  toggle(lamp=1)
      on[1]: false -> true

Witnessed:
  bright  1 step  the first lamp is on

--property ID shows a shortest run of one of them, --all-traces the runs of all.

lamps: dark VIOLATED; 4 states; HASH
`);
  });

  test("takes a single model that is a named export, and exits with 0 when all holds", async () => {
    const { status, out } = await irqproof(["check", holding]);
    expect(status).toBe(0);
    expect(out).toContain("clock: early holds; 12 states; ");
  });

  test("takes parameters before or behind the file, and decides only the properties that are asked for", async () => {
    const { status, out } = await irqproof([
      "check",
      "--count",
      "3",
      lamps,
      "--property",
      "listed",
      "--property=bright",
    ]);
    expect(status).toBe(0);
    expect(out).toContain("count=3");
    expect(out).toContain("8 states, 24 transitions, depth 4");
    expect(out).not.toContain("dark");
  });

  test.each([
    ["steps", "1. toggle(lamp=0)\n     on[0]: false -> true\n2. toggle(lamp=1)"],
    ["mermaid", "sequenceDiagram\n"],
    ["json", `[\n  {\n    "action": null,`],
  ])("shows traces as %s", async (format, text) => {
    const { out } = await irqproof(["check", lamps, "--trace", format]);
    expect(out).toContain(text);
    expect(out).toMatch(/\nlamps: dark VIOLATED; 4 states; [0-9a-f]{12}\n$/);
  });

  test("shows no traces when none are wanted", async () => {
    const { out } = await irqproof(["check", lamps, "--trace", "none"]);
    expect(out).toContain("VIOLATED  dark");
    expect(out).not.toContain("toggle(");
  });

  test("exits with 3 when a bound is reached first, and says so", async () => {
    const { status, out } = await irqproof(["check", lamps, "--max-states", "2", "--property", "dark"]);
    expect(status).toBe(3);
    expect(out).toContain("stopped early: the bound of 2 states was reached; the figures are lower bounds");
    expect(out).toContain("inconclusive  dark");
    expect(out).toContain("lamps: inconclusive; 2+ states; ");
  });

  test.each([
    ["1e1", "inconclusive; 10+ states"],
    ["0.01k", "inconclusive; 10+ states"],
    ["1M", "early holds; 12 states"],
  ])("takes --max-states %s", async (bound, said) => {
    const { out } = await irqproof(["check", holding, "--max-states", bound]);
    expect(out).toContain(`clock: ${said}; `);
  });

  test("exits with 3 when the time is up, and says so", async () => {
    const large = folder.write("large.ts", LAMPS.replace("integer(2, 1, 16", "integer(30, 1, 30"));
    for (const format of ["text", "json"]) {
      const { status, out } = await irqproof([
        "check",
        large,
        "--property",
        "listed",
        "--max-time",
        "100ms",
        "--format",
        format,
      ]);
      expect(status).toBe(3);
      expect(out).toContain("the time limit was reached");
    }
  });

  test("says of a goal that is never reached that no state satisfies it", async () => {
    const file = folder.write(
      "goal.ts",
      `import { boolean, model, record } from "irqproof/checker";
       export default model({ name: "goal", state: record({ up: boolean }), initial: { up: false },
         actions: { stay: { then: () => {} } },
         properties: ({ sometimes }) => ({ risen: sometimes("it rises", (state) => state.up) }) });`,
    );
    const { status, out } = await irqproof(["check", file]);
    expect(status).toBe(1);
    expect(out).toContain("risen: no reachable state satisfies it.");
  });

  test("draws one chart for properties that end in the same trace", async () => {
    const file = folder.write(
      "twice.ts",
      `import { always, because, boolean, model, record } from "irqproof/checker";
       const down = (title: string) => always<{ up: boolean }>(title, (state) => !state.up || because(title + " broken"));
       export default model({ name: "twice", state: record({ up: boolean }), initial: { up: false },
         actions: { rise: { then: (draft) => { draft.up = true; } } },
         properties: { first: down("one"), second: down("two") } });`,
    );
    const { out } = await irqproof(["check", file]);
    expect(out.match(/up: false -> true/g)).toHaveLength(1);
    expect(out).toContain("first and second: counterexample, 1 step");
    expect(out).toContain("\nfirst: one broken.\n");
    expect(out).toContain("\nsecond: two broken.\n");
  });

  test("has every line of a report within 80 columns", async () => {
    for (const args of [[], ["--trace", "chart"], ["--max-states", "2"]]) {
      const { out } = await irqproof(["check", lamps, ...args]);
      expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    }
  });
});

describe("check --json", () => {
  test("prints one object of schema 1", async () => {
    const { status, out } = await irqproof(["check", lamps, "--json"]);
    expect(status).toBe(1);
    const report = JSON.parse(out) as Record<string, unknown>;
    expect(report).toMatchObject({
      schema: 1,
      model: "lamps",
      parameters: { count: 2 },
      verdict: "violated",
      states: { distinct: 4, transitions: 8, depth: 3 },
      engine: { workers: 1, bitsPerState: 2, exact: true },
      properties: [
        {
          id: "dark",
          kind: "always",
          verdict: "violated",
          trace: [
            { action: null, parameters: {}, state: { on: [false, false] } },
            { action: "toggle", parameters: { lamp: 0 }, state: { on: [true, false] } },
            { action: "toggle", parameters: { lamp: 1 }, state: { on: [true, true] } },
          ],
        },
        { id: "listed", kind: "always", verdict: "holds" },
        { id: "bright", kind: "sometimes", verdict: "holds" },
      ],
    });
  });

  test("leaves traces out when none are wanted", async () => {
    const { out } = await irqproof(["check", lamps, "--json", "--trace", "none"]);
    expect(out).not.toContain("trace");
    expect(JSON.parse(out)).toMatchObject({ verdict: "violated" });
  });
});

describe("where a report goes", () => {
  test("--out has the report in the file and a summary on the terminal", async () => {
    const file = join(folder.path, "report.txt");
    const { status, out } = await irqproof(["check", lamps, "--out", file], { env: { FORCE_COLOR: "1" } });
    expect(status).toBe(1);
    const report = readFileSync(file, "utf8");
    expect(report).toContain(" 1  toggle(lamp=0)");
    expect(report).not.toContain("\u001b");
    expect(out).toContain("VIOLATED");
    expect(out).not.toContain("toggle(lamp=0)");
  });

  test("--out with --json has the object in the file", async () => {
    const file = join(folder.path, "report.json");
    const { out } = await irqproof(["check", lamps, "--json", "--out", file]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ schema: 1, verdict: "violated" });
    expect(out).toContain("lamps: dark VIOLATED");
  });

  test("--quiet prints nothing; the exit status has the result", async () => {
    expect(await irqproof(["check", lamps, "--quiet"])).toEqual({ status: 1, out: "", err: "" });
    expect(await irqproof(["check", holding, "--quiet"])).toEqual({ status: 0, out: "", err: "" });
  });

  test("a terminal gets colours unless NO_COLOR is set; a pipe gets none unless FORCE_COLOR is", async () => {
    const red = "\u001b[31m";
    const coloured = async (scene: Parameters<typeof irqproof>[1]): Promise<boolean> =>
      (await irqproof(["check", lamps], scene)).out.includes(red);
    expect(await coloured({ terminal: true })).toBe(true);
    expect(await coloured({ terminal: true, env: { NO_COLOR: "1" } })).toBe(false);
    expect(await coloured({ terminal: true, env: { TERM: "dumb" } })).toBe(false);
    expect(await coloured({})).toBe(false);
    expect(await coloured({ env: { FORCE_COLOR: "1" } })).toBe(true);
  });
});
