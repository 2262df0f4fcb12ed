// V8 optimizes functions so early that in a check of two seconds its compiler threads take as much processor time as
// the check. Later optimization costs long checks nothing that can be measured. Each version of V8 has a flag of its own
// for it, and prints an error for a flag that it does not know; with Node 24 there is nothing to gain.
import { setFlagsFromString } from "node:v8";

/** By major version of Node. */
const FLAGS = new Map([
  [20, "--interrupt-budget=500000"],
  [22, "--invocation-count-for-turbofan=20000"],
]);

/** To be called when the program is loaded: V8 rejects the code that Node has kept where flags have changed. */
export function optimizeLater() {
  const flag = FLAGS.get(Number.parseInt(process.versions.node, 10));
  if (flag !== undefined && !("Bun" in globalThis) && !("Deno" in globalThis)) setFlagsFromString(flag);
}
