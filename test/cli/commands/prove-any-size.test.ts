/** `prove` with numbers that are any, from TypeScript to the verdict. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cvc5, z3 } from "../../../checker/crosscheck/smt.ts";
import { isThere } from "../../checker/crosscheck/peers.ts";
import { irqproof, temporaryFolder } from "../run.ts";
import { thorough } from "../../thorough.ts";

const areThere = (await isThere(z3)) && (await isThere(cvc5));
const MIGRATION = "examples/migration.ts";
const ANY = ["--cpus", "any", "--vectors", "any", "--devices", "any"];

describe("prove with any number", () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  test.skipIf(!areThere || !thorough)("proves the common model for every size", { timeout: 240_000 }, async () => {
    const file = join(folder.path, "any-size.smt2");
    const { status, out } = await irqproof(["prove", MIGRATION, ...ANY, "--facts", "--out", file]);
    expect(out).toContain("cpus=any vectors=any devices=any scheme=two-step");
    expect(out).toContain("holds  no-interrupt-lost");
    expect(out.trimEnd().split("\n").at(-1)).toBe("migration: Never lost; any number of CPUs, vectors and devices");
    // The verdict lists the assumptions of the proof, and the invariant in terms of the model.
    expect(out).toContain("The proof is of a system that can do more than the model:");
    expect(out).toContain("Assumed for all sizes:");
    expect(out).toMatch(/- for every device d: /);
    expect(out.split("\n").every((line) => line.length <= 80)).toBe(true);
    expect(status).toBe(0);
    const [, asked] = /confirmed by Z3 [\d.]+: (\d+) queries/.exec(out)!;
    expect(out).toMatch(new RegExp(`confirmed by cvc5 [\\d.]+: ${asked} queries`));
    const { stdout: answers } = spawnSync("z3", [file], { encoding: "utf8" });
    expect(answers.match(/^unsat$/gm)).toHaveLength(Number(asked));
    expect(answers).not.toMatch(/^(sat|unknown)$/m);
  });

  const lastLine = (out: string): string | undefined => out.replaceAll(/\n +/g, " ").trimEnd().split("\n").at(-1);

  // The model with one device has a form of its own: it is proved apart.
  test.skipIf(!areThere || !thorough).each(["x86-two-step", "x86-same-vector", "msi-masked", "msix-masked"])(
    "proves %s for every size",
    { timeout: 240_000 },
    async (id) => {
      const file = join(folder.path, `${id}.smt2`);
      const { status, out } = await irqproof(["prove", id, ...ANY, "--out", file]);
      for (const property of ["no-interrupt-lost", "carrier-exists", "one-owner", "target-live", "table-owner"]) {
        expect(out).toContain(`holds  ${property}`);
      }
      expect(out).toContain("from 0 counterexamples to induction");
      expect(lastLine(out)).toBe(`${id}: Never lost; any number of CPUs, vectors and devices; any raises; any moves`);
      expect(status).toBe(0);
      const asked = Array.from(out.matchAll(/confirmed by Z3 [\d.]+: (\d+) queries/g), ([, count]) => Number(count));
      expect(asked).toHaveLength(2);
      const { stdout: answers } = spawnSync("z3", [file], { encoding: "utf8" });
      expect(answers.match(/^unsat$/gm)).toHaveLength(asked[0]! + asked[1]!);
      expect(answers).not.toMatch(/^(sat|unknown)$/m);
    },
  );

  test.skipIf(!areThere || !thorough)(
    "names the sizes from which on an entry is proved, where no other number is any",
    { timeout: 240_000 },
    async () => {
      const size = ["--cpus", "2", "--vectors", "2", "--devices", "any"];
      const { status, out } = await irqproof(["prove", "x86-two-step", ...size, "--property", "eoi-balanced"]);
      expect(out).toContain("holds  eoi-balanced");
      expect(out).toContain("- from 2 devices on; at smaller sizes the model differs in its form");
      expect(lastLine(out)).toBe(
        "x86-two-step: holds; any number of devices, from 2 devices on; any raises; any moves",
      );
      expect(status).toBe(0);
    },
  );

  test("shows a run of a scheme that loses interrupts, at the size at which it was found", async () => {
    const { status, out } = await irqproof(["prove", MIGRATION, ...ANY, "--scheme", "direct"]);
    expect(status).toBe(1);
    expect(out).toContain("no-interrupt-lost: counterexample, 3 steps");
    expect(out.trimEnd().split("\n").at(-1)).toBe("migration: Sometimes lost; cpus=2 vectors=2 devices=1");
  });

  test("has the run and the sizes in the JSON object", async () => {
    const { status, out } = await irqproof(["prove", MIGRATION, ...ANY, "--scheme", "direct", "--json"]);
    const report = JSON.parse(out);
    expect(status).toBe(1);
    expect(report).toMatchObject({
      schema: 1,
      model: "migration",
      parameters: { cpus: "any", vectors: "any", devices: "any", scheme: "direct" },
      any: ["cpus", "vectors", "devices"],
      verdict: "violated",
      searched: [{ sizes: { cpus: 2, vectors: 2, devices: 1 }, isComplete: false }],
    });
    expect(report.properties[0].trace).toHaveLength(4);
  });

  test.each([
    [
      ["--scheme", "any"],
      "prove: migration has no number scheme that can be any; its numbers are cpus, vectors, devices",
    ],
    [["--cpus", "any", "--solver", "z3"], "--solver does not go with any: Z3 and cvc5 must both confirm"],
    [["--cpus", "any", "--lemma", "no-interrupt-lost"], "--lemma does not go with any"],
    [["--cpus", "any", "--html", "x.html"], "--html does not go with any"],
    [
      ["--cpus", "any", "--property", "never-stuck"],
      "never-stuck is a property of kind noDeadlock, which cannot be proved for any size",
    ],
    [["--cpus", "any", "--property", "nothing"], "migration has no property nothing"],
  ])("refuses %j", async (options, sentence) => {
    const { status, err } = await irqproof(["prove", MIGRATION, ...options]);
    expect([status, err.replaceAll(/\s+/g, " ")]).toEqual([2, expect.stringContaining(sentence)]);
  });
});
