import { abc, cvc5, rumur, spin, tlc, z3, type Tool } from "../checker/crosscheck/index.ts";
import type { Call } from "./call.ts";

/** The checkers that `--with` may name; where nothing is named, those are tried that are for it. */
export function otherCheckers(call: Call): readonly Tool[] {
  return [spin, rumur, tlc(call.value("tla2tools") ?? process.env["TLA2TOOLS"]), abc, z3, cvc5];
}
