/** The hash of a verdict distinguishes schemes that differ in a step. */
import { fingerprint } from "irqproof/checker";
import type { Strategy } from "irqproof/model";
import { scheme } from "irqproof/properties";
import { expect, test } from "vitest";
import { cleanUpAtOnce } from "../../model/steps/steps.ts";
import { x86TwoStep } from "../../catalogue/x86/schemes/two-step.ts";

const hashOf = (strategy: Strategy): string =>
  fingerprint(scheme({ name: "scheme", title: "", strategy }).instantiate({ fabric: "fifo-drain" }));

test("no two of a scheme and its variants have the same hash", () => {
  const { program } = x86TwoStep;
  const variants: Strategy[] = [
    x86TwoStep,
    ...program.map((_, index) => ({ ...x86TwoStep, program: program.toSpliced(index, 1) })),
    { ...x86TwoStep, context: { kind: "task", runsOn: "any" } },
    { ...x86TwoStep, cleanup: "timer-unchecked" },
    { ...x86TwoStep, cleanup: "at-once", program: [...program, cleanUpAtOnce] },
    { ...x86TwoStep, placement: "crowded" },
    { ...x86TwoStep, allocation: "same-vector" },
  ];
  // Placed one by one or all on one CPU, a single device's interrupt is in the same place.
  expect(new Set(variants.map(hashOf)).size).toBe(variants.length - 1);
});
