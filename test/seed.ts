/**
 * One seed for all random tests, so that a failure has its cause in the code. With `npm run test:long` or `RUNS` each test
 * draws its own. `IRQPROOF_SEED` is a seed, or "random".
 */
import { configureGlobal } from "fast-check";

const { IRQPROOF_SEED, IRQPROOF_LONG, RUNS } = process.env;
const isFixed =
  IRQPROOF_SEED === undefined ? IRQPROOF_LONG === undefined && RUNS === undefined : IRQPROOF_SEED !== "random";
if (isFixed) configureGlobal({ seed: Number(IRQPROOF_SEED ?? 1) });
