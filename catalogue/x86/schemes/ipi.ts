import type { Strategy } from "../../../model/strategy.ts";
import { x86TwoStep } from "./two-step.ts";

/** The two-step update in the handler of an IPI to the old CPU; the sender holds the descriptor's lock and waits. */
export const x86IpiSync: Strategy = { ...x86TwoStep, context: { kind: "ipi", waits: true } };

/** The sender continues; the handler takes the lock itself and looks again whether its CPU still is the target. */
export const x86IpiAsync: Strategy = { ...x86TwoStep, context: { kind: "ipi", waits: false } };
