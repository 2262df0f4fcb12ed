/** The drawing of a sweep: what stands where, and what is joined. */
import { expect, test } from "vitest";
import type { ParameterValue } from "irqproof/checker";
import { svgPlot, type PlotPoint } from "../../../cli/commands/sweep/svg.ts";

const point = (parameters: PlotPoint["parameters"], states: number, more: Partial<PlotPoint> = {}): PlotPoint => ({
  parameters,
  states,
  seconds: states / 1000,
  complete: true,
  ...more,
});

const values = (entries: Record<string, readonly ParameterValue[]>) => new Map(Object.entries(entries));

/** Points of a line: one list of pairs for each stretch without a gap. */
const stretches = (path: string): number[][][] =>
  path
    .split("M")
    .slice(1)
    .map((part) => part.split("L").map((pair) => pair.split(" ").map(Number)));
const linesOf = (svg: string): string[] =>
  [...svg.matchAll(/<path d="(M[\d.]+ [\d.]+(?:[ML][\d.]+ [\d.]+)*)" fill="none"/g)].map(([, path]) => path as string);

test("ten times as many states are always the same step upwards", () => {
  const points = [10, 100, 1000].map((states, index) => point({ n: index + 1 }, states));
  const svg = svgPlot("model", values({ n: [1, 2, 3] }), points).join("\n");
  const [[first, second, third] = []] = stretches(linesOf(svg)[0] as string) as [[number[], number[], number[]]];
  expect(first![1]! - second![1]!).toBeCloseTo(second![1]! - third![1]!);
  expect(first![1]!).toBeGreaterThan(second![1]!);
  expect(second![0]! - first![0]!).toBeCloseTo(third![0]! - second![0]!);
});

test("the axis is the parameter with the most values, a line is a combination of the others", () => {
  const points = [2, 3, 4].flatMap((cpus) => [1, 2].map((devices) => point({ devices, cpus, mode: "a<b" }, cpus ** 4)));
  const svg = svgPlot("model", values({ devices: [1, 2], cpus: [2, 3, 4], mode: ["a<b"] }), points).join("\n");
  expect(svg.match(/>cpus</g)).toHaveLength(2);
  expect(svg).toContain(">devices 1<");
  expect(svg).toContain(">devices 2<");
  expect(svg).toContain(">model, mode a&lt;b<");
  // Two in each diagram, two in the legend.
  expect(linesOf(svg)).toHaveLength(6);
});

test("no line leads over a value without a point, and a bound that was reached shows as hollow", () => {
  const points = [1, 2, 4].map((n) => point({ n }, 10 ** n, { complete: n < 4 }));
  const svg = svgPlot("model", values({ n: [1, 2, 3, 4] }), points).join("\n");
  expect(stretches(linesOf(svg)[0] as string).map(({ length }) => length)).toEqual([2, 1]);
  expect(svg).toContain("hollow: a bound was reached");
  // One in each diagram, one in the legend.
  expect(svg.match(/fill="#fff" stroke/g)).toHaveLength(3);
});

test("a single point, or one that took no time, is drawn inside the frame", () => {
  const svg = svgPlot("model", values({ n: [1] }), [point({ n: 1 }, 1, { seconds: 0 })]).join("\n");
  expect(svg).not.toMatch(/NaN|Infinity/);
  expect(linesOf(svg).map((path) => stretches(path).length)).toEqual([1, 1]);
});
