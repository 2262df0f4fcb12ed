/** One search in a fresh process: `engine.ts ENGINE WORKERS MODEL PARAMETERS`; prints one line of JSON. */
import { check, type Family } from "irqproof/checker";

const [engine, workers, file, parameters] = process.argv.slice(2) as [string, string, string, string];
const { default: family } = (await import(file)) as { readonly default: Family<unknown> };
const report = await check(family.instantiate(JSON.parse(parameters) as Record<string, unknown>), {
  engine: engine === "reference" ? "reference" : "compiled",
  workers: Number(workers),
});
console.log(
  JSON.stringify({
    distinct: report.states.distinct,
    transitions: report.states.transitions,
    verdict: report.verdict,
    seconds: report.seconds,
  }),
);
