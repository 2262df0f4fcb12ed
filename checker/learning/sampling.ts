import type { Diagram, DiagramStore } from "./diagram.ts";
import type { Explorer } from "./explorer.ts";
import { appliedTo, ASK, outcomeKey, type Outcome } from "./outcome.ts";
import type { Recorder } from "./recorder.ts";
import type { Tree } from "./tree.ts";

/** States on which a function learned part by part is run as it stands, at most. */
const MOST_SAMPLES = 256;

/**
 * Runs a function as it stands on states that take each turn of its tree, and compares.
 *
 * @param condition only states that hit it are taken
 */
export function isConfirmed(
  explorer: Explorer,
  recorder: Recorder<unknown>,
  store: DiagramStore,
  tree: Tree,
  condition: Diagram | undefined,
): boolean {
  const { values } = recorder;
  const valueOf = (cell: number): number => values[cell] as number;
  const random = generator();
  const descent = new Descent(recorder, store, random);
  for (let sample = Math.min(MOST_SAMPLES, 2 * explorer.paths); sample > 0; sample--) {
    values.fill(-1);
    if (condition !== undefined && descent.through(condition, store.hit) !== store.hit) continue;
    const learned = descent.down(tree);
    for (let cell = 0; cell < values.length; cell++) {
      if ((values[cell] as number) < 0) values[cell] = random(recorder.shapeOf(cell).cardinality);
    }
    const said = explorer.watched(() => explorer.once().outcome);
    // Copies and constants can say the same of one state.
    const same =
      outcomeKey(said) === outcomeKey(learned) ||
      outcomeKey(appliedTo(said, valueOf)) === outcomeKey(appliedTo(learned, valueOf));
    if (!same) return false;
  }
  return true;
}

/** Goes down trees and diagrams by chance, fixing the cells that they ask about. */
class Descent {
  readonly #recorder: Recorder<unknown>;
  readonly #store: DiagramStore;
  readonly #random: (below: number) => number;
  readonly #ends = new Map<Diagram, Set<Diagram>>();

  constructor(recorder: Recorder<unknown>, store: DiagramStore, random: (below: number) => number) {
    this.#recorder = recorder;
    this.#store = store;
    this.#random = random;
  }

  down(from: Tree): Outcome {
    let tree = from;
    while (tree?.kind === "test") {
      const { question } = tree;
      if (typeof question === "number") {
        tree = tree.children[this.#valueOf(question)];
        continue;
      }
      // Prefer one of the two answers, so that conjunctions of many parts come out true now and then.
      const end = this.through(question, this.#random(2) === 1 ? this.#store.hit : this.#store.none);
      if (end === this.#store.ask) return ASK;
      tree = tree.children[end === this.#store.hit ? 1 : 0];
    }
    return tree ?? ASK;
  }

  /** Where a diagram ends: where it should, if the cells that are fixed allow it and chance finds the way. */
  through(diagram: Diagram, wanted: Diagram): Diagram {
    const { values } = this.#recorder;
    let node = diagram;
    while (node.kind === "branch") {
      if ((values[node.cell] as number) < 0) {
        const fit = node.children.flatMap((child, value) => (this.#endsOf(child).has(wanted) ? [value] : []));
        if (fit.length > 0) values[node.cell] = fit[this.#random(fit.length)] as number;
      }
      node = node.children[this.#valueOf(node.cell)] as Diagram;
    }
    return node;
  }

  #valueOf(cell: number): number {
    const { values } = this.#recorder;
    if ((values[cell] as number) < 0) values[cell] = this.#random(this.#recorder.shapeOf(cell).cardinality);
    return values[cell] as number;
  }

  #endsOf(node: Diagram): Set<Diagram> {
    let ends = this.#ends.get(node);
    if (ends === undefined) {
      ends = new Set(node.kind === "leaf" ? [node] : node.children.flatMap((child) => [...this.#endsOf(child)]));
      this.#ends.set(node, ends);
    }
    return ends;
  }
}

/** Numbers that look random and are the same in every run. */
function generator(): (below: number) => number {
  let seed = 0x2545f491;
  return (below) => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % below;
  };
}
