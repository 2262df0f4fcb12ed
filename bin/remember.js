// Part of the build: keeps what V8 has compiled of the program by the time it has done a check by the direct engine
// and one by the compiled engine.
import { renameSync, writeFileSync } from "node:fs";
import { compiled, digestOf, KEPT } from "./program.js";

const { script, exports } = compiled();
const { main } = exports();
for (const options of [[], ["--engine", "compiled"]]) {
  const args = ["check", "x86-two-step", ...options];
  const status = await main(args, process);
  if (status !== 0) throw new Error(`irqproof ${args.join(" ")} ended with status ${status}`);
}
const code = script.createCachedData();
// Whole or not at all: a build may end at any moment.
const beside = `${KEPT}.part`;
writeFileSync(beside, Buffer.concat([digestOf(code), code]));
renameSync(beside, KEPT);
