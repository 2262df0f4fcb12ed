import type { Expander, ExpanderExports } from "../../compiled/expander.ts";
import { BATCH } from "../../compiled/memory.ts";
import { Canonicaliser, type Canonical } from "../../symmetry/index.ts";
import { pagesTo, wasm } from "../../wasm/runtime.ts";
import type { Piece } from "../states/frontier.ts";

/** The code of an expander with its memory. */
export class Expansion {
  readonly #expander: Expander;
  readonly #code: ExpanderExports;
  /** All of the memory. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;

  /** For a search of one state for each orbit. */
  readonly #canonical: Canonicaliser | undefined;

  /** @param canonical code for canonical states, behind the memory of the expander */
  constructor(expander: Expander, canonical?: Canonical) {
    this.#expander = expander;
    const memory = new wasm.Memory({ initial: pagesTo(canonical?.end ?? expander.bytes) });
    this.#canonical = canonical && new Canonicaliser(canonical, memory);
    this.#code = new wasm.Instance(expander.module, { env: { memory } }).exports as ExpanderExports;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Uint32Array(memory.buffer);
    const { active } = expander.map;
    this.bytes.fill(1, active, active + expander.entries - expander.properties);
  }

  /** The most states of a batch. */
  get batch(): number {
    return BATCH;
  }

  /** Buffer for packed states, to be filled before `expand`. */
  get input(): number {
    return this.#expander.map.input;
  }

  /** Bytes of a successor. */
  get stride(): number {
    return this.#expander.stride;
  }

  /** The live bytes of the batch. */
  get live(): number {
    return this.#expander.map.live;
  }

  /**
   * Copies packed states of a piece, from an index on, into the input: as many as a batch holds.
   *
   * @param size bytes of a packed state
   * @returns their number
   */
  load({ block, end }: Piece, from: number, size: number): number {
    const count = Math.min(this.batch, end - from);
    this.bytes.set(block.bytes.subarray(from * size, (from + count) * size), this.input);
    return count;
  }

  /** Leaves the entry of a property out from now on. */
  deactivate(entry: number): void {
    this.bytes[this.#expander.map.active + entry - this.#expander.properties] = 0;
  }

  /**
   * Expands states `from` to `end - 1` of the input, as far as there is room for their successors: for that of the first
   * there always is.
   *
   * @returns the first state that is left
   */
  expand(from: number, end: number): number {
    return this.#code.expand(from, end);
  }

  /** Replaces the successors by canonical states, if the search has one state for each orbit. */
  canonicalise(): void {
    const [from, end] = this.output;
    this.#canonical?.replace(from, end);
  }

  /** Replaces a state in whole words by its canonical one, if the search has one state for each orbit. */
  canonicaliseWords(words: Uint32Array): void {
    this.#canonical?.replaceWords(words);
  }

  /** Whether there is one state for each orbit. */
  get hasOrbits(): boolean {
    return this.#canonical !== undefined;
  }

  /** Finds the sizes of the orbits of the first states of the input, for `weightOf`. */
  weigh(states: number): void {
    this.#canonical?.weigh(this.input, states);
  }

  /** Number of states that a state of the input stands for; 1 in a search without symmetry. */
  weightOf(state: number): number {
    return this.#canonical?.weightOf(state) ?? 1;
  }

  /** The same of a state in whole words. */
  weightOfWords(words: Uint32Array): number {
    return this.#canonical?.weightOfWords(words) ?? 1;
  }

  /** The successors, as bytes `from` to `to - 1`. */
  get output(): readonly [from: number, to: number] {
    const { output, outputEnd } = this.#expander.map;
    return [output, this.words[outputEnd / 4] as number];
  }

  /** End of the successors of the state just expanded: those of the next state begin there. */
  endOf(state: number): number {
    return this.words[this.#expander.map.ends / 4 + state] as number;
  }

  /** The entry of the action that has made the successor at a place of the output. */
  sourceOf(at: number): number {
    const { output, sources } = this.#expander.map;
    return this.words[(sources + (at - output) / 2) / 4] as number;
  }

  /** The entries of the actions that have made the successors, as 32-bit words: from, to, and how far apart they are. */
  get sources(): readonly [from: number, to: number] {
    const { output, outputEnd, sources } = this.#expander.map;
    return [sources / 4, (sources + ((this.words[outputEnd / 4] as number) - output) / 2) / 4];
  }

  get sourceStride(): number {
    return this.#expander.stride / 8;
  }

  /** Notes: pairs of a state's number in the batch and an entry, as 32-bit words `from` to `to - 1`. */
  get noted(): readonly [from: number, to: number] {
    const { noted, notedEnd } = this.#expander.map;
    return [noted / 4, (this.words[notedEnd / 4] as number) / 4];
  }

  /** The pairs of `noted` or `asked`, one by one. */
  *pairs([from, end]: readonly [from: number, to: number]): Generator<readonly [state: number, entry: number]> {
    for (let at = from; at < end; at += 2) yield [this.words[at] as number, this.words[at + 1] as number];
  }

  /** Entries that the compiled code left to the model's own functions, in the same form. */
  get asked(): readonly [from: number, to: number] {
    const { asked, askedEnd } = this.#expander.map;
    return [asked / 4, (this.words[askedEnd / 4] as number) / 4];
  }
}
