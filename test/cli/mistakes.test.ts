import { afterAll, describe, expect, test } from "vitest";
import { irqproof, LAMPS, temporaryFolder } from "./run.ts";

const folder = temporaryFolder();
const lamps = folder.write("lamps.ts", LAMPS);
afterAll(() => folder.remove());

/** The sentence on standard error of a call that must exit with 2 and print nothing else. */
async function complaint(...args: readonly string[]): Promise<string> {
  const { status, out, err } = await irqproof(args);
  expect(status).toBe(2);
  expect(out).toBe("");
  // One sentence: one line, no stack.
  expect(err).toMatch(/^irqproof: [^\n]+\n$/);
  return err.slice("irqproof: ".length, -1).replaceAll(folder.path, "DIR");
}

/** The place at the end of a sentence. */
const PLACE = / \(DIR\/[\w-]+\.ts:\d+:\d+(: .*)?\)$/;

describe("a wrong call exits with 2 and one sentence", () => {
  test.each<[readonly string[], string]>([
    [["chekc"], "unknown command chekc; did you mean check?"],
    [
      ["frobnicate"],
      "unknown command frobnicate: the commands are tour, list, properties, bugs, report, check, explore, simulate, mutate, refine, verify, prove, sweep, inspect, replay, validate, export, crosscheck, new",
    ],
    [["check"], "check: ID or FILE.ts, the model to check, is missing"],
    [["check", lamps, lamps], "check: unexpected argument DIR/lamps.ts"],
    [["bugs", "B999"], "bugs: unknown bug B999; irqproof bugs lists them"],
    [["bugs", "--property", "x"], "bugs: unknown option --property"],
    [["list", "x86"], "list: unexpected argument x86"],
    [["check", lamps, "--cuont", "3"], "check: unknown option --cuont; did you mean --count?"],
    [["check", lamps, "--max-sates", "3"], "check: unknown option --max-sates; did you mean --max-states?"],
    [["check", lamps, "--zzzzz", "3"], "check: unknown option --zzzzz; the parameters of DIR/lamps.ts are --count"],
    [["list", "--jsn"], "list: unknown option --jsn; did you mean --json?"],
    [["check", lamps, "-q"], "check: unknown option -q"],
    [["check", lamps, "--count"], "check: --count needs a value: --count VALUE, or --count=VALUE"],
    [
      ["check", lamps, "--max-states", "--json"],
      "check: --max-states needs a value: --max-states N, or --max-states=N",
    ],
    [["check", lamps, "--count", "17"], `lamps: parameter count is "17": it must be 1..16`],
    [["check", lamps, "--count", "2", "--count", "3"], "check: --count is given twice; give it once"],
    [["check", lamps, "--json=yes"], "check: --json takes no value"],
    [["check", lamps, "--max-states", "0"], "check: --max-states is 0: it must be a positive integer"],
    [
      ["check", lamps, "--max-memory", "4X"],
      "check: --max-memory is 4X: it must be a size in bytes such as 512M or 4G",
    ],
    [
      ["check", lamps, "--engine", "fast"],
      "check: --engine is fast: it must be automatic | compiled | direct | reference",
    ],
    [
      ["check", lamps, "--trace", "chrat"],
      "check: --trace is chrat: it must be chart | steps | json | itf | mermaid | none; did you mean chart?",
    ],
    [
      ["check", lamps, "--trace", "chart", "--json"],
      "check: --trace chart cannot be combined with --json, which has its own form of traces; leave one out",
    ],
    [
      ["check", lamps, "--format", "sarif", "--trace", "steps"],
      "check: --trace steps cannot be combined with --format sarif, which has its own form of traces; leave one out",
    ],
    [
      ["check", lamps, "--format", "tap"],
      "check: --format is tap: it must be text | json | ktap | junit | sarif; did you mean ktap?",
    ],
    [
      ["check", lamps, "--json", "--format", "ktap"],
      "check: --format ktap cannot be combined with --json; leave one out",
    ],
    [["check", lamps, "--count", "-1"], `lamps: parameter count is "-1": it must be 1..16`],
    [["check", lamps, "--max-states", "-5"], "check: --max-states is -5: it must be a positive integer"],
    [["check", lamps, "-1"], "check: unknown option -1"],
    [
      ["check", lamps, "--assumptions"],
      "check: --assumptions: the assumptions of DIR/lamps.ts are unknown, because it is not made with irqproof/model",
    ],
    [["check", "--all", "--assumptions"], "check: --assumptions cannot be combined with --all; leave one out"],
    [["check", "--all", "--trace", "chart"], "check: --trace cannot be combined with --all; leave one out"],
    [
      ["check", lamps, "--property", "drak"],
      `model lamps has no property "drak": its properties are dark, listed, bright; did you mean dark?`,
    ],
    [
      ["check", lamps, "--out", "/nowhere/report"],
      "check: --out /nowhere/report cannot be written; does its folder exist?",
    ],
    [["check", lamps, "--out", folder.path], "check: --out DIR is a folder, not a file"],
    [
      ["check", "--all", lamps],
      "check: --all checks entries of the catalogue, but DIR/lamps.ts is a file; leave one out",
    ],
    [["check", "--all", "--property", "x"], "check: --property cannot be combined with --all; leave one out"],
    [["sweep", lamps], "sweep: a parameter to vary is missing; give one, such as --cpus 2,3"],
    [["sweep", lamps, "--count", "3..2"], "sweep: --count has 3..2: the first number must be at most the second"],
    [["sweep", lamps, "--count", "2,2"], "sweep: --count has 2 twice; give it once"],
    [["sweep", lamps, "--count", "15..17"], "sweep: --count has 17: it must be 1..16"],
    [["sweep", lamps, "--count", "1..99999999"], "sweep: --count has 1..99999999: at most 10000 values are possible"],
    [
      ["check", "frobnicate"],
      "the catalogue has no entry frobnicate; irqproof list prints them, and a model of your own is given as FILE.ts",
    ],
  ])("%j", async (args, sentence) => {
    expect(await complaint(...args)).toBe(sentence);
  });

  test("no command at all prints the help text to standard error", async () => {
    const { status, out, err } = await irqproof([]);
    expect(status).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("usage: irqproof COMMAND");
  });
});

