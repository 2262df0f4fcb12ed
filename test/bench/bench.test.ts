/** The benchmark: its own small run, the peers' files, and what it refuses. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { disagreement } from "../../bench/agreement.ts";
import {
  printed,
  removeScratchFolders,
  type Contestant,
  type Measurement,
} from "../../bench/contestants/contestant.ts";
import { contestants } from "../../bench/contestants/index.ts";
import { rumur } from "../../bench/contestants/rumur.ts";
import { spin } from "../../bench/contestants/spin.ts";
import { tlc } from "../../bench/contestants/tlc.ts";
import { measure } from "../../bench/measure.ts";
import { MODELS, sizeText, type BenchModel } from "../../bench/models.ts";
import { helpText, optionsOf } from "../../bench/options.ts";
import { isReached, requiredOf, requiredTable } from "../../bench/required.ts";
import { rateOf, START_COMMAND, type Result, type Sample } from "../../bench/result.ts";
import { bench } from "../../bench/run.ts";
import { ratioOf, summaryOf } from "../../bench/statistics.ts";
import { markdownOf } from "../../bench/table.ts";
import { loadModelFile } from "../../cli/model-file.ts";
import { check } from "irqproof/checker";
import { temporaryFolder } from "../cli/run.ts";
import { WHOLE } from "../interchange/peers.ts";

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
  removeScratchFolders();
});
const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ids = contestants(undefined).map(({ id }) => id);
const migration = MODELS[0] as BenchModel;

/** `irqproof` from its sources, so that no build is needed. */
const SOURCE = [process.execPath, root("node_modules/jiti/lib/jiti-cli.mjs"), root("bench/from-source.ts")];

const sample = (contestant: string, turn: number, changes: Partial<Sample> = {}): Sample => ({
  turn,
  model: "migration",
  size: "2,3,2",
  contestant,
  distinct: 2_099_022,
  transitions: 8_404_572,
  transitionsWithin: 0,
  seconds: 1,
  process: 1.5,
  cpu: 1.5,
  others: 0,
  bytes: 40_000_000,
  ...changes,
});

const result = (samples: readonly Sample[], changes: Partial<Result> = {}): Result => ({
  schema: 1,
  date: "2026-01-31",
  machine: "a machine",
  turns: 2,
  contestants: [...new Set(samples.map(({ contestant }) => contestant))].map((id) => {
    return { id, name: id, settings: `as ${id} is run`, version: "1" };
  }),
  models: [{ name: "migration", parameters: ["cpus", "vectors", "devices"], start: "2,2,1" }],
  prepared: [],
  samples,
  starts: [],
  missing: [],
  complaints: [],
  ...changes,
});

test("measures the engines of this project and writes both files", async () => {
  const out = join(folder.path, "small");
  let markdown = "";
  const said: string[] = [];
  const status = await bench(
    [..."--models two-phase-commit --sizes 3 --runs 1 --contestants compiled,reference,tlc --out".split(" "), out],
    { print: (text) => (markdown += text), say: (line) => said.push(line), env: {}, start: SOURCE },
  );
  expect(said.filter((line) => line.includes("failed"))).toEqual([]);
  expect(status).toBe(0);
  expect(readFileSync(`${out}.md`, "utf8")).toBe(markdown);
  expect(markdown).toMatch(/\| 3 \| irqproof, reference.* \| 288 \| 1,145 \|.*\| \d+\.\d\d \|\n/);
  expect(markdown).toContain("TLC is not known here; get tla2tools.jar");
  const written = JSON.parse(readFileSync(`${out}.json`, "utf8")) as Result;
  expect(written.samples.map(({ size, contestant, distinct }) => [size, contestant, distinct])).toEqual([
    ["2", "compiled", 56],
    ["2", "reference", 56],
    ["3", "compiled", 288],
    ["3", "reference", 288],
  ]);
});

