import { describe, expect, test, vi } from "vitest";
import type { Bug } from "../../../catalogue/bugs.ts";
import { irqproof } from "../run.ts";

/** A corpus of three: what is shown of a bug does not depend on which bugs there are. */
const corpus: readonly Bug[] = [
  {
    id: "B1",
    title: "torn message",
    fix: "6f1a4891a592 (v5.6)",
    introduced: "f036d4ea5fa7",
    source: ["a report"],
    cause: "address and data are written one by one",
    before: { entry: "x86-direct", property: "no-stray" },
    after: { entry: "x86-same-vector", property: "no-stray" },
  },
  {
    id: "B2",
    title: "told the wrong way round",
    source: ["nowhere"],
    cause: "it is not",
    doubt: "all of it",
    before: { entry: "x86-same-vector", parameters: { moves: 0 }, property: "no-stray" },
    after: { entry: "x86-direct", parameters: { moves: 0 }, property: "no-stray" },
  },
  {
    id: "B3",
    title: "out of reach",
    source: ["a patch"],
    cause: "suspend",
    inexpressible: "nothing is suspended here",
  },
];
vi.mock("../../../catalogue/bugs.ts", () => ({ bugs: corpus }));

describe("bugs", () => {
  test("shows the commit, the cause and the reproducing call of each bug", async () => {
    const { status, out, err } = await irqproof(["bugs"]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toBe(`B1: torn message; 6f1a4891a592 (v5.6)
    address and data are written one by one.
    before: x86-direct: no-stray VIOLATED
    after:  x86-same-vector: no-stray holds

B2: told the wrong way round
    it is not.
    Doubt: all of it.
    before: x86-same-vector --moves 0: no-stray VIOLATED
    after:  x86-direct --moves 0: no-stray holds

B3: out of reach
    suspend.
    Not in the model: nothing is suspended here.

3 bugs, 1 not in the model
`);
  });

  test("some bugs only, whatever their letters' case", async () => {
    const { out } = await irqproof(["bugs", "b3"]);
    expect(out).toMatch(/^B3: [^]*\n1 bug, 1 not in the model\n$/);
  });

  test("--check checks both sides", async () => {
    const { status, out } = await irqproof(["bugs", "B1", "--check"]);
    expect(status).toBe(0);
    expect(out).toMatch(/\n {4}before: x86-direct: no-stray VIOLATED; \d+ states\n/);
    expect(out).toMatch(/\n {4}after: {2}x86-same-vector: no-stray holds; \d+ states\n/);
    expect(out.endsWith("\n1 bug, 1 as expected\n")).toBe(true);
  });

  test("--check says what is not as expected, and exits with 1", async () => {
    const { status, out } = await irqproof(["bugs", "B2", "B3", "--check"]);
    expect(status).toBe(1);
    expect(out).toMatch(/\n {4}before: x86-same-vector --moves 0: no-stray holds, expected VIOLATED;/);
    expect(out.endsWith("\n2 bugs, 0 as expected, 1 not in the model\n")).toBe(true);
  });

  test("a bound that is reached is inconclusive", async () => {
    expect((await irqproof(["bugs", "B1", "--check", "--max-states", "2"])).status).toBe(3);
  });

  test("--json, without and with what was found", async () => {
    const read = async (...more: readonly string[]): Promise<Record<string, unknown>[]> =>
      JSON.parse((await irqproof(["bugs", "--json", ...more])).out) as Record<string, unknown>[];
    const listed = await read();
    const [{ before: _before, after: _after, ...facts }] = corpus as [Bug];
    expect(listed[0]).toEqual({
      ...facts,
      before: { entry: "x86-direct", parameters: {}, property: "no-stray", expected: "violated" },
      after: { entry: "x86-same-vector", parameters: {}, property: "no-stray", expected: "holds" },
    });
    expect(listed[2]).toMatchObject({ id: "B3", inexpressible: "nothing is suspended here" });
    const [checked] = await read("B1", "--check");
    expect(checked).toMatchObject({
      before: { expected: "violated", verdict: "violated", states: { distinct: expect.any(Number) as number } },
      after: { expected: "holds", verdict: "holds" },
    });
  });
});
