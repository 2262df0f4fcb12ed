import { abc } from "../checker/interchange/tools/abc.ts";
import type { Tool } from "../checker/interchange/tools/tool.ts";
import { rumur } from "../checker/interchange/tools/rumur.ts";
import { spin } from "../checker/interchange/tools/spin.ts";
import { cvc5, z3 } from "../checker/interchange/tools/smt.ts";
import { tlc } from "../checker/interchange/tools/tlc.ts";
import type { Call } from "./call.ts";

/** The checkers that `--with` may name; where nothing is named, those are tried that are for it. */
export function otherCheckers(call: Call): readonly Tool[] {
  return [spin, rumur, tlc(call.value("tla2tools") ?? process.env["TLA2TOOLS"]), abc, z3, cvc5];
}
