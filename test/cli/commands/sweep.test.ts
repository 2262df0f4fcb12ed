import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { irqproof, LAMPS, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
const lamps = folder.write("lamps.ts", LAMPS);
afterAll(() => folder.remove());

const timeless = (text: string): string => text.replaceAll(/ *\d+\.\d\d s/g, "  T s");

test("prints a row for each point", async () => {
  const { status, out } = await irqproof(["sweep", lamps, "--count", "1..3"]);
  expect(status).toBe(1);
  expect(timeless(out)).toBe(`count  verdict       states  transitions  depth  bits     time
    1  VIOLATED           2            2      2     1  T s
    2  VIOLATED           4            8      3     2  T s
    3  VIOLATED           8           24      4     3  T s
`);
});

test("prints comma-separated values, to a file as well", async () => {
  const file = join(folder.path, "sweep.csv");
  const { out } = await irqproof(["sweep", lamps, "--count", "2,3", "--property", "listed", "--csv", "--out", file]);
  const lines = out.trimEnd().split("\n");
  expect(lines[0]).toBe("count,verdict,complete,states,transitions,depth,bits,seconds");
  expect(lines.slice(1).map((line) => line.split(",").slice(0, -1))).toEqual([
    ["2", "holds", "true", "4", "8", "3", "2"],
    ["3", "holds", "true", "8", "24", "4", "3"],
  ]);
  expect(readFileSync(file, "utf8")).toBe(out);
});

test("writes the values beside a table, and a drawing", async () => {
  const [values, drawing] = [join(folder.path, "beside.csv"), join(folder.path, "sweep.svg")];
  const bounded = ["sweep", lamps, "--count", "2..4", "--property", "listed", "--max-states", "10"];
  const { status, out } = await irqproof([...bounded, "--out", values, "--svg", drawing]);
  expect(status).toBe(3);
  expect(out).toMatch(/^count {2}verdict/);
  expect(readFileSync(values, "utf8")).toMatch(/^count,verdict,complete.*\n2,holds,true,4,8,3,2,\d+\.\d{3}\n/);
  const svg = readFileSync(drawing, "utf8");
  expect(svg.match(/>(distinct states|time in seconds|count|hollow: .*)</g)).toHaveLength(5);
});

test("draws nothing, and says so, where no point is a model", async () => {
  const text = LAMPS.replace("=> model({", `=> { if (count > 0) throw new ModelError("no lamps"); return model({`)
    .replace("range, record", "ModelError, range, record")
    .replace(/\}\),\n\}\);\n$/, "}); },\n});\n");
  const drawing = join(folder.path, "nothing.svg");
  const { status, err } = await irqproof(["sweep", folder.write("dark.ts", text), "--count", "2", "--svg", drawing]);
  expect(status).toBe(2);
  expect(err).toContain(`sweep: --svg ${drawing} has nothing to show: no point is a valid model`);
});

test("exits with 0 when everything holds, with 3 when a bound is reached", async () => {
  expect((await irqproof(["sweep", lamps, "--count", "2,3", "--property", "listed"])).status).toBe(0);
  const bounded = await irqproof(["sweep", lamps, "--count", "2,3", "--property", "listed", "--max-states", "5"]);
  expect(bounded.status).toBe(3);
  expect(bounded.out).toMatch(/3  inconclusive +>5 /);
});

test("shows a combination that makes no model, with the reason", async () => {
  const text = LAMPS.replace(
    "=> model({",
    `=> { if (count === 3) throw new ModelError("three lamps blow the fuse"); return model({`,
  )
    .replace("range, record", "ModelError, range, record")
    .replace(/\}\),\n\}\);\n$/, "}); },\n});\n");
  const { status, out } = await irqproof([
    "sweep",
    folder.write("fuse.ts", text),
    "--count",
    "3,2",
    "--property",
    "listed",
  ]);
  expect(out).toContain("    3  no model\n    three lamps blow the fuse\n");
  expect(status).toBe(0);
});
