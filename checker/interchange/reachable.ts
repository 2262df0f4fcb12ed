import type { ActionInstance, Model } from "../language/index.ts";
import type { Learned } from "../learning/learn.ts";
import { numberFrom, type Outcome } from "../learning/outcome.ts";
import type { Recorder } from "../learning/recorder.ts";
import { semanticsOf, type Semantics } from "../reference/semantics.ts";
import { reader } from "../schema/layout.ts";

/**
 * Visits every reachable state and lets functions add the path that each state takes. Afterwards their diagrams say
 * what they do in every reachable state, and "ask" where only others get.
 *
 * @param incomplete the functions that are not known as a whole
 * @returns why it was given up, in a sentence; undefined where every state was visited
 */
export function learnReachable<S>(
  model: Model<S>,
  recorder: Recorder<S>,
  actions: readonly { readonly instance: ActionInstance<S>; readonly learned: Learned }[],
  incomplete: ReadonlySet<Learned>,
  initial: readonly (readonly number[])[],
  maxStates: number,
): string | undefined {
  const others = [...incomplete].filter((learned) => !actions.some((action) => action.learned === learned));
  const { values } = recorder;
  const seen = new Set<string>();
  const queue: Uint32Array[] = [];
  const add = (cells: Uint32Array): void => {
    const key = cells.join();
    if (seen.has(key)) return;
    seen.add(key);
    queue.push(cells);
  };
  const ask = asking(model);
  for (const cells of initial) add(Uint32Array.from(cells));
  for (const cells of queue) {
    if (seen.size > maxStates) {
      return `${[...incomplete][0]?.where} cannot be exported: learning all of it takes too many runs, and so does learning it in every reachable state, which are more than ${maxStates}; give the model smaller parameters`;
    }
    const valueOf = (cell: number): number => cells[cell] as number;
    const outcome = (learned: Learned): Outcome => {
      const known = learned.known(valueOf);
      if (known !== undefined) return known;
      values.set(cells);
      return learned.extend();
    };
    if (hopeless() !== undefined) return hopeless();
    for (const learned of others) outcome(learned);
    for (const { instance, learned } of actions) {
      const end = outcome(learned);
      if (end.kind === "ask") {
        const next = ask(instance, cells);
        if (next !== undefined) add(next);
      }
      if (end.kind !== "update") continue;
      const next = cells.slice();
      for (const { cell, source } of end.writes) {
        next[cell] = numberFrom(source, valueOf);
      }
      add(next);
    }
  }
  return hopeless();

  function hopeless(): string | undefined {
    for (const { hopeless: isHopeless, where } of incomplete) {
      if (!isHopeless) continue;
      return `${where} cannot be exported: nearly every state takes a path of its own through it; let it read less of the state`;
    }
    return undefined;
  }
}

/** The successor by the reference semantics, which raises the model's mistakes; undefined where not enabled. */
function asking<S>(model: Model<S>): (instance: ActionInstance<S>, cells: Uint32Array) => Uint32Array | undefined {
  const { layout } = model;
  const semantics: Semantics<S> = semanticsOf(model);
  const readers = layout.cells.map(reader);
  const words = new Uint32Array(layout.words);
  return (instance, cells) => {
    words.fill(0);
    for (const [index, { word, shift, width }] of layout.cells.entries()) {
      if (width > 0) words[word] = (words[word] as number) | ((cells[index] as number) << shift);
    }
    const state = semantics.unpack(words, 0);
    if (!semantics.enabled(instance, state)) return undefined;
    semantics.apply(instance, state, words, 0);
    return Uint32Array.from(readers, (read) => read(words, 0));
  };
}
