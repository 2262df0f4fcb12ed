import { isAbsolute, relative, resolve } from "node:path";

/** A path as a message names it: below the current folder relative to it, elsewhere from the root. */
export function shownPath(path: string): string {
  const whole = resolve(path);
  const near = relative(process.cwd(), whole);
  return near.startsWith("..") || isAbsolute(near) ? whole : near;
}
