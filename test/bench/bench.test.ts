/** The benchmark: its own small run, the peers' files, and what it refuses. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test, vi } from "vitest";
import { disagreement } from "../../bench/agreement.ts";
import {
  printed,
  removeScratchFolders,
  type Contestant,
  type Measurement,
} from "../../bench/contestants/contestant.ts";
import { contestants } from "../../bench/contestants/index.ts";
import { own } from "../../bench/contestants/own.ts";
import { rumur } from "../../bench/contestants/rumur.ts";
import { quicklyCompiledSpin, spin } from "../../bench/contestants/spin.ts";
import { tlc } from "../../bench/contestants/tlc.ts";
import { measure } from "../../bench/measure.ts";
import { run } from "../../bench/process.ts";
import { MODELS, sizeText, type BenchModel, type Counts } from "../../bench/models.ts";
import { helpText, optionsOf } from "../../bench/options.ts";
import { isReached, required, requiredOf, requiredTable } from "../../bench/required.ts";
import { MIDDLE_COMMAND, rateOf, SMALL_COMMAND, type Result, type Sample } from "../../bench/result.ts";
import { safetyOf } from "../../bench/subject.ts";
import { sourceProgram } from "../../bench/program.ts";
import { bench } from "../../bench/run.ts";
import { ratioOf, summaryOf } from "../../bench/statistics.ts";
import { markdownOf } from "../../bench/table.ts";
import { subjectOf } from "../../cli/arguments/subject.ts";
import { check } from "irqproof/checker";
import { temporaryFolder } from "../cli/run.ts";
import { WHOLE } from "../checker/crosscheck/peers.ts";

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
  removeScratchFolders();
});
const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ids = contestants(undefined).map(({ id }) => id);
const modelOf = (name: string): BenchModel => MODELS.find((model) => model.name === name)!;
const migration = modelOf("migration");

const sample = (contestant: string, turn: number, changes: Partial<Sample> = {}): Sample => ({
  turn,
  model: "migration",
  size: "2,3,2",
  contestant,
  distinct: 2_099_022,
  transitions: 8_404_572,
  transitionsWithin: 0,
  generation: 0,
  compilation: 0,
  cpu: 1.5,
  search: 1,
  seconds: 1,
  process: 1.5,
  others: 0,
  bytes: 40_000_000,
  ...changes,
});

const result = (samples: readonly Sample[], changes: Partial<Result> = {}): Result => ({
  schema: 2,
  date: "2026-01-31",
  machine: "a machine",
  turns: 2,
  contestants: [...new Set(samples.map(({ contestant }) => contestant))].map((id) => {
    return { id, name: id, settings: `as ${id} is run`, version: "1" };
  }),
  models: [{ name: "migration", parameters: ["cpus", "vectors", "devices"], start: "2,2,1" }],
  samples,
  starts: [],
  missing: [],
  complaints: [],
  ...changes,
});

test("measures this project and writes both files", async () => {
  const out = join(folder.path, "small");
  let markdown = "";
  const said: string[] = [];
  const given = "--models two-phase-commit --sizes 3 --runs 1 --contestants command,compiled,reference,tlc --out";
  const status = await bench([...given.split(" "), out], {
    print: (text) => (markdown += text),
    say: (line) => said.push(line),
    env: {},
    program: sourceProgram(),
  });
  expect(said.filter((line) => line.includes("failed"))).toEqual([]);
  expect(status).toBe(0);
  expect(readFileSync(`${out}.md`, "utf8")).toBe(markdown);
  expect(markdown).toMatch(/\| 3 \| irqproof, reference.* \| 288 \| 1,145 \|.*\| \d+\.\d\d \|\n/);
  expect(markdown).toContain("TLC is not known here; get tla2tools.jar");
  const written = JSON.parse(readFileSync(`${out}.json`, "utf8")) as Result;
  expect(written.samples.map(({ size, contestant, distinct }) => [size, contestant, distinct])).toEqual([
    ["2", "command", 56],
    ["2", "compiled", 56],
    ["2", "reference", 56],
    ["3", "command", 288],
    ["3", "compiled", 288],
    ["3", "reference", 288],
  ]);
  for (const { contestant, search, cpu } of written.samples) {
    expect(search === undefined).toBe(contestant === "command");
    expect(search ?? 0).toBeLessThan(cpu);
  }
});

/** A small size of each model, for the compilers and the naive engines. */
const SMALL: Readonly<Record<string, readonly number[]>> = {
  "x86-two-step": [2, 2, 1, 1],
  "x86-two-step-loss": [2, 2, 1, 1],
  migration: [2, 2, 1],
  "n-peterson": [3],
  "two-phase-commit": [3],
};

