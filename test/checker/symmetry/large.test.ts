/** The largest count of the migration example that is known from another checker: 1.4 billion states. */
import { check } from "irqproof/checker";
import { expect, test } from "vitest";
import migration from "../../../examples/migration.ts";

test("3 CPUs, 3 vectors, 2 devices", async () => {
  const report = await check(migration.instantiate({ cpus: 3, vectors: 3, devices: 2 }), { symmetry: "declared" });
  expect(report.symmetry).toMatchObject({ permutations: 72, orbits: 19_457_618, isClosed: true });
  expect(report.states).toMatchObject({ distinct: 1_400_398_560, transitions: 7_442_766_756 });
  expect(report.verdict).toBe("holds");
});
