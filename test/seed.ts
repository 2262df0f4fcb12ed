/**
 * One seed for all random tests: a change fails them for a reason in the change. `npm run test:long` and more `RUNS` draw
 * a new one for each test, and `IRQPROOF_SEED` is a seed or "random".
 */
import { configureGlobal } from "fast-check";

const { IRQPROOF_SEED, IRQPROOF_LONG, RUNS } = process.env;
const isFixed =
  IRQPROOF_SEED === undefined ? IRQPROOF_LONG === undefined && RUNS === undefined : IRQPROOF_SEED !== "random";
if (isFixed) configureGlobal({ seed: Number(IRQPROOF_SEED ?? 1) });
