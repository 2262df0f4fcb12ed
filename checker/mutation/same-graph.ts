import type { ActionInstance, Model } from "../language/index.ts";
import { Pace } from "../pace.ts";
import type { Layout } from "../schema/index.ts";
import { StateStore } from "../search/states/store.ts";
import { directSemanticsOf } from "../semantics/direct-semantics.ts";
import type { Semantics } from "../semantics/semantics.ts";

/**
 * Whether a model and a variant of it have the same reachable graph: a one-to-one correspondence of their states, in which
 * initial states correspond in their order, the same instances are enabled in corresponding states, and lead to
 * corresponding states. These are equal but for the cells of the variant's position. Both graphs are finite, and each
 * instance leads to one state, so one joint search decides it.
 *
 * @param positions paths of the cells in which corresponding states may differ
 * @returns undefined where it was aborted
 */
export async function haveSameGraph<S>(
  model: Model<S>,
  variant: Model<S>,
  positions: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  const partners = partnersOf(model, variant);
  const { layout } = model;
  if (partners === undefined || !haveSameCells(layout, variant.layout)) return false;
  const [one, other] = [new Side(model), new Side(variant)];
  const mask = maskOf(layout, positions);
  const correspond = (): boolean =>
    one.words.every((word, index) => ((word ^ (other.words[index] as number)) & (mask[index] as number)) === 0) &&
    // Both are found at the same time for the first time, or at the same time again.
    one.store.insert(one.words) === other.store.insert(other.words);
  for (const [index, state] of model.initial.entries()) {
    layout.encode(state, one.words, 0);
    layout.encode(variant.initial[index], other.words, 0);
    if (!correspond()) return false;
  }
  const pace = new Pace({ signal });
  for (let number = 0; number < one.store.size; number++) {
    if (signal?.aborted === true || (pace.isDue() && (await pace.pause()))) return undefined;
    const [here, there] = [one.state(number), other.state(number)];
    for (const [instance, partner] of partners) {
      const isEnabled = one.semantics.enabled(instance, here);
      if (isEnabled !== other.semantics.enabled(partner, there)) return false;
      if (!isEnabled) continue;
      one.semantics.apply(instance, here, one.words, 0);
      other.semantics.apply(partner, there, other.words, 0);
      if (!correspond()) return false;
    }
  }
  return true;
}

/** The states of a model that were found so far. */
class Side<S> {
  readonly semantics: Semantics<S>;
  readonly store: StateStore;
  readonly words: Uint32Array;

  constructor(model: Model<S>) {
    this.semantics = directSemanticsOf(model);
    this.store = new StateStore(model.layout.words);
    this.words = new Uint32Array(model.layout.words);
  }

  state(number: number): ReturnType<Semantics<S>["unpack"]> {
    return this.store.read(number, (words, at) => this.semantics.unpack(words, at));
  }
}

/** Each instance with the one of the same text; undefined where the models do not have the same ones. */
function partnersOf<S>(model: Model<S>, variant: Model<S>): [ActionInstance<S>, ActionInstance<S>][] | undefined {
  if (model.initial.length !== variant.initial.length) return undefined;
  const byText = new Map(variant.instances.map((instance) => [instance.text, instance]));
  if (byText.size !== model.instances.length) return undefined;
  const pairs = model.instances.map((instance) => [instance, byText.get(instance.text)] as const);
  if (pairs.some(([, partner]) => partner === undefined)) return undefined;
  return pairs as [ActionInstance<S>, ActionInstance<S>][];
}

function haveSameCells<S>(one: Layout<S>, other: Layout<S>): boolean {
  const texts = [one, other].map(({ cells }) =>
    cells.map(({ path, word, shift, width, shape }) => `${path} ${word} ${shift} ${width} ${shape.cardinality}`).join(),
  );
  return texts[0] === texts[1];
}

/** The bits of all cells but those of the position. */
function maskOf<S>({ words, cells }: Layout<S>, positions: readonly string[]): Uint32Array {
  const mask = new Uint32Array(words);
  for (const { path, word, shift, width } of cells) {
    if (width === 0 || positions.includes(path)) continue;
    const bits = width === 32 ? 0xffffffff : (1 << width) - 1;
    mask[word] = (mask[word] as number) | (bits << shift);
  }
  return mask;
}
