import type { Choices } from "./choices.ts";
import type { ProgramState } from "./programs.ts";

/** A random state of the programs' type. */
export function randomState(choices: Choices): ProgramState {
  const bool = (): boolean => choices.below(2) === 1;
  const item = (): ProgramState["a"] => ({ id: choices.below(4), hot: bool() });
  return {
    a: item(),
    b: item(),
    q: Array.from({ length: choices.below(4) }, item),
    n: Array.from({ length: choices.below(4) }, () => choices.below(4)),
    g: Array.from({ length: 2 }, () => Array.from({ length: 2 }, () => choices.below(3))),
    maybe: bool() ? item() : null,
    who: bool() ? choices.below(3) : null,
    at: choices.of(["idle", "busy", "done"] as const),
    flag: bool(),
    big: choices.of([0, 1, 2, 3, 57, 998, 999]),
  };
}