describe("a wrong file exits with 2 and one sentence", () => {
  const model = `import { model, range, record } from "irqproof/checker";
    const counter = (then: (draft: { n: number }) => void, n = 0) =>
      model({ name: "counter", state: record({ n: range(0, 9) }), initial: { n }, actions: { up: { then } },
        properties: ({ noDeadlock }) => ({ live: noDeadlock("no deadlock") }) });\n`;
  test.each<[string, string, string]>([
    ["throws.ts", `throw new Error("no luck\\nat all");`, "DIR/throws.ts cannot be loaded: no luck at all"],
    ["throws-text.ts", `throw "no luck";`, "DIR/throws-text.ts cannot be loaded: no luck"],
    [
      "syntax.ts",
      "export default {{{",
      "DIR/syntax.ts cannot be loaded: ParseError: Unexpected token DIR/syntax.ts:1:16",
    ],
    [
      "missing.ts",
      `import "nowhere"; export default 3;`,
      "DIR/missing.ts cannot be loaded: Cannot find module 'nowhere'",
    ],
    [
      "nothing.ts",
      "const x: number = 3;",
      "DIR/nothing.ts exports nothing: it must export a model or a family as its default",
    ],
    [
      "number.ts",
      "export const x = 3;",
      "DIR/number.ts: its export x is a value of type number, not a model or a family",
    ],
    ["array.ts", "export default [];", "DIR/array.ts: its default export is an array, not a model or a family"],
    ["null.ts", "export default null;", "DIR/null.ts: its default export is null, not a model or a family"],
    [
      "function.ts",
      "export default () => 3;",
      "DIR/function.ts: its default export is a value of type function, not a model or a family; export what it returns, or a family",
    ],
    [
      "two.ts",
      `${model} export const a = counter(() => {}); export const b = counter(() => {});`,
      "DIR/two.ts exports a, b and no default: export the one to check as the default",
    ],
    [
      "initial.ts",
      `${model} export default counter(() => {}, 10);`,
      "DIR/initial.ts: model counter: in the initial state, n is 10: it must be from 0 to 9",
    ],
    [
      "called.ts",
      `import { boolean, record } from "irqproof/checker"; record({ on: boolean() });`,
      "DIR/called.ts: boolean() is a call: boolean itself is the type, so write boolean",
    ],
    [
      "order.ts",
      `import { array, range, record } from "irqproof/checker"; record({ at: array(range(0, 1), 3) });`,
      "DIR/order.ts: array: the length comes first, then the type: array(3, ...)",
    ],
    [
      "guard.ts",
      model.replace("{ then }", "{ then, guard: () => false }") + " export default counter(() => {});",
      "DIR/guard.ts: model counter: action up: unknown key guard (known: over, when, then, actor, label, fairness); did you mean when?",
    ],
    [
      "definition.ts",
      `export default { name: "counter", state: {}, initial: {}, actions: {} };`,
      "DIR/definition.ts: its default export is a value of type object, not a model or a family; give it to model(...)",
    ],
    [
      "empty.ts",
      `import { range } from "irqproof/checker"; range(3, 1);`,
      "DIR/empty.ts: range(3, 1) is empty: the first bound must be at most the second",
    ],
  ])("%s", async (name, text, sentence) => {
    const said = await complaint("check", folder.write(name, text));
    expect(said.replace(PLACE, "")).toBe(sentence);
  });

  test.each<[string, string, string]>([
    [
      "outside.ts",
      `${model} export default counter((draft) => { draft.n += 4; });`,
      "model counter: action up leaves the state's type: n is 12: it must be from 0 to 9",
    ],
    [
      "field.ts",
      `${model} export default counter((draft) => { (draft as any).m = 4; });`,
      "model counter: action up leaves the state's type: m is not a field of the type: the fields are n",
    ],
    [
      "recipe.ts",
      `${model} export default counter(() => { throw new Error("no luck"); });`,
      "model counter: action up: its recipe threw: no luck",
    ],
  ])("%s, of which a function fails, where the output has no place for a report", async (name, text, sentence) => {
    const said = await complaint("export", folder.write(name, text), "--to", "itf");
    expect(said.replace(PLACE, "")).toBe(sentence);
  });

  test.each<[string, string, string]>([
    ["throw.ts", "interface A { b: number }\n\nconst a = undefined as unknown as A;  a.b;", "DIR/throw.ts:3:39: a.b"],
    [
      "order.ts",
      `import { array, range } from "irqproof/checker";\n  type N = number; const n: N = 3; array(range(0, 1), n);`,
      "DIR/order.ts:2:36: array(range(0, 1), n)",
    ],
    ["import.ts", `const n: number = 3;\nexport { x } from "./nowhere.ts";`, `DIR/import.ts:2:19: "./nowhere.ts"`],
    [
      "build.ts",
      `import { family, integer, range } from "irqproof/checker";
       export default family({ name: "f", title: "t", parameters: { n: integer(3, 1, 4, "n") },
         build: ({ n }: { n: number }) => range(n, 1) as never });`,
      "DIR/build.ts:3:43: range(n, 1)",
    ],
  ])("the place in %s", async (name, text, place) => {
    const said = await complaint("check", folder.write(name, text));
    expect(/ \((DIR.*)\)$/.exec(said)?.[1]).toMatch(place);
  });

  test("a model without properties is nothing to check", async () => {
    const text = `import { boolean, model, record } from "irqproof/checker";
      export default model({ name: "lamp", state: record({ on: boolean }), initial: { on: false },
        actions: { toggle: { then: (draft) => { draft.on = !draft.on; } } } });`;
    expect(await complaint("check", folder.write("plain.ts", text))).toBe(
      'check: DIR/plain.ts has no properties to check; add some to its model, such as properties: ({ noDeadlock }) => ({ live: noDeadlock("some action is enabled") })',
    );
  });

  test("a file that is not there, and a folder", async () => {
    expect(await complaint("check", `${folder.path}/none.ts`)).toBe("no such file: DIR/none.ts");
    expect(await complaint("check", `${folder.path}/.`)).toBe("DIR/. is not a file");
  });

  test("a single model has no parameters", async () => {
    const file = folder.write("single.ts", `${model} export default counter(() => {});`);
    expect(await complaint("check", file, "--cpus", "3")).toBe(
      "check: unknown option --cpus; DIR/single.ts has no parameters",
    );
  });

  test("a parameter that has the name of an option", async () => {
    const text = LAMPS.replace("count: integer", "workers: integer").replace("({ count })", "({ workers: count })");
    expect(await complaint("check", folder.write("workers.ts", text))).toBe(
      "DIR/workers.ts: parameter workers has the name of an option of check; rename it",
    );
  });
});

test("a fault of this program is never a verdict: exit status 70 and a request to report it", async () => {
  const file = folder.write(
    "fault.ts",
    `import { InternalError } from "irqproof/checker";
     export default { parameters: {}, resolve() {}, instantiate() { throw new InternalError("two and two are five"); } };`,
  );
  const { status, out, err } = await irqproof(["check", file]);
  expect(status).toBe(70);
  expect(out).toBe("");
  expect(err).toBe(
    "internal error: two and two are five\nThis is a fault in irqproof, not in the model: please report it.\n",
  );
});
