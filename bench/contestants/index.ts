import type { Program } from "../program.ts";
import type { Contestant } from "./contestant.ts";
import { command, own } from "./own.ts";
import { rumur } from "./rumur.ts";
import { breadthFirstSpin, quicklyCompiledSpin, spin } from "./spin.ts";
import { tlc } from "./tlc.ts";

/** All checkers, in the order of a turn. */
export function contestants(tools: string | undefined, program?: Program): readonly Contestant[] {
  return [
    command(program),
    own("compiled", 1, program),
    own("compiled", 2, program),
    own("reference", 1, program),
    spin(),
    quicklyCompiledSpin(),
    breadthFirstSpin(),
    rumur(1),
    rumur(2),
    tlc(1, tools),
    tlc(2, tools),
  ];
}