/** The counts of a small size: by a peer, by this project, and those that the benchmark demands. */
async function countsOf(peer: Contestant, model: BenchModel): Promise<Record<"theirs" | "ours" | "known", Counts>> {
  const size = SMALL[model.name] as readonly number[];
  const theirs = await peer.run(model, size);
  const { family } = await subjectOf(model.subject);
  const given = Object.fromEntries(model.parameters.map(({ name }, index) => [name, size[index] as number]));
  const properties = model.properties === "safety" ? await safetyOf(model.subject, given) : model.properties;
  const { states, verdict } = await check(family.instantiate(given), { properties });
  expect(verdict).toBe("holds");
  const counts = ({ distinct, transitions }: Counts): Counts => ({ distinct, transitions });
  return { theirs: counts(theirs), ours: counts(states), known: model.known[sizeText(size)]! };
}

// What the compiler makes of them does not matter here.
const PEERS = [
  spin({ command: "gcc", options: ["-O0"] }),
  quicklyCompiledSpin(),
  rumur(1, "-O0"),
  tlc(1, process.env["TLA2TOOLS"]),
];
const files = (models: readonly BenchModel[]) =>
  PEERS.flatMap((peer) =>
    models
      .filter(({ peers }) => peer.language !== undefined && peers.languages.includes(peer.language))
      .map((model) => [peer.id, model.name, peer, model] as const),
  );

test.for(files([modelOf("x86-two-step"), modelOf("x86-two-step-loss")]))(
  "a peer's own file has the states and transitions of the catalogue's entry: %s, %s",
  async ([, , peer, model], { skip }) => {
    const why = await peer.missing();
    if (why !== undefined) skip(why);
    const { theirs, ours, known } = await countsOf(peer, model);
    expect(theirs).toEqual(ours);
    expect(known).toEqual(ours);
  },
);

// With the other checkers' step of CI.
test.runIf(WHOLE).for(files([modelOf("migration"), modelOf("n-peterson"), modelOf("two-phase-commit")]))(
  "a peer's own file has the states and transitions of the example: %s, %s",
  async ([, , peer, model], { skip }) => {
    const why = await peer.missing();
    if (why !== undefined) skip(why);
    const { theirs, ours, known } = await countsOf(peer, model);
    expect(theirs).toEqual(ours);
    expect(known).toEqual(ours);
  },
);

