import { describe, expect, test } from "vitest";
import { irqproof } from "../run.ts";

describe("irqproof simulate", () => {
  test("finds the loss of the direct update, with a replayed run and the seed", async () => {
    const { out, status } = await irqproof(["simulate", "x86-direct", "--seed", "7", "--steps", "30000"]);
    expect(status).toBe(1);
    expect(out).toMatch(/seed 7, /);
    expect(out).toMatch(/VIOLATED {3}no-interrupt-lost/);
    expect(out).toMatch(/no-interrupt-lost(?:, [\w-]+| and [\w-]+)*: counterexample, \d+ steps/);
    expect(out).toMatch(/Random walks prove nothing/);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("proves nothing of a scheme that holds", async () => {
    const { out, status } = await irqproof(["simulate", "x86-two-step", "--seed", "1", "--steps", "2000"]);
    expect(status).toBe(3);
    expect(out).not.toMatch(/^ {2}holds/m);
    expect(out).toMatch(/undecided {2}no-interrupt-lost/);
  });

  test("prints JSON", async () => {
    const { out } = await irqproof(["simulate", "x86-direct", "--seed", "7", "--steps", "5000", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ schema: 1, seed: 7, steps: 5000 });
  });

  test("names what is wrong with a call", async () => {
    const { err, status } = await irqproof(["simulate", "x86-direct", "--max-time", "soon"]);
    expect(status).toBe(2);
    expect(err).toMatch(/--max-time is soon: it must be a duration such as 500ms, 10s, 5m or 1h/);
  });
});
