import { deepFreeze } from "../schema/freeze.ts";
import type { Layout } from "../schema/index.ts";
import type { State } from "./semantics.ts";

/**
 * The state after a step as objects of its own. Each state is a value that has its objects to itself, whatever engine
 * shows it: a part of it is never the same object as another part of it, or as a part of the state before it. An engine
 * that keeps one value for equal states has the same one before and after a step that changes nothing.
 */
export function apart<S>(layout: Layout<S>, before: State<S>, after: State<S>): State<S> {
  if (after !== before) return after;
  const words = new Uint32Array(layout.words);
  layout.encode(after, words, 0);
  return deepFreeze(layout.decode(words, 0)) as State<S>;
}
