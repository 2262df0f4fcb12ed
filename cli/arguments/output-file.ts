import { resolve } from "node:path";
import { ModelError } from "../../checker/errors.ts";
import { replaceFile, requireWritable, whyNotWritten } from "../../checker/files.ts";
import { oneLine } from "../../checker/plain-text.ts";
import type { Call } from "./call.ts";
import { isFileName } from "./user-file.ts";
import type { Terminal } from "../output/terminal.ts";

/** A file for a report. */
export interface OutputFile {
  readonly name: string;
  /** Lines, with unprintable characters escaped; or a text or bytes, unchanged. The file is replaced as a whole. */
  write(content: readonly string[] | string | Uint8Array): Promise<void>;
}

/** The options that name a file to write. */
const OUTPUTS = ["out", "certificate", "svg", "html"] as const;

/**
 * The file of `--out`, or of another option. It is opened before the search, so that hours of work are not lost to a
 * missing folder or a read-only file.
 *
 * @throws ModelError when it cannot be written, is the model's own file, or is also named by another option
 */
export async function outputFile(
  call: Call,
  option: (typeof OUTPUTS)[number] = "out",
): Promise<OutputFile | undefined> {
  const name = call.value(option);
  if (name === undefined) return undefined;
  const what = `${call.command}: --${option} ${name}`;
  const path = resolve(name);
  if (name === "") throw new ModelError(`${call.command}: --${option} needs the name of a file`);
  if (call.words.some((word) => isFileName(word) && resolve(word) === path)) {
    throw new ModelError(`${what} is the input file; give another name`);
  }
  const other = OUTPUTS.find((one) => {
    const value = one === option ? undefined : call.value(one);
    return value !== undefined && resolve(value) === path;
  });
  if (other !== undefined) throw new ModelError(`${what} is also the file of --${other}; give two names`);
  const file = fileOf(what, name);
  await file.require();
  return file;
}

/**
 * A file by its name.
 *
 * @param what the beginning of a sentence about it
 */
export function fileOf(what: string, name: string): OutputFile & { require(): Promise<void> } {
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      throw new ModelError(`${what} ${whyNotWritten(error)}`);
    }
  };
  return {
    name,
    require: () => attempt(() => requireWritable(name)),
    write(content) {
      const data = typeof content === "string" || content instanceof Uint8Array ? content : linesOf(content);
      return attempt(() => replaceFile(name, (handle) => handle.writeFile(data)));
    },
  };
}

/**
 * Writes a report to its file. Where that fails, such as on a full disk, the report is printed instead, so that the
 * results are not lost.
 *
 * @throws ModelError when it could not be written
 */
export async function written(file: OutputFile, report: readonly string[], terminal: Terminal): Promise<void> {
  try {
    await file.write(report);
  } catch (error) {
    terminal.print(report);
    throw error;
  }
}

function linesOf(lines: readonly string[]): string {
  return `${lines.map(oneLine).join("\n")}\n`;
}
