import { constants } from "node:fs";
import { access, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf, ModelError } from "../checker/errors.ts";
import { oneLine } from "../checker/plain-text.ts";
import type { Call } from "./call.ts";

/** A file that a report goes to. */
export interface OutputFile {
  readonly name: string;
  /** Lines, in which what is unprintable is escaped; or a text or bytes, unchanged. */
  write(content: readonly string[] | string | Uint8Array): Promise<void>;
}

/**
 * The file of `--out`, or of another option, looked at before the search so that hours of work do not end at a folder that does not exist.
 *
 * @throws ModelError when it cannot be written
 */
export async function outputFile(call: Call, option = "out"): Promise<OutputFile | undefined> {
  const name = call.value(option);
  if (name === undefined) return undefined;
  const path = resolve(name);
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory() === true)
    throw new ModelError(`${call.command}: --${option} ${name} is a folder, not a file`);
  try {
    await access(existing === undefined ? dirname(path) : path, constants.W_OK);
  } catch {
    throw new ModelError(`${call.command}: --${option} ${name} cannot be written; is its folder there?`);
  }
  return {
    name,
    async write(content) {
      try {
        await writeFile(path, Array.isArray(content) ? `${content.map(oneLine).join("\n")}\n` : (content as string));
      } catch (error) {
        throw new ModelError(`${call.command}: --${option} ${name} cannot be written: ${messageOf(error)}`);
      }
    },
  };
}
