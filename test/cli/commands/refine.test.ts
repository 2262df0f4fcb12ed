/** `irqproof refine`: a model against a more abstract one, as a file declares it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const message = "examples/refinement/message.ts";

function widest(out: string): number {
  return Math.max(...out.split("\n").map((line) => line.length));
}

test("a refinement that holds, with the counterparts of each action", async () => {
  const { status, out, err } = await irqproof(["refine", message]);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toContain("16 states, 25 transitions, depth 7");
  expect(out).toMatch(/^ {2}writeTarget {2}no step\n {2}writeVector {2}change$/m);
  expect(out).toContain("holds: two-writes refines atomic-message");
  expect(widest(out)).toBeLessThanOrEqual(80);
});

test("one that fails, with both runs side by side", async () => {
  const { status, out } = await irqproof(["refine", message, "--masked", "false"]);
  expect(status).toBe(1);
  expect(out).toContain("DOES NOT REFINE: step 3 of this run is no step of atomic-message");
  expect(out).toMatch(/^ 3 {2}device: send +\| NOT ALLOWED$/m);
  expect(out).toContain("  allowed: no step: stays {");
  expect(widest(out)).toBeLessThanOrEqual(80);
  const json = await irqproof(["refine", message, "--masked", "false", "--json"]);
  expect(json.status).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({
    schema: 1,
    verdict: "violated",
    stopped: { kind: "violation" },
    failure: { trace: { length: 4 }, abstract: { length: 3 }, image: { arrived: { target: 1, vector: 0 } } },
  });
});

test("bounds make it inconclusive", async () => {
  const { status, out } = await irqproof(["refine", message, "--max-states", "5"]);
  expect(status).toBe(3);
  expect(out).toContain("inconclusive: the bound of 5 states was reached");
  expect((await irqproof(["refine", message, "--max-states", "16"])).status).toBe(0);
});

test("the report as a file, and nothing on the terminal", async () => {
  const file = join(folder.path, "report.txt");
  const { status, out } = await irqproof(["refine", message, "--quiet", "--out", file]);
  expect({ status, out }).toEqual({ status: 0, out: "" });
  expect(readFileSync(file, "utf8")).toContain("holds: two-writes refines atomic-message");
});

const two = (refinement: string): string => `
import { model, range, record } from "irqproof/checker";
const state = record({ count: range(0, 2) });
const up = { when: (s) => s.count < 2, then: (draft) => { draft.count += 1; } };
export const other = model({ name: "other", state, initial: { count: 0 }, actions: { up, down: { when: (s) => s.count > 0, then: (draft) => { draft.count -= 1; } } } });
export default model({ name: "one", state, initial: { count: 0 }, actions: { up } });
${refinement}
`;

test("what the abstract model never does here, and a mapping that shows nothing", async () => {
  const unused = folder.write("unused.ts", two("export const refinement = { abstract: other, mapping: (s) => s };"));
  expect((await irqproof(["refine", unused])).out).toContain("never used of other: down");
  const idle = folder.write(
    "idle.ts",
    two("export const refinement = { abstract: other, mapping: () => ({ count: 1 - 1 }) };"),
  );
  expect((await irqproof(["refine", idle])).out).toContain(
    "no step of one is a step of other: its state never changes",
  );
});

test("a mapping that leaves the type: a model error with place and run", async () => {
  const file = folder.write(
    "leaves.ts",
    two("export const refinement = () => ({ abstract: other, mapping: (s) => ({ count: s.count * 2 % 5 * 2 }) });"),
  );
  const { status, out } = await irqproof(["refine", file]);
  expect(status).toBe(2);
  expect(out).toContain("model error after 1 step: the mapping from model one to model other leaves");
  expect(out.replaceAll(/\s+/g, " ")).toMatch(/count is 4, not integer 0\.\.2 \(.*leaves\.ts:7:/);
  expect(out).toContain("count: 0 -> 1");
  const json = JSON.parse((await irqproof(["refine", file, "--json"])).out) as {
    verdict: string;
    mistake: { of: string };
  };
  expect([json.verdict, json.mistake.of]).toEqual(["error", "mapping"]);
});

describe("mistakes", () => {
  const plain = folder.write("plain.ts", two(""));
  test.each([
    [[], "refine: FILE.ts, the model with a refinement, is missing"],
    [["x86-direct"], "refine: x86-direct is no FILE.ts"],
    [[plain], "has no export refinement"],
    [[folder.write("no.ts", two("export const refinement = 1;"))], "its refinement is 1, not a refinement such as"],
    [
      [folder.write("of.ts", two("export const refinement = { of: other };"))],
      "unknown key of (known: abstract, mapping); did you mean abstract?",
    ],
    [
      [folder.write("map.ts", two("export const refinement = { abstract: other };"))],
      "has no mapping; give it mapping:",
    ],
    [
      [folder.write("abs.ts", two("export const refinement = { abstract: {}, mapping: (s) => s };"))],
      "abstract model is {}, not a model",
    ],
    [[message, "--masked", "maybe"], "masked"],
    [[message, "--max-fitting", "0"], "--max-fitting"],
  ])("%j", async (words, sentence) => {
    const { status, err } = await irqproof(["refine", ...words]);
    expect(status).toBe(2);
    expect(err.replaceAll(/\s+/g, " ")).toContain(sentence);
  });
});
