// V8 optimizes functions so early that in a check of two seconds its compiler threads take as much processor time as
// the check. Later optimization costs long checks nothing that can be measured. Each version of V8 has a flag of its own
// for it, and prints an error for a flag that it does not know; with Node 24 there is nothing to gain.
//
// The same is true of WebAssembly: V8 11 optimizes a function when it has executed 1.8 MB of it, and the code of a model
// with large steps has hundreds of functions. Newer versions wait longer by themselves.
import { setFlagsFromString } from "node:v8";

/** By major version of Node. */
const FLAGS = new Map([
  [20, ["--interrupt-budget=500000", "--wasm-tiering-budget=60000000"]],
  [22, ["--invocation-count-for-turbofan=20000"]],
]);

/** To be called when the program is loaded: V8 rejects the code that Node has kept where flags have changed. */
export function optimizeLater() {
  if ("Bun" in globalThis || "Deno" in globalThis) return;
  for (const flag of FLAGS.get(Number.parseInt(process.versions.node, 10)) ?? []) setFlagsFromString(flag);
}
