import { describe, expect, test } from "vitest";
import { bytes, count, counted, duration, listed, rough, shortDuration } from "../../../cli/output/format.ts";
import { combinationsOf, valuesOfWord } from "../../../cli/commands/sweep/grid.ts";
import { didYouMean, nearest } from "../../../checker/definition/index.ts";
import { table } from "../../../cli/output/table.ts";
import { choice, integer } from "irqproof/checker";

describe("numbers for people", () => {
  test("counts, times, sizes", () => {
    expect(count(1234567)).toBe("1,234,567");
    expect([counted(1, "step"), counted(2, "step"), counted(2, "entry", "entries")]).toEqual([
      "1 step",
      "2 steps",
      "2 entries",
    ]);
    expect([0.004, 9.994, 12.34, 135].map(duration)).toEqual(["0.00 s", "9.99 s", "12.3 s", "2 min 15 s"]);
    expect([12, 1536, 3 * 1024 ** 3, 200 * 1024 ** 2].map(bytes)).toEqual(["12 B", "1.5 KiB", "3.0 GiB", "200 MiB"]);
    expect([999, 1234, 123456, 5e6, 2e9].map(rough)).toEqual(["999", "1.2k", "123k", "5.0M", "2.0G"]);
    expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed)).toEqual(["", "a", "a and b", "a, b and c"]);
  });

  test("a time for a column has at most six characters", () => {
    expect([0.004, 9.994, 9.996, 99.94, 99.96, 4321].map(shortDuration)).toEqual([
      "0.00 s",
      "9.99 s",
      "10.0 s",
      "99.9 s",
      "100 s",
      "4321 s",
    ]);
  });

  test("a duration never has 60 seconds beside its minutes", () => {
    expect(duration(179.6)).toBe("3 min 0 s");
  });
});

describe("did you mean", () => {
  const known = ["check", "sweep", "properties", "list"];
  test.each([
    ["chekc", "check"],
    ["CHECK", "check"],
    ["lst", "list"],
    ["prop", "properties"],
    ["propertise", "properties"],
    ["zzz", undefined],
    ["", undefined],
  ])("%s -> %s", (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });

  test("says nothing when nothing is near", () => {
    expect(didYouMean("zzz", known)).toBe("");
    expect(didYouMean("lits", known, "--")).toBe("; did you mean --list?");
  });
});

describe("tables", () => {
  test("columns are aligned and the last one is wrapped with a hanging indent", () => {
    const long = "a title of many words that does not fit into the width of a terminal in one line";
    const lines = table(
      [{ heading: "id" }, { heading: "n", align: "right" }, { heading: "title" }],
      [
        ["a", "1", "short"],
        ["abc", "12345", long],
      ],
    );
    expect(lines).toEqual([
      "id       n  title",
      "a        1  short",
      "abc  12345  a title of many words that does not fit into the width of a terminal",
      "            in one line",
    ]);
  });

  test("colours do not shift columns", () => {
    const [, row] = table(
      [{ heading: "id" }, { heading: "title" }],
      [[{ text: "a", paint: (text) => `<${text}>` }, "b"]],
    );
    expect(row).toBe("<a>   b");
  });
});

describe("grids", () => {
  test("a word stands for values, ranges, and mixtures of both", () => {
    const cpus = integer(2, 1, 9, "how many CPUs");
    expect(valuesOfWord("cpus", cpus, "2")).toEqual([2]);
    expect(valuesOfWord("cpus", cpus, "5,2..4, 9")).toEqual([5, 2, 3, 4, 9]);
    expect(valuesOfWord("fabric", choice("none", ["none", "fifo"], "the fabric"), "fifo,none")).toEqual([
      "fifo",
      "none",
    ]);
  });

  test("the last parameter changes fastest", () => {
    const grid = combinationsOf(
      new Map([
        ["a", [1, 2]],
        ["b", ["x", "y"]],
      ]),
    );
    expect(grid).toEqual([
      { a: 1, b: "x" },
      { a: 1, b: "y" },
      { a: 2, b: "x" },
      { a: 2, b: "y" },
    ]);
  });

  test("a grid that is too large is refused", () => {
    const many = Array.from({ length: 101 }, (_, index) => index);
    expect(() =>
      combinationsOf(
        new Map([
          ["a", many],
          ["b", many],
        ]),
      ),
    ).toThrow("the grid has 10201 points");
  });
});
