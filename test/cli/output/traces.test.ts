/** Which runs a report shows in full, and what it says of the others. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const headings = (out: string): string[] =>
  [...out.matchAll(/^(.*): (?:counterexample|witness), .*$/gm)].map((m) => m[1]!);
const guard = ["check", "x86-shipped-guard"] as const;

describe("a race that violates several properties", () => {
  test("is shown once; the others are lines that say where in it", async () => {
    const { out } = await irqproof(guard);
    expect(headings(out)).toEqual(["no-interrupt-lost"]);
    expect(out).toContain(`
This run also violates:
  target-live-in-move  step 6      the device's target is live at all times
  carrier-exists       step 7      every uncovered event has a carrier
  check-covers         step 8      intermediate targets are checked locally
  one-word-per-write   step 8      a message is written one word at a time
  no-stray             step 12     no CPU dispatches an unassigned vector
  eventually-served    at its end  every event is eventually covered

--property ID shows a shortest run of one of them, --all-traces the runs of all.
`);
    // Two screens of 45 lines.
    expect(out.split("\n").length).toBeLessThan(90);
  });

  test("what a line says of a property, its own run shows", async () => {
    const { out } = await irqproof([...guard, "--property", "no-stray"]);
    expect(headings(out)).toEqual(["no-stray"]);
    expect(out).not.toContain("also violates");
  });

  test("is shown for each of them on request", async () => {
    const { out } = await irqproof([...guard, "--all-traces"]);
    expect(headings(out)).toEqual([
      "no-interrupt-lost",
      "carrier-exists",
      "target-live-in-move",
      "no-stray",
      "check-covers and one-word-per-write",
      "eventually-served",
    ]);
  });

  test("a file has them all", async () => {
    const file = join(folder.path, "guard.txt");
    const { out } = await irqproof([...guard, "--out", file]);
    expect(headings(out)).toEqual([]);
    expect(headings(readFileSync(file, "utf8"))).toHaveLength(6);
  });
});

test("what another run violates has its length", async () => {
  const { out } = await irqproof(["check", "imsic-offline"]);
  expect(out).toContain("\nViolated in other runs:\n  offline-drained  12 steps  a CPU is drained before");
});

const counter = folder.write(
  "counter.ts",
  `import { model, range, record } from "irqproof/checker";
   export default model({
     name: "counter", state: record({ count: range(0, 500) }), initial: { count: 0 },
     actions: { up: { when: (s) => s.count < 500, then: (draft) => { draft.count += 1; } } },
     properties: ({ always, sometimes }) => ({
       far: always("it stays below 500", (s) => s.count < 500),
       near: always("it stays below three", (s) => s.count < 3),
       some: sometimes("it reaches seven", (s) => s.count === 7),
       more: sometimes("it reaches nine", (s) => s.count === 9),
     }),
   });`,
);

describe("a model of one's own", () => {
  test("of violations that are equally bad the shortest is shown, witnesses after them", async () => {
    const { out } = await irqproof(["check", counter]);
    expect(headings(out)).toEqual(["near"]);
    expect(out).toContain("\nViolated in other runs:\n  far  500 steps  it stays below 500\n");
    expect(out).toContain("\nWitnessed:\n  some  7 steps  it reaches seven\n  more  9 steps  it reaches nine\n");
  });

  test("a witness is shown where nothing is violated", async () => {
    const { out } = await irqproof(["check", counter, "--property", "some", "--property", "more"]);
    expect(headings(out)).toEqual(["some"]);
    expect(out).toContain("\nWitnessed:\n  more  9 steps  it reaches nine\n");
  });

  test("a long run is folded on the terminal, and whole in a file", async () => {
    const file = join(folder.path, "far.txt");
    const words = ["check", counter, "--property", "far"];
    const { out } = await irqproof(words);
    expect(out).toContain("      steps 2..499: up, 498 times\n        count: 1 -> 499\n 500  up\n");
    await irqproof([...words, "--out", file]);
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain("times");
    expect(text.match(/  up\n/g)).toHaveLength(500);
  });

  test("simulate shows runs in the same way", async () => {
    const { out } = await irqproof(["simulate", counter, "--seed", "1"]);
    expect(headings(out)).toEqual(["near"]);
    const { out: all } = await irqproof(["simulate", counter, "--seed", "1", "--all-traces"]);
    expect(headings(all)).toEqual(["near", "far", "some", "more"]);
  });
});
