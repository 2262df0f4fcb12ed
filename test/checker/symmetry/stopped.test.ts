/** A search that is stopped while it proves symmetries. */
import { check } from "irqproof/checker";
import { expect, test } from "vitest";
import migration from "../../../examples/migration.ts";

const large = migration.instantiate({ cpus: 3, vectors: 3, devices: 2 });

test.each(["declared", "auto"] as const)("a signal ends the proof, with a report: %s", async (symmetry) => {
  const controller = new AbortController();
  // The first turn of the event loop: long before the end of the proof, which takes hundreds of milliseconds.
  setTimeout(() => controller.abort(), 0);
  const report = await check(large, { symmetry, signal: controller.signal });
  expect(report).toMatchObject({ verdict: "inconclusive", stopped: { kind: "aborted" } });
  expect(report.symmetry).toMatchObject({ unused: "its proof was stopped", interchangeable: [], permutations: 1 });
  expect(report.states.distinct).toBe(0);
});

test("an aborted proof is begun anew by the next search", async () => {
  const small = migration.instantiate({ cpus: 2, vectors: 2, devices: 2 });
  const stopped = await check(small, { symmetry: "auto", signal: AbortSignal.abort() });
  expect(stopped.symmetry?.unused).toBe("its proof was stopped");
  const whole = await check(small, { symmetry: "auto" });
  expect(whole).toMatchObject({ verdict: "holds", symmetry: { orbits: 3_704, permutations: 8 } });
});

test("with several workers, too", async () => {
  const report = await check(large, { symmetry: "declared", workers: 2, signal: AbortSignal.abort() });
  expect(report).toMatchObject({ verdict: "inconclusive", symmetry: { unused: "its proof was stopped" } });
});
