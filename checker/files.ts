import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { access, link, lstat, open, readlink, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { messageOf } from "./errors.ts";

/** More symbolic links in a row than this are a circle, as for the system. */
const MAX_LINKS = 40;

/**
 * Makes or replaces a file as a whole. What is written goes to a file beside it, which takes its name when it is
 * complete and on the disk. So a full disk, a failure in `write` or the end of the process leaves the old file, or none.
 * The permissions of a file that is replaced stay, and a symbolic link still leads to it. What is no regular file, such
 * as a terminal or a pipe, is written to directly.
 *
 * @throws the system's error, or that of `write`
 */
export async function replaceFile(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const { place, existing, isDirect } = await placeOf(path);
  if (isDirect) {
    const handle = await open(place, "w");
    try {
      return await write(handle);
    } finally {
      await handle.close();
    }
  }
  if (existing !== undefined) await access(place, constants.W_OK);
  await writtenBeside(
    place,
    async (handle) => {
      if (existing !== undefined) await sameOwner(handle, existing);
      await write(handle);
    },
    (beside) => rename(beside, place),
  );
}

/**
 * Makes a file that is not there yet, as a whole.
 *
 * @throws an error with the code EEXIST when there is one, also if it came into being a moment ago
 */
export async function createFile(path: string, text: string): Promise<void> {
  const place = resolve(path);
  await writtenBeside(
    place,
    (handle) => handle.writeFile(text),
    async (beside) => {
      try {
        await link(beside, place);
      } catch (error) {
        if (codeOf(error) === "EEXIST") throw error;
        // A file system without links.
        await (await open(place, "wx")).close();
        await rename(beside, place);
        return;
      }
      await rm(beside);
    },
  );
}

/**
 * Makes sure that `replaceFile` can begin, by a file beside the other that is removed again at once.
 *
 * @throws the system's error
 */
export async function requireWritable(path: string): Promise<void> {
  const { place, existing, isDirect } = await placeOf(path);
  if (existing !== undefined) await access(place, constants.W_OK);
  if (!isDirect) await writtenBeside(place, () => Promise.resolve(), rm);
}

/** Why a file cannot be written, as the end of a sentence that begins with its name. */
export function whyNotWritten(error: unknown): string {
  switch (codeOf(error)) {
    case "ENOENT":
      return "cannot be written; does its folder exist?";
    case "EISDIR":
      return "is a folder, not a file";
    case "ENOTDIR":
      return "cannot be written: a part of its path is a file, not a folder";
    case "EACCES":
    case "EPERM":
      return "cannot be written: the file or its folder is write-protected";
    case "EROFS":
      return "cannot be written: its file system is read-only";
    case "ENOSPC":
    case "EDQUOT":
      return "cannot be written: the disk is full";
    case "ENAMETOOLONG":
      return "cannot be written: its name is too long";
    default:
      return `cannot be written: ${messageOf(error)}`;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Target of a path. */
interface Place {
  readonly place: string;
  readonly existing: Stats | undefined;
  /** It cannot be replaced: it is no regular file, or a name for an open one, such as /dev/stdout. */
  readonly isDirect: boolean;
}

/** @throws an error with the code EISDIR when it is a folder */
async function placeOf(path: string): Promise<Place> {
  const existing = await stat(path).catch(unlessMissing);
  if (existing?.isDirectory() === true || path.endsWith("/")) {
    throw Object.assign(new Error(`${path} is a folder`), { code: "EISDIR" });
  }
  let place = resolve(path);
  let isDirect = existing !== undefined && !existing.isFile();
  for (let links = 0; !isDirect && links < MAX_LINKS; links++) {
    const found = await lstat(place).catch(unlessMissing);
    if (found?.isSymbolicLink() !== true) break;
    place = resolve(dirname(place), await readlink(place));
    isDirect = place.startsWith("/proc/");
  }
  return { place: isDirect ? resolve(path) : place, existing, isDirect };
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
}

/** Writes a file in the same folder, hands it on when it is on the disk, and leaves nothing behind after a failure. */
async function writtenBeside(
  place: string,
  write: (handle: FileHandle) => Promise<void>,
  then: (beside: string) => Promise<void>,
): Promise<void> {
  // Not made from the file's name, which may be as long as a name can be.
  const beside = join(dirname(place), `.irqproof-${randomBytes(6).toString("hex")}.part`);
  try {
    const handle = await open(beside, "wx");
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await then(beside);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Permissions of the file that is replaced; its owner and group, where this process may set them. */
async function sameOwner(handle: FileHandle, { mode, uid, gid }: Stats): Promise<void> {
  const own = await handle.stat();
  if (own.uid !== uid || own.gid !== gid) await handle.chown(uid, gid).catch(() => {});
  await handle.chmod(mode & 0o7777);
}
