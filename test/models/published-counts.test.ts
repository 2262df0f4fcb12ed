/**
 * The numbers of states, transitions and levels that others have published for the same models. Three tools with three
 * languages agree with these; a difference of one is a defect.
 *
 * "TLC": repository tlaplus/Examples, the manifests beside the specifications. Its "generated" are our transitions and
 * the initial states. "Murphi": the comments at the end of the models of CMurphi, whose "rules fired" are our
 * transitions. "Stateright": the examples of stateright/stateright. "perfbook": the tables of formal/spinhint.
 */
import { readdirSync } from "node:fs";
import { check, isSafety, type CheckOptions, type Family } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { engines } from "../checker/engines.ts";
import { atomicIncrement } from "./atomic-increment.ts";

interface Row {
  readonly example: string;
  readonly parameters?: Readonly<Record<string, number | string | boolean>>;
  readonly distinct: number;
  readonly transitions?: number;
  readonly depth?: number;
  readonly source: string;
  /** More than some seconds by compiled code, by the functions themselves, or by all: there with IRQPROOF_LONG only. */
  readonly long?: "compiled" | "functions" | "all";
}

const rows: readonly Row[] = [
  { example: "transaction-commit", distinct: 34, transitions: 94 - 1, depth: 7, source: "TLC" },
  { example: "two-phase-commit", distinct: 288, transitions: 1146 - 1, depth: 11, source: "TLC, Stateright" },
  {
    example: "two-phase-commit",
    parameters: { managers: 5 },
    distinct: 8_832,
    source: "Stateright",
    long: "functions",
  },
  { example: "two-phase-commit", parameters: { managers: 6 }, distinct: 50_816, source: "TLC", long: "functions" },
  { example: "peterson", distinct: 42, transitions: 77 - 1, depth: 11, source: "TLC" },
  { example: "n-peterson", parameters: { processes: 2 }, distinct: 47, transitions: 94, source: "re-derived" },
  { example: "n-peterson", distinct: 882, transitions: 2_646, depth: 26, source: "Murphi" },
  {
    example: "n-peterson",
    parameters: { processes: 4 },
    distinct: 22_281,
    transitions: 89_124,
    depth: 47,
    source: "re-derived",
    long: "functions",
  },
  {
    example: "n-peterson",
    parameters: { processes: 5 },
    distinct: 628_868,
    transitions: 3_144_340,
    depth: 74,
    source: "Murphi",
    long: "functions",
  },
  { example: "mcs-lock", parameters: { processes: 2 }, distinct: 159, transitions: 318, source: "Murphi" },
  { example: "mcs-lock", distinct: 7_597, transitions: 22_791, source: "Murphi" },
  {
    example: "mcs-lock",
    parameters: { processes: 4 },
    distinct: 554_221,
    transitions: 2_216_884,
    source: "Murphi",
    long: "all",
  },
  { example: "increment", distinct: 13, source: "Stateright" },
  { example: "dining-philosophers", distinct: 67, transitions: 336 - 1, depth: 29, source: "TLC" },
  { example: "token-ring", distinct: 46_656, transitions: 248_832 - 46_656, depth: 1, source: "TLC", long: "compiled" },
  // TLC counts a step once for each true disjunct of its guard, so its "generated" is not ours; nor is its depth for
  // three nodes, 10: test/checker/naive.ts finds 9, as the search does.
  { example: "termination-detection", distinct: 302, source: "TLC" },
  { example: "termination-detection", parameters: { nodes: 4 }, distinct: 1_566, depth: 12, source: "TLC" },
  { example: "leader-election", distinct: 137, transitions: 227 - 8, depth: 10, source: "TLC" },
  {
    example: "readers-writers",
    distinct: 21_527,
    transitions: 59_674 - 1,
    depth: 13,
    source: "TLC",
    long: "functions",
  },
  { example: "allocator", distinct: 400, transitions: 1_633 - 1, depth: 6, source: "TLC" },
  // Bounded by a constraint in TLC, which counts the transitions out of the bound too.
  { example: "fifo", distinct: 3_864, depth: 11, source: "TLC" },
  { example: "alternating-bit", distinct: 240, depth: 10, source: "TLC" },
  { example: "prisoners", distinct: 214, transitions: 860 - 4, depth: 14, source: "TLC" },
  { example: "coffee-can", distinct: 5_150, transitions: 20_002 - 5_150, depth: 1, source: "TLC" },
  {
    example: "coffee-can",
    parameters: { beans: 1000 },
    distinct: 501_500,
    transitions: 2_000_002 - 501_500,
    depth: 1,
    source: "TLC",
    long: "all",
  },
  {
    example: "game-of-life",
    parameters: { size: 4 },
    distinct: 65_536,
    transitions: 131_072 - 65_536,
    depth: 1,
    source: "TLC",
    long: "all",
  },
  { example: "game-of-life", distinct: 2 ** 9, transitions: 2 ** 9, depth: 1, source: "closed form" },
  { example: "water-jugs", distinct: 16, transitions: 16 * 6, source: "closed form: six actions, always possible" },
  { example: "hanoi", distinct: 3 ** 4, transitions: 3 * 3 ** 4 - 3, depth: 2 ** 4, source: "closed form" },
  {
    example: "hanoi",
    parameters: { disks: 8 },
    distinct: 3 ** 8,
    transitions: 3 * 3 ** 8 - 3,
    depth: 2 ** 8,
    source: "closed form",
  },
  {
    example: "migration",
    parameters: { vectors: 2 },
    distinct: 1_420,
    transitions: 3_300,
    source: "four other checkers",
  },
  {
    example: "migration",
    parameters: { vectors: 3 },
    distinct: 16_626,
    transitions: 44_220,
    source: "four other checkers",
  },
  {
    example: "migration",
    parameters: { vectors: 2, devices: 2 },
    distinct: 29_292,
    transitions: 104_976,
    source: "four other checkers",
    long: "functions",
  },
  {
    example: "migration",
    parameters: { vectors: 4 },
    distinct: 149_816,
    transitions: 445_480,
    source: "four other checkers",
    long: "functions",
  },
  {
    example: "migration",
    parameters: { cpus: 3, vectors: 3 },
    distinct: 1_375_767,
    transitions: 4_884_066,
    source: "four other checkers",
    long: "functions",
  },
  {
    example: "migration",
    parameters: { vectors: 3, devices: 2 },
    distinct: 2_099_022,
    transitions: 8_404_572,
    source: "four other checkers",
    long: "functions",
  },
  {
    example: "migration",
    parameters: { vectors: 3, devices: 3 },
    distinct: 21_324_096,
    transitions: 102_982_464,
    source: "four other checkers",
    long: "all",
  },
];

