import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { shownPath } from "../shown-path.ts";

const MAX_FRAMES = 100;

/** Where the function that asks was called: the first file on the stack that is neither Node's nor this program's. */
export function placeOfCaller(): string | undefined {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = MAX_FRAMES;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = before;
  return placeIn(stack, isOwn);
}

/** The first file of a stack with its line, relative to the current folder. */
export function placeIn(stack: string, isSkipped: (path: string) => boolean): string | undefined {
  for (const line of stack.split("\n").slice(1)) {
    const [, url = "", number] =
      /(?:\(|at (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/.exec(line) ?? [];
    if (url === "") continue;
    const path = url.startsWith("file:") ? fileURLToPath(url) : url;
    if (isSkipped(path)) continue;
    return `${shownPath(path)}:${number}`;
  }
  return undefined;
}

/** A file of this program, or the loader of model files. */
function isOwn(path: string): boolean {
  return path === OWN || /[\\/]node_modules[\\/]jiti[\\/]/.test(path);
}

/** A file that a user does not edit for a model: one of a package, or of this program. */
export function isInstalled(path: string): boolean {
  return path === OWN || basename(path) === "package.json" || /[\\/]node_modules[\\/]/.test(path);
}

/** The bundle that this module is a part of. */
const OWN = fileURLToPath(import.meta.url);