// With the other checkers' step of CI.
describe.runIf(WHOLE)("a peer's own file has the states and transitions of the example", () => {
  const small: Record<string, readonly number[]> = {
    migration: [2, 2, 1],
    "n-peterson": [3],
    "two-phase-commit": [3],
  };
  // What the compiler makes of them does not matter here.
  const peers = [spin("depth-first", "-O0"), rumur(1, "-O0"), tlc(1, process.env["TLA2TOOLS"])];
  test.for(peers.flatMap((peer) => MODELS.map((model) => [peer.id, model.name, peer, model] as const)))(
    "%s, %s",
    async ([, , peer, model], { skip }) => {
      const why = await peer.missing();
      if (why !== undefined) skip(why);
      const size = small[model.name] as readonly number[];
      const found = await (await peer.prepare(model, size)).search(undefined);
      const family = await loadModelFile(root(`examples/${model.name}.ts`));
      const given = Object.fromEntries(model.parameters.map(({ name }, index) => [name, size[index] as number]));
      const { states } = await check(family.instantiate(given), { properties: model.properties });
      expect(found).toMatchObject({ distinct: states.distinct, transitions: states.transitions });
      expect(model.known[sizeText(size)]).toEqual({ distinct: states.distinct, transitions: states.transitions });
    },
  );
});

describe("counts that differ", () => {
  const other = { distinct: 2_099_021 };

  test("are said with both numbers", () => {
    expect(disagreement([sample("compiled", 1), sample("spin", 1, other)])).toBe(
      "no ratio for migration at 2,3,2: spin counts 2099021 states and 8404572 transitions, compiled counts 2099022 and 8404572",
    );
    expect(disagreement([sample("compiled", 1, other)], { distinct: 2_099_022, transitions: 8_404_572 })).toContain(
      "known are 2099022",
    );
  });

  test("in transitions count as well, but for the digits that a checker does not print", () => {
    const rounded = { transitions: 8_404_600, transitionsWithin: 50 };
    expect(disagreement([sample("spin", 1, rounded), sample("compiled", 1)])).toBeUndefined();
    expect(
      disagreement([sample("spin", 1, { ...rounded, transitionsWithin: 0 }), sample("compiled", 1)]),
    ).toBeDefined();
    expect(printed("1.0298246e+08 transitions", /([\d.e+]+) transitions/)).toEqual({ value: 102_982_460, within: 5 });
    expect(printed("8404574 transitions", /([\d.e+]+) transitions/)).toEqual({ value: 8_404_574, within: 0 });
  });

  test("give no ratio, neither in the table nor for a required figure", () => {
    const agree = result([sample("compiled", 1), sample("spin", 1, { seconds: 5 })]);
    expect(markdownOf(agree)).toContain("| 5.00 |\n");
    expect(requiredOf(agree)[0]?.reached?.median).toBe(5);
    const differ = result([sample("compiled", 1), sample("spin", 1, { seconds: 5, ...other })]);
    expect(markdownOf(differ)).not.toContain("5.00");
    expect(requiredOf(differ)[0]?.reached).toBeUndefined();
  });

  test("are a complaint of the whole run", async () => {
    const of = (id: string, distinct: number): Contestant => ({
      id,
      name: id,
      settings: "",
      most: Infinity,
      missing: async () => undefined,
      version: async () => "",
      prepare: async () => ({
        seconds: 0,
        search: async (): Promise<Measurement> => sample(id, 1, { distinct, transitions: 4 * distinct }),
      }),
    });
    const plans = [{ model: { ...migration, start: [2, 2, 3] }, sizes: [[2, 2, 3]] }];
    const how = { turns: 2, named: new Set<string>(), say: () => {}, keep: async () => {} };
    const { complaints, samples } = await measure([of("a", 10), of("b", 11)], plans, how);
    expect(samples.map(({ contestant, turn }) => [contestant, turn])).toEqual([
      ["a", 1],
      ["b", 1],
      ["a", 2],
      ["b", 2],
    ]);
    expect(complaints).toEqual([
      "no ratio for migration at 2,2,3: b counts 11 states and 44 transitions, a counts 10 and 40",
    ]);
  });
});

