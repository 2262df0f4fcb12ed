import type { Contestant } from "./contestant.ts";
import { own } from "./own.ts";
import { rumur } from "./rumur.ts";
import { spin } from "./spin.ts";
import { tlc } from "./tlc.ts";

/** Every checker, in the order of a turn. The first tells how many states there are. */
export function contestants(tools: string | undefined, start?: readonly string[]): readonly Contestant[] {
  return [
    own("compiled", 1, start),
    own("compiled", 2, start),
    own("reference", 1, start),
    spin("depth-first"),
    spin("breadth-first"),
    rumur(1),
    rumur(2),
    tlc(1, tools),
    tlc(2, tools),
  ];
}
