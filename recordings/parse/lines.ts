import { createReadStream, type ReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { messageOf, ModelError } from "../../checker/index.ts";

/** Place of a line, for messages. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Bytes read at once: with smaller pieces, passing them on costs more time than reading. */
const CHUNK_BYTES = 1 << 18;

/** A longer line is no log line: a binary file would otherwise be read as one. */
const MAX_LINE_LENGTH = 1 << 16;

/**
 * The lines of a text file, or of one that gzip packed, in batches; memory does not grow with the file's length.
 *
 * @throws ModelError when the file cannot be read, is not text, or its packed data end too soon
 */
export async function* linesOf(file: string): AsyncGenerator<readonly string[]> {
  let source: ReadStream | undefined;
  let rest = "";
  let first = true;
  try {
    await demandRegular(file);
    const packed = await isPacked(file);
    source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
    const bytes: AsyncIterable<Buffer> = packed ? source.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : source;
    if (packed) {
      // An error of the file itself would not reach the reader of the pipe.
      source.on("error", (error) => (bytes as ReturnType<typeof createGunzip>).destroy(error));
    }
    const decoder = new TextDecoder("utf-8");
    for await (const chunk of bytes) {
      if (first && chunk.includes(0)) throw new ModelError(`${file}: this is not a text file`);
      first = false;
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() as string;
      if (rest.length > MAX_LINE_LENGTH) throw new ModelError(`${file}: this is not a log: a line does not end`);
      yield lines.some((line) => line.endsWith("\r")) ? lines.map(withoutReturn) : lines;
    }
  } catch (error) {
    if (error instanceof ModelError) throw error;
    const { code } = error as { code?: string };
    if (code === "Z_BUF_ERROR") throw new ModelError(`${file}: the compressed data are truncated`);
    if (code?.startsWith("Z_") === true) throw new ModelError(`${file}: the compressed data are damaged`);
    if (code === "ENOENT") throw new ModelError(`${file}: no such file`);
    if (code === "EISDIR") throw new ModelError(`${file}: this is a folder, not a file`);
    throw new ModelError(`${file}: it cannot be read: ${messageOf(error)}`);
  } finally {
    source?.destroy();
  }
  if (rest !== "") yield [withoutReturn(rest)];
}

/** Lines of a file that was written, or sent through a serial console, with CR LF. */
function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/**
 * A recording is looked through before it is replayed, so a pipe would be empty the second time.
 *
 * @throws ModelError where the file is no regular file
 */
async function demandRegular(file: string): Promise<void> {
  const found = await stat(file);
  if (found.isFile() || found.isDirectory()) return;
  const what = found.isFIFO() ? "a pipe" : "not a regular file";
  throw new ModelError(`${file}: this is ${what}, but a recording is read twice: save it to a file first`);
}

/** By content, not by name: a log keeps its name when it is unpacked by hand. */
async function isPacked(file: string): Promise<boolean> {
  for await (const chunk of createReadStream(file, { end: 1 })) {
    const bytes = chunk as Buffer;
    return bytes[0] === 0x1f && bytes[1] === 0x8b;
  }
  return false;
}

/** Number of lines of each kind: nothing is dropped without being counted. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(kind: string): void {
    // A foreign log must not fill the memory with names.
    const known = this.#counts.has(kind) || this.#counts.size < 200 ? kind : "other lines";
    this.#counts.set(known, (this.#counts.get(known) ?? 0) + 1);
  }

  get(kind: string): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** The most frequent kind first. */
  entries(): [string, number][] {
    return [...this.#counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  }
}