test("a checker that fails is left out with its reason, and the others go on", async () => {
  const [good] = contestants(undefined, [process.execPath, "-e", ""]) as [Contestant];
  const plans = [{ model: migration, sizes: [] }];
  const said: string[] = [];
  const how = { turns: 2, named: new Set<string>(), say: (line: string) => said.push(line), keep: async () => {} };
  const { complaints } = await measure([good], plans, how);
  expect(complaints).toEqual([expect.stringContaining("irqproof, compiled on migration: ")]);
  expect(said).toEqual(complaints);
});

test("ratios are between searches of the same turn", () => {
  const ours = [sample("compiled", 1, { seconds: 1 }), sample("compiled", 2, { seconds: 2 }), sample("compiled", 3)];
  const theirs = [sample("spin", 1, { seconds: 4 }), sample("spin", 2, { seconds: 4 })];
  expect(ratioOf(ours, theirs, rateOf)).toEqual({ median: 3, least: 2, most: 4 });
  expect(ratioOf(ours, [], rateOf)).toBeUndefined();
  expect(summaryOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 });
});

test("a search beside other work is marked", () => {
  expect(markdownOf(result([sample("compiled", 1, { others: 0.1 })]))).not.toContain("disturbed");
  expect(markdownOf(result([sample("compiled", 1, { others: 0.5 })]))).toContain("compiled (disturbed)");
});

test("required figures are reached, fall short or were not measured", () => {
  const figures = requiredOf(
    result(
      [
        sample("compiled", 1),
        sample("spin", 1, { seconds: 2.9 }),
        sample("rumur", 1, { seconds: 12 }),
        sample("compiled", 1, { size: "2,4,2", distinct: 64_111_536, transitions: 276_428_448, seconds: 40 }),
      ],
      { starts: [0.6, 0.4, 0.5].map((seconds, turn) => ({ turn, what: START_COMMAND, seconds })) },
    ),
  );
  const of = (word: string) => figures.find(({ figure }) => figure.includes(word))!;
  expect([of("SPIN at 2,3,2"), of("Rumur at 2,3,2"), of("TLC"), of("at 2,4,2"), of("start to")].map(isReached)).toEqual(
    [false, true, false, true, true],
  );
  expect(of("at 2,4,2").reached?.median).toBeCloseTo(64_111_536 / 40 / 2_099_022);
  const table = requiredTable(figures).join("\n");
  expect(table).toContain("| one worker against SPIN at 2,3,2 | at least 3 | 2.90 | 0.97 | falls short |");
  expect(table).toContain("| one worker against TLC at 2,3,2 | at least 35 | not measured |  |  |");
});

test.for([
  ["--models peterson", "there is no model peterson"],
  ["--models migration --sizes 2,3", "2,3 is no size of migration: it must be cpus 2 to 3, vectors 2 to 4"],
  ["--models migration --sizes 2,9,2", "2,9,2 is no size of migration"],
  ["--sizes 5", "there are several models: write MODEL:5"],
  ["--models n-peterson --sizes migration:2,3,2", "--models does not name migration"],
  ["--quick --sizes n-peterson:5", "--quick has sizes of its own"],
  ["--runs 0", "--runs is 0: it must be a whole number"],
  ["--contestants spin,pan", "--contestants has pan: it must be of compiled"],
  ["--fast", "Unknown option '--fast'; --help lists the options"],
] as const)("options that make no sense are one sentence: %s", ([given, message]) => {
  expect(() => optionsOf(given.split(" "), ids)).toThrow(message);
});

test("options choose models, sizes and turns", () => {
  const { plans, turns, tools } = optionsOf(["--sizes", "n-peterson:5;two-phase-commit:8"], ids, { TLA2TOOLS: "jar" });
  expect(plans.map(({ model, sizes }) => [model.name, sizes])).toEqual([
    ["n-peterson", [[5]]],
    ["two-phase-commit", [[8]]],
  ]);
  expect([turns, tools]).toEqual([3, "jar"]);
  expect(optionsOf(["--quick"], ids)).toMatchObject({
    turns: 1,
    plans: MODELS.map(({ quick }) => ({ sizes: [quick] })),
  });
  for (const word of [...ids, ...MODELS.map(({ name }) => name), "--tla2tools"]) expect(helpText(ids)).toContain(word);
});
