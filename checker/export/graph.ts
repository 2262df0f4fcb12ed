import { ModelError } from "../errors.ts";
import type { Model } from "../language/index.ts";
import { semanticsOf, type State } from "../semantics/semantics.ts";
import { changeTexts, parts, valueText } from "../trace/changes.ts";

/** At most this many states are drawn: a larger drawing would not be readable. */
const MAX_DRAWN_STATES = 500;

/**
 * The graph of the reachable states in DOT, for Graphviz: an initial state in full, at each edge the action and what it
 * changes.
 *
 * @throws ModelError when there are more states than `most`
 */
export function toDot<S>(model: Model<S>, most: number = MAX_DRAWN_STATES): string {
  const semantics = semanticsOf(model);
  const words = new Uint32Array(model.layout.words);
  const numbers = new Map<string, number>();
  const states: State<S>[] = [];
  const numberOf = (state: State<S>): number => {
    const key = words.join();
    let number = numbers.get(key);
    if (number === undefined) {
      if (states.length >= most) {
        throw new ModelError(
          `model ${model.name} has more than ${most} states, too many for a drawing; use smaller parameters, or allow more with --max-states N`,
        );
      }
      number = states.push(state) - 1;
      numbers.set(key, number);
    }
    return number;
  };
  const lines = [`digraph ${JSON.stringify(model.name)} {`, "  node [shape=box, fontname=monospace];"];
  for (const state of model.initial) {
    model.layout.encode(state, words, 0);
    const text = parts(state)
      .map(({ path, value }) => `${escaped(`${path} = ${valueText(value)}`)}\\l`)
      .join("");
    lines.push(`  s${numberOf(state as State<S>)} [label="${text}", penwidth=2];`);
  }
  // An array is iterated over what is added meanwhile too.
  for (const [number, state] of states.entries()) {
    for (const instance of model.instances) {
      if (!semantics.enabled(instance, state)) continue;
      semantics.apply(instance, state, words, 0);
      const after = semantics.unpack(words, 0);
      const known = states.length;
      const to = numberOf(after);
      if (states.length > known) lines.push(`  s${to} [label="${to + 1}"];`);
      const label = [instance.text, ...changeTexts(model, state, after)].map(escaped).join("\\n");
      lines.push(`  s${number} -> s${to} [label="${label}"];`);
    }
  }
  return `${lines.join("\n")}\n}\n`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", " ");
}