test.for([
  ["x86-two-step", "no-foreign-only"],
  ["x86-two-step-loss", "nothing"],
] as const)("SPIN's violated properties are compared with the expected ones: %s", async ([name, found], { skip }) => {
  const peer = quicklyCompiledSpin();
  const why = await peer.missing();
  if (why !== undefined) skip(why);
  const model = { ...modelOf(name), violated: () => ["no-stray"] };
  await expect(peer.run(model, [2, 2, 2, 2])).rejects.toThrow(
    `at 2,2,2,2 it finds violated: ${found}; expected: no-stray`,
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
    const spinAt = (counts: Partial<Sample>) =>
      result([sample("compiled", 1), sample("spin", 1, { search: 5, ...counts })]);
    const figure = (one: Result) => requiredOf(one).find((each) => each.figure.includes("SPIN at migration 2,3,2"))!;
    expect(markdownOf(spinAt({}))).toContain("| 5.00 |");
    expect(figure(spinAt({})).reached?.median).toBe(5);
    expect(markdownOf(spinAt(other))).not.toContain("| 5.00 |");
    expect(figure(spinAt(other)).reached).toBeUndefined();
  });

  test("are a complaint of the whole run", async () => {
    const of = (id: string, distinct: number): Contestant => ({
      id,
      name: id,
      settings: "",
      most: Infinity,
      missing: async () => undefined,
      version: async () => "",
      run: async (): Promise<Measurement> => sample(id, 1, { distinct, transitions: 4 * distinct }),
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
  const nothing = [process.execPath, "-e", ""];
  const broken = own("compiled", 1, { command: nothing, search: nothing });
  const plans = [{ model: migration, sizes: [] }];
  const said: string[] = [];
  const how = { turns: 2, named: new Set<string>(), say: (line: string) => said.push(line), keep: async () => {} };
  const { complaints } = await measure([broken], plans, how);
  expect(complaints).toEqual([expect.stringContaining("irqproof, compiled on migration: ")]);
  expect(said).toEqual(complaints);
});

test("ratios are between measurements of the same turn", () => {
  const ours = [sample("compiled", 1, { search: 1 }), sample("compiled", 2, { search: 2 }), sample("compiled", 3)];
  const theirs = [sample("spin", 1, { search: 4 }), sample("spin", 2, { search: 4 })];
  expect(ratioOf(ours, theirs, rateOf)).toEqual({ median: 3, least: 2, most: 4 });
  expect(ratioOf(ours, [], rateOf)).toBeUndefined();
  const { search: _, ...command } = sample("command", 1);
  expect(rateOf(sample("spin", 1, { search: 0.09 }))).toBeUndefined();
  expect(ratioOf([command], theirs, rateOf)).toBeUndefined();
  expect(summaryOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 });
});

test("processor time includes that of a child's children", async () => {
  const busy = "while (process.cpuUsage().user < 300_000) for (let i = 0; i < 1e6; i++);";
  const parent = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(busy)}]);`;
  const { cpu, status } = await run(process.execPath, ["-e", parent], folder.path);
  expect(status).toBe(0);
  // Clock ticks are counted.
  expect(cpu).toBeGreaterThan(0.28);
});

test("generation, compilation and run stand apart, and start to verdict is their sum", () => {
  const peer = sample("spin", 1, { generation: 0.25, compilation: 2.5, cpu: 3, search: 3 });
  const text = markdownOf(result([sample("command", 1, { cpu: 1.25 }), sample("compiled", 1, { reading: 0.5 }), peer]));
  expect(text).toContain(
    "| spin | 2,099,022 | 8,404,572 | 0.25 | 2.50 | 3.00 | 5.75 | 700 | 40 | 19.1 | 3.00 | 4.60 |",
  );
  expect(text).toContain("| compiled | 2,099,022 | 8,404,572 | 0.50 |  | 1.50 | 1.50 | 2,099 | 40 | 19.1 |  | 1.20 |");
});

test("a search beside other work is marked", () => {
  expect(markdownOf(result([sample("compiled", 1, { others: 0.1 })]))).not.toContain("disturbed");
  expect(markdownOf(result([sample("compiled", 1, { others: 0.5 })]))).toContain("compiled (disturbed)");
});

test("required figures are reached, fall short or were not measured", () => {
  const at = (model: string, size: string, contestant: string, changes: Partial<Sample>): Sample => {
    const { distinct, transitions } = modelOf(model).known[size]!;
    return sample(contestant, 1, { model, size, distinct, transitions, ...changes });
  };
  const start = (what: string, seconds: number, cpu: number) => ({ turn: 1, what, seconds, cpu });
  const figures = requiredOf(
    result(
      [
        at("x86-two-step", "3,3,2,2", "command", { cpu: 3, bytes: 150e6 }),
        at("x86-two-step", "3,3,2,2", "compiled", { search: 1.25, reading: 0.25 }),
        at("x86-two-step", "3,3,2,2", "spin", {
          generation: 0.25,
          compilation: 1.75,
          cpu: 2.5,
          search: 2.5,
          bytes: 200e6,
        }),
        at("x86-two-step-loss", "3,3,2,2", "compiled", { search: 1 }),
        at("migration", "2,3,2", "compiled", {}),
        at("migration", "2,3,2", "spin", { search: 2.9 }),
        at("migration", "2,3,2", "rumur", { search: 12 }),
        at("migration", "2,4,2", "compiled", { search: 40 }),
      ],
      {
        starts: [
          ...[0.6, 0.4, 0.5].map((seconds) => start(SMALL_COMMAND, seconds, 0.7)),
          ...[1.4, 1.6, 1.7].map((cpu) => start(MIDDLE_COMMAND, 1, cpu)),
        ],
      },
    ),
  );
  const of = (words: string) => figures.find(({ figure }) => figure.includes(words))!;
  for (const [words, median, reached] of [
    ["search, one worker against SPIN at x86-two-step 3,3,2,2", 2, true],
    ["start to verdict, SPIN ÷ irqproof check", 1.5, false],
    ["memory, irqproof check ÷ SPIN", 0.75, true],
    ["all properties ÷ the loss alone", 1.5, false],
    ["SPIN at migration 2,3,2", 2.9, false],
    ["Rumur at migration 2,3,2", 12, true],
    ["at migration 2,4,2", 64_111_536 / 40 / 2_099_022, true],
    [`${SMALL_COMMAND}, start`, 0.5, true],
    [`${MIDDLE_COMMAND}, start`, 1.6, false],
    ["TLC at migration 2,3,2", undefined, false],
    ["SPIN at n-peterson 5", undefined, false],
  ] as const) {
    expect([words, of(words).reached?.median, isReached(of(words))]).toEqual([words, median, reached]);
  }
  const table = requiredTable(figures).join("\n");
  expect(table).toContain(
    "| search, one worker against SPIN at migration 2,3,2 | at least 3 | 2.90 | 0.97 | falls short |",
  );
  expect(table).toContain("| search, one worker against TLC at migration 2,3,2 | at least 35 | not measured |  |  |");
});

test("a result of the earlier form has no required figures", ({ onTestFinished }) => {
  const complain = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => complain.mockRestore());
  expect(required([root("bench/results/2026-11-23.json")])).toBe(2);
  expect(complain).toHaveBeenCalledWith(expect.stringContaining("timed searches by the wall clock"));
});

test.for([
  ["--models peterson", "there is no model peterson"],
  ["--models migration --sizes 2,3", "2,3 is no size of migration: it must be cpus 2 to 3, vectors 2 to 4"],
  ["--models migration --sizes 2,9,2", "2,9,2 is no size of migration"],
  ["--sizes 5", "there are several models: write MODEL:5"],
  ["--models n-peterson --sizes migration:2,3,2", "--models does not name migration"],
  ["--quick --sizes n-peterson:5", "--quick has sizes of its own"],
  ["--runs 0", "--runs is 0: it must be a whole number"],
  ["--contestants spin,pan", "--contestants has pan: it must be of command, compiled"],
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
