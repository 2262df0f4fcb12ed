/** Files that a command writes: found unusable before the search, replaced as a whole, and no report is lost with one. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { irqproof, LAMPS, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const lamps = folder.write("lamps.ts", LAMPS);
/** A file that says so when it is loaded, which comes before any search. */
const loaded = folder.write("loaded.ts", `throw new Error("it was loaded");`);
writeFileSync(join(folder.path, "file"), "");
mkdirSync(join(folder.path, "folder"));

describe("a file that cannot be written is refused before the model is loaded", () => {
  const calls: readonly (readonly string[])[] = [
    ["check", loaded, "--out"],
    ["check", loaded, "--certificate"],
    ["check", loaded, "--format", "junit", "--out"],
    ["sweep", loaded, "--count", "2", "--out"],
    ["sweep", loaded, "--count", "2", "--svg"],
    ["export", loaded, "--to", "promela", "--out"],
    ["prove", loaded, "--out"],
  ];
  const places: readonly (readonly [string, string])[] = [
    ["folder", "is a folder, not a file"],
    ["none/", "is a folder, not a file"],
    ["none/report", "cannot be written; does its folder exist?"],
    ["file/report", "cannot be written: a part of its path is a file, not a folder"],
    ["n".repeat(300), "cannot be written: its name is too long"],
    ["loaded.ts", "is the input file; give another name"],
  ];
  test.each(calls.flatMap((call) => places.map((place) => [call, ...place] as const)))(
    "%j %s",
    async (call, name, why) => {
      const { status, out, err } = await irqproof([...call, `${folder.path}/${name}`]);
      expect({ status, out, err }).toEqual({
        status: 2,
        out: "",
        err: `irqproof: ${call[0]}: ${call.at(-1)} ${folder.path}/${name} ${why}\n`,
      });
    },
  );

  test("an empty name, and one file for two things", async () => {
    expect((await irqproof(["check", loaded, "--out="])).err).toBe("irqproof: check: --out needs the name of a file\n");
    const file = join(folder.path, "both");
    const { status, err } = await irqproof(["check", loaded, "--out", file, "--certificate", `${folder.path}/./both`]);
    expect(status).toBe(2);
    expect(err).toBe(`irqproof: check: --out ${file} is also the file of --certificate; give two names\n`);
  });

  test("what is written beside an export", async () => {
    mkdirSync(join(folder.path, "Lamps.cfg"), { recursive: true });
    const out = join(folder.path, "Lamps.tla");
    const { status, err } = await irqproof(["export", loaded, "--to", "tla", "--out", out]);
    expect(status).toBe(2);
    expect(err).toBe(`irqproof: export: ${join(folder.path, "Lamps.cfg")} is a folder, not a file\n`);
    expect(existsSync(out)).toBe(false);
  });

  test("the folder of --keep", async () => {
    const { status, err } = await irqproof(["crosscheck", loaded, "--keep", join(folder.path, "file")]);
    expect(status).toBe(2);
    expect(err).toMatch(/^irqproof: crosscheck: --keep .*file is not a writable folder: ENOTDIR/);
  });
});

test.runIf(existsSync("/dev/full"))("a report whose file has no room is printed instead", async () => {
  const { status, out, err } = await irqproof(["check", lamps, "--out", "/dev/full"]);
  expect(status).toBe(2);
  expect(err).toBe("irqproof: check: --out /dev/full cannot be written: the disk is full\n");
  expect(out).toContain("VIOLATED  dark");
  expect(out).toMatch(/\nlamps: dark VIOLATED; 4 states; [0-9a-f]{12}\n$/);
  const json = await irqproof(["check", lamps, "--json", "--out", "/dev/full"]);
  expect(JSON.parse(json.out)).toMatchObject({ model: "lamps", verdict: "violated" });
});

test("a model that is wrong leaves the report of the last check", async () => {
  const report = join(folder.path, "report");
  await irqproof(["check", lamps, "--out", report]);
  const before = readFileSync(report, "utf8");
  expect((await irqproof(["check", loaded, "--out", report])).status).toBe(2);
  expect(readFileSync(report, "utf8")).toBe(before);
});
