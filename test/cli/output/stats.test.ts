import { afterAll, expect, test } from "vitest";
import { Phases } from "../../../checker/phases.ts";
import { irqproof, LAMPS, temporaryFolder } from "../run.ts";

interface Json {
  readonly engine: { readonly phases: readonly { name: string; seconds: number; processorSeconds: number }[] };
}

const folder = temporaryFolder();
const lamps = folder.write("lamps.ts", LAMPS);
afterAll(() => folder.remove());

test("--stats: a line for each phase that took place, and the memory", async () => {
  const { status, out } = await irqproof(["check", lamps, "--engine", "compiled", "--stats", "--trace", "none"]);
  expect(status).toBe(1);
  const table = out.slice(out.indexOf("  phase"));
  const phases = [...table.matchAll(/^ {2}(\w+) +[\d.]+ (?:s|min)/gm)].map(([, name]) => name);
  expect(phases).toEqual(["load", "read", "generate", "search", "paths", "replay"]);
  expect(table).toMatch(/visited set: [\d.]+ \w+, [\d.]+ bytes a state; [\d,]+ states a second of search/);
  expect(table).toMatch(/process: at most [\d.]+ [MG]iB of memory so far/);
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("a direct search generates no code; JSON has the phases", async () => {
  const { out } = await irqproof(["check", lamps, "--engine", "direct", "--json"]);
  const { engine } = JSON.parse(out) as Json;
  const { phases } = engine;
  expect(phases.map(({ name }) => name)).toEqual(["read", "search", "replay"]);
  for (const { seconds, processorSeconds } of phases) {
    expect(seconds).toBeGreaterThan(0);
    expect(processorSeconds).toBeGreaterThanOrEqual(0);
  }
});

test("the time of an inner phase is not that of the outer one", async () => {
  const phases = new Phases();
  const pause = (ms: number): void => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  };
  const started = performance.now();
  await phases.duringAsync("search", async () => {
    pause(5);
    phases.during("paths", () => pause(20));
    await Promise.resolve();
  });
  const whole = (performance.now() - started) / 1000;
  expect(() =>
    phases.during("replay", () => {
      throw new Error("failed");
    }),
  ).toThrow("failed");
  const [search, paths, replay] = phases.all();
  expect([search?.name, paths?.name, replay?.name]).toEqual(["search", "paths", "replay"]);
  expect(paths!.seconds).toBeGreaterThanOrEqual(0.02);
  expect(search!.seconds + paths!.seconds).toBeLessThanOrEqual(whole);
});
