import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/** First lines of each kind of file, and the option by which it is given. */
const kinds = [
  { what: "an ftrace text", option: "--guest", line: /-\d+ +\[\d+\] +\S+ +\d+(\.\d+)?: +\w/ },
  { what: "a QEMU trace log", option: "--qemu", line: /^\d+@\d+\.\d+:\w/ },
  { what: "a merged recording", option: "--merged", line: /^\s*\d+(\.\d+)? [QG] cpu-?\d+ / },
  { what: "a list of threads", option: "--threads", line: /CPU #\d+:.*thread_id=\d+/ },
] as const;

/** At most this many bytes of a file are examined. */
const MAX_EXAMINED_BYTES = 1 << 16;

/**
 * Hint at the true kind of a file of a wrong kind: "; it looks like an ftrace text: give it with --guest". Empty
 * where it looks like nothing known, or cannot be read.
 */
export async function hintOf(file: string): Promise<string> {
  let text = "";
  const source = createReadStream(file, { end: MAX_EXAMINED_BYTES });
  try {
    let packed: boolean | null = null;
    const parts: Buffer[] = [];
    for await (const chunk of source) {
      packed ??= (chunk as Buffer)[0] === 0x1f && (chunk as Buffer)[1] === 0x8b;
      parts.push(chunk as Buffer);
    }
    text = packed === true ? await unpacked(Buffer.concat(parts)) : Buffer.concat(parts).toString("utf8");
  } catch {
    return "";
  }
  const lines = text.split(/\r?\n/).slice(0, 200);
  const kind = kinds.find(({ line }) => lines.some((each) => line.test(each)));
  return kind === undefined ? "" : `; it looks like ${kind.what}; use ${kind.option}`;
}

/** The beginning of what is packed: the end of the data is missing. */
function unpacked(data: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const gunzip = createGunzip();
    let text = "";
    gunzip.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    gunzip.on("end", () => resolve(text));
    gunzip.on("error", () => resolve(text));
    gunzip.end(data);
  });
}