async function example(name: string): Promise<Family<unknown>> {
  const file = (await import(`../../examples/${name}.ts`)) as { readonly default: Family<unknown> };
  return file.default;
}

type Engine = NonNullable<CheckOptions["engine"]>;

/** Numbers of states, transitions and levels of the whole state space, as a check finds them. */
async function countsOf<S>(engine: Engine, family: Family<S>, parameters?: Row["parameters"]): Promise<object> {
  const model = family.instantiate(parameters);
  // Liveness properties take a second search, which counts nothing new.
  const properties = [...model.properties].filter(([, property]) => isSafety(property)).map(([id]) => id);
  const { states, stopped } = await check(model, { engine, properties, whole: true });
  return { ...states, stopped };
}

describe.each(engines)("published counts, by the %s engine", (engine) => {
  for (const { example: name, parameters, source, long, ...counts } of rows) {
    const sizes = Object.entries(parameters ?? {}).map(([parameter, value]) => `${parameter}=${value}`);
    const takesLong = long === "all" || long === (engine === "compiled" ? "compiled" : "functions");
    const skipped = takesLong && !process.env["IRQPROOF_LONG"];
    test.skipIf(skipped)(
      `${[name, ...sizes].join(" ")}: ${counts.distinct} states (${source})`,
      async () => {
        expect(await countsOf(engine, await example(name), parameters)).toMatchObject({
          ...counts,
          stopped: undefined,
        });
      },
      600_000,
    );
  }

  for (const [index, distinct] of [11, 52, 372, 3_496].entries()) {
    const processes = index + 1;
    test(`atomic increment, ${processes} processes: ${distinct} states (perfbook)`, async () => {
      expect(await countsOf(engine, atomicIncrement, { processes })).toMatchObject({ distinct, stopped: undefined });
    });
  }
});

test("every example but the first one has a count to match", () => {
  const examples = readdirSync(new URL("../../examples/", import.meta.url)).flatMap((file) =>
    file.endsWith(".ts") ? [file.replace(/\.ts$/, "")] : [],
  );
  const counted = new Set(rows.map((row) => row.example));
  expect(examples.filter((name) => !counted.has(name))).toEqual(["crossing"]);
});
