import { abc, cvc5, rumur, spin, tlc, z3, type Tool } from "../../checker/crosscheck/index.ts";
import type { Call } from "../arguments/call.ts";

/** The checkers that `--with` may name. Without it, the default ones are run. */
export function otherCheckers(call: Call): readonly Tool[] {
  return [spin, rumur, tlc(call.value("tla2tools") ?? process.env["TLA2TOOLS"]), abc, z3, cvc5];
}
