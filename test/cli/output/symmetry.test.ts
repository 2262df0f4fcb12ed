/** `--symmetry` of `check`: what the report says of it. */
import { describe, expect, test } from "vitest";
import { irqproof } from "../run.ts";

const MIGRATION = ["check", "examples/migration.ts", "--devices", "2"];

describe("check --symmetry", () => {
  test("reports the orbits, what is interchangeable, and the states of the model", async () => {
    const { status, out } = await irqproof([...MIGRATION, "--symmetry", "declared"]);
    expect(status).toBe(0);
    expect(out).toContain("  29,292 states, 104,976 transitions\n");
    expect(out).toContain(
      "  symmetry: 3,704 orbits in 54 levels, under 8 permutations; interchangeable:\n  device 0, 1; cpu 0, 1; vector 0, 1\n",
    );
    expect(out).toMatch(/\nmigration devices=2: Never lost; 29,292 states; [0-9a-f]{12}\n$/);
  });

  test("has the numbers in JSON, and null where one is not known", async () => {
    const { out } = await irqproof([...MIGRATION, "--symmetry", "declared", "--json"]);
    const { states, symmetry } = JSON.parse(out);
    expect(states).toEqual({ distinct: 29_292, transitions: 104_976, depth: null });
    expect(symmetry).toMatchObject({ mode: "declared", orbits: 3_704, levels: 54, permutations: 8, isClosed: true });
    expect(symmetry.interchangeable).toContainEqual({ dimension: "cpu", indices: [0, 1] });
  });

  test("leaves numbers out of JUnit and CSV that are not known", async () => {
    const junit = await irqproof([...MIGRATION, "--symmetry", "declared", "--format", "junit"]);
    expect(junit.out).toContain('<property name="orbits" value="3704"/>');
    expect(junit.out).not.toContain("NaN");
    const sweep = ["sweep", "examples/migration.ts", "--devices", "1,2", "--symmetry", "declared", "--csv"];
    const { out } = await irqproof(sweep);
    expect(out).toMatch(/^1,holds,true,1420,3300,,22,[\d.]+\n2,holds,true,29292,104976,,32,[\d.]+$/m);
  });

  test("is off by default", async () => {
    const { out } = await irqproof(MIGRATION);
    expect(out).not.toContain("symmetry");
    expect(out).toContain("29,292 states, 104,976 transitions, depth 65\n");
  });

  test("is not used by an engine that explores every state", async () => {
    const { out } = await irqproof([...MIGRATION, "--symmetry", "auto", "--engine", "direct"]);
    expect(out).toContain("  symmetry: not used, because the direct engine explores every state\n");
  });

  test("refuses a certificate, and a mode that there is not", async () => {
    const certificate = await irqproof([...MIGRATION, "--symmetry", "declared", "--certificate", "unused.cert"]);
    expect(certificate).toMatchObject({ status: 2, out: "" });
    expect(certificate.err).toContain(
      "check: --certificate needs every reachable state, and --symmetry leaves states out; leave one of them out",
    );
    const mode = await irqproof([...MIGRATION, "--symmetry", "full"]);
    expect(mode.status).toBe(2);
    expect(mode.err).toContain("--symmetry");
  });
});
