import { isAbsolute, relative, resolve } from "node:path";

/** A path in a message: relative if below the current folder, otherwise absolute. */
export function shownPath(path: string): string {
  const whole = resolve(path);
  const near = relative(process.cwd(), whole);
  return near.startsWith("..") || isAbsolute(near) ? whole : near;
}
