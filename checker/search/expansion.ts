import { BATCH, type Expander, type ExpanderExports } from "../compiled/expander.ts";
import { pagesTo, wasm } from "../compiled/webassembly.ts";

/** An expander at work: its code with its memory. */
export class Expansion {
  readonly #expander: Expander;
  readonly #code: ExpanderExports;
  /** All of the memory. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;

  constructor(expander: Expander) {
    this.#expander = expander;
    const memory = new wasm.Memory({ initial: pagesTo(expander.map.bytes) });
    this.#code = new wasm.Instance(new wasm.Module(expander.code), { env: { memory } }).exports as ExpanderExports;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Uint32Array(memory.buffer);
    for (const [at, bytes] of expander.data) this.bytes.set(bytes, at);
    for (let entry = 0; entry < expander.entries; entry++) {
      const at = expander.map.active + (entry >>> 3);
      this.bytes[at] = (this.bytes[at] as number) | (1 << (entry & 7));
    }
  }

  /** The most states of a batch. */
  get batch(): number {
    return BATCH;
  }

  /** Where packed states are put before `expand`. */
  get input(): number {
    return this.#expander.map.input;
  }

  /** Where the successors begin, and how many 32-bit words each has. */
  get output(): number {
    return this.#expander.map.output;
  }

  get stride(): number {
    return this.#expander.stride;
  }

  /** Where the live bytes of the batch are. */
  get live(): number {
    return this.#expander.map.live;
  }

  /** Leaves an entry out from now on. */
  deactivate(entry: number): void {
    const at = this.#expander.map.active + (entry >>> 3);
    this.bytes[at] = (this.bytes[at] as number) & ~(1 << (entry & 7));
  }

  /** Expands the first states of the input; returns where the output ends. */
  expand(count: number): number {
    return this.#code.expand(count) >>> 0;
  }

  /** What was noted: pairs of a state's number in the batch and an entry, as 32-bit words `from` to `to - 1`. */
  get noted(): readonly [from: number, to: number] {
    const { noted, notedEnd } = this.#expander.map;
    return [noted / 4, (this.words[notedEnd / 4] as number) / 4];
  }

  /** What the compiled code left to others, in the same form. */
  get asked(): readonly [from: number, to: number] {
    const { asked, askedEnd } = this.#expander.map;
    return [asked / 4, (this.words[askedEnd / 4] as number) / 4];
  }
}
