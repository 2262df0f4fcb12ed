import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { shownPath } from "../output/shown-path.ts";

const MAX_FRAMES = 100;

/**
 * The place from which the current function was called: the first file on the stack that belongs neither to Node nor to
 * this program; and the user's file that led there, if different.
 */
export function placeOfCaller(): string | undefined {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = MAX_FRAMES;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = before;
  return placeIn(stack, isOwn);
}

/** The place that a stack leads to, such as `library.js:2 (from model.ts:7)`. */
export function placeIn(stack: string, isSkipped: (path: string) => boolean): string | undefined {
  const places = stack.split("\n").flatMap((line) => {
    const [, url, number] = FRAME.exec(line) ?? [];
    if (url === undefined) return [];
    const path = url.startsWith("file:") ? fileURLToPath(url) : url;
    return isSkipped(path) ? [] : [{ path, text: `${shownPath(path)}:${number}` }];
  });
  const [caller] = places;
  const origin = places.at(-1);
  if (caller === undefined || origin === undefined) return undefined;
  return origin.path === caller.path ? caller.text : `${caller.text} (from ${origin.text})`;
}

/** A stack frame in a file. */
const FRAME = /^ +at (?:.*\(|async )?((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/;

/** A file of this program, or the loader of model files. */
export function isOwn(path: string): boolean {
  return path.startsWith(SUPERVISION_FOLDER) || /[\\/]node_modules[\\/]jiti[\\/]/.test(path);
}

/** A file that is not the user's own: in a package, or in this program. */
export function isInstalled(path: string): boolean {
  return (
    path.startsWith(SUPERVISION_FOLDER) || basename(path) === "package.json" || /[\\/]node_modules[\\/]/.test(path)
  );
}

/** The folder of the bundles, of which this module is a part. */
const SUPERVISION_FOLDER = fileURLToPath(new URL(".", import.meta.url));
