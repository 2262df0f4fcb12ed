import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { freemem } from "node:os";
import { createInflate } from "node:zlib";
import { pipeline } from "node:stream/promises";
import { messageOf, ModelError } from "../errors.ts";
import { FrontDecoder } from "./front-coding.ts";
import { DIGEST_BYTES, headerLength, MAX_HEADER_BYTES, readHeader, type CertificateHeader } from "./header.ts";
import { Members } from "./members.ts";

/** A certificate whose digest is right. */
export interface Certificate {
  readonly file: string;
  readonly header: CertificateHeader;
  /** @throws ModelError when they do not match the header, or are too many for this machine's memory */
  members(): Promise<Members>;
}

/**
 * Opens a certificate.
 *
 * @throws ModelError when there is no such file, it is none, of another version, truncated or damaged
 */
export async function openCertificate(file: string): Promise<Certificate> {
  const { first, size, digest, found } = await scanned(file);
  const start = headerLength(file, first);
  if (found !== digest) {
    throw new ModelError(`${file} is damaged or truncated: its bytes are not those that were written`);
  }
  const header = readHeader(file, first.subarray(0, start));
  return {
    file,
    header,
    async members() {
      const bytes = header.states * header.words * 4;
      if (bytes > freemem()) {
        const needed = Math.ceil(bytes / 2 ** 20);
        throw new ModelError(`${file} has ${header.states} states: they need ${needed} MiB, and less memory is free`);
      }
      const words = new Uint32Array(header.states * header.words);
      const decoder = new FrontDecoder(words, header.words);
      try {
        const source = createReadStream(file, { start, end: size - DIGEST_BYTES - 1 });
        await pipeline(source, createInflate(), async (inflated: AsyncIterable<Buffer>) => {
          for await (const piece of inflated) decoder.read(piece);
        });
      } catch (error) {
        throw new ModelError(`${file} is damaged: ${messageOf(error)}`);
      }
      if (decoder.count !== header.states || !decoder.complete) {
        throw new ModelError(`${file} is damaged: it has fewer states than its header says`);
      }
      return new Members(words, header.words);
    },
  };
}

/** Reads a file once from end to end: its beginning, the digest at its end and that of what stands before. */
async function scanned(file: string): Promise<{
  readonly first: Uint8Array;
  readonly size: number;
  readonly digest: string;
  readonly found: string;
}> {
  try {
    const handle = await open(file, "r");
    try {
      const { size } = await handle.stat();
      const first = Buffer.alloc(Math.min(size, MAX_HEADER_BYTES));
      await handle.read(first, 0, first.length, 0);
      const hash = createHash("sha256");
      const end = Math.max(0, size - DIGEST_BYTES);
      const digest = Buffer.alloc(size - end);
      await handle.read(digest, 0, digest.length, end);
      if (end > 0) {
        const body = handle.createReadStream({ start: 0, end: end - 1, autoClose: false });
        for await (const bytes of body) hash.update(bytes as Buffer);
      }
      return { first, size, digest: digest.toString("hex"), found: hash.digest("hex") };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new ModelError(`the certificate ${file} cannot be read: ${messageOf(error)}`);
  }
}
