import { ModelError } from "../errors.ts";

/** At most this many bytes of a state are shared with the state before it. */
const MAX_SHARED_BYTES = 255;
const BLOCK_BYTES = 1 << 16;

/** Compares two packed states, word by word. */
export function compareStates(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number, words: number): number {
  for (let word = 0; word < words; word++) {
    const difference = (a[aAt + word] as number) - (b[bAt + word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Sorted states as bytes: for each, a byte with the number of bytes that it shares with the one before, and the others, the
 * words' most significant bytes first.
 */
export function* frontCoded(states: Iterable<Uint32Array>, words: number): Generator<Buffer> {
  const size = words * 4;
  const block = Buffer.alloc(BLOCK_BYTES + size + 1);
  const previous = new Uint8Array(size);
  const current = Buffer.alloc(size);
  let end = 0;
  for (const state of states) {
    for (let word = 0; word < words; word++) current.writeUInt32BE(state[word] as number, word * 4);
    let shared = 0;
    const most = Math.min(size, MAX_SHARED_BYTES);
    while (shared < most && current[shared] === previous[shared]) shared++;
    block[end++] = shared;
    for (let at = shared; at < size; at++) block[end++] = previous[at] = current[at] as number;
    if (end < BLOCK_BYTES) continue;
    yield Buffer.from(block.subarray(0, end));
    end = 0;
  }
  yield block.subarray(0, end);
}

/** Reads what `frontCoded` wrote, in pieces of any size, into words. */
export class FrontDecoder {
  /** States that have been read. */
  count = 0;
  readonly #into: Uint32Array;
  readonly #words: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** The next byte of the state, or -1 before the byte with the number of shared bytes. */
  #at = -1;

  /** @param into room for all states that are expected */
  constructor(into: Uint32Array, words: number) {
    this.#into = into;
    this.#words = words;
    this.#bytes = new Uint8Array(words * 4);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** @throws ModelError, a clause to follow the file's name, where the states are too many or out of order */
  read(piece: Uint8Array): void {
    const bytes = this.#bytes;
    for (let from = 0; from < piece.length; from++) {
      const byte = piece[from] as number;
      if (this.#at >= 0) bytes[this.#at++] = byte;
      else if (byte < bytes.length) this.#at = byte;
      // Only the first state, if it is of zero bits, is as the one before it.
      else if (byte === bytes.length && this.count === 0) this.#at = byte;
      else throw new ModelError("the states are out of order");
      if (this.#at === bytes.length) this.#take();
    }
  }

  /** Whether what was read ends with a state. */
  get complete(): boolean {
    return this.#at < 0;
  }

  #take(): void {
    const words = this.#words;
    const at = this.count * words;
    if (at === this.#into.length) throw new ModelError("it has more states than stated in its header");
    for (let word = 0; word < words; word++) this.#into[at + word] = this.#view.getUint32(word * 4);
    if (this.count > 0 && compareStates(this.#into, at - words, this.#into, at, words) >= 0) {
      throw new ModelError("the states are out of order");
    }
    this.count++;
    this.#at = -1;
  }
}
