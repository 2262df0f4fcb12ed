/** The first action and the first property of a model, by compiled code, in single states. */
import type { Model } from "irqproof/checker";
import { Program } from "../../../checker/compiled/program.ts";
import { isSafety, type SafetyProperty } from "../../../checker/language/index.ts";
import { semanticsOf } from "../../../checker/semantics/semantics.ts";
import { Expansion } from "../../../checker/search/expansion/expansion.ts";
import { Fallback } from "../../../checker/search/expansion/fallback.ts";

/** Result for one state: the words after the step by the only action, and the verdict on the only property. */
export interface OneState {
  readonly after: string;
  readonly judged: "hit" | "none" | "ask";
  /** Whether the compiled code has left the step to the model's own functions. */
  readonly asked: boolean;
}

export function compiledStates<S>(made: Model<S>): (value: S) => OneState {
  const properties = [...made.properties].filter((entry): entry is [string, SafetyProperty<S>] => isSafety(entry[1]));
  const program = new Program(made, new Map(properties));
  const expansion = new Expansion(program.expander());
  const fallback = new Fallback(program);
  const { packing } = program;
  const words = new Uint32Array(2 * packing.words);
  const layoutWords = new Uint32Array(made.layout.words);
  return (value) => {
    made.layout.encode(value, layoutWords, 0);
    program.fromLayout(layoutWords, words, 0);
    expansion.bytes.set(new Uint8Array(words.buffer).subarray(0, packing.bytes), expansion.input);
    expansion.expand(0, 1);
    const entriesOf = ([from, end]: readonly [number, number]): number[] =>
      Array.from({ length: (end - from) / 2 }, (_, index) => expansion.words[from + 2 * index + 1] as number);
    const asked = entriesOf(expansion.asked);
    const judged = asked.includes(1) ? "ask" : entriesOf(expansion.noted).includes(1) ? "hit" : "none";
    const [from, end] = expansion.output;
    let after = "none";
    if (end > from) after = program.toLayout(expansion.words, from / 4).join();
    else if (asked.includes(0)) {
      try {
        const result = fallback.resolve(program.entries[0]!, words, 0);
        after = result.kind === "update" ? program.toLayout(result.words, 0).join() : result.kind;
        if (result.kind === "fault") after = "error";
      } catch {
        after = "error";
      }
    }
    return { after, judged, asked: asked.includes(0) };
  };
}

/** The same step by immer. */
export function stepByReference<S>(made: Model<S>, value: S): string {
  const words = new Uint32Array(made.layout.words);
  made.layout.encode(value, words, 0);
  const semantics = semanticsOf(made);
  try {
    semantics.apply(made.instances[0]!, semantics.unpack(words, 0), words, 0);
  } catch {
    return "error";
  }
  return words.join();
}
