import { readFileSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this program, or, where it is bundled, the one file that it is. */
const HERE = fileURLToPath(import.meta.url);
const ROOT = HERE.replace(/checker[\\/]reading[\\/]source[\\/]scripts\.[jt]s$/, "");

/** Modules that call the functions of a model, or lie between them and such callers. */
const OWN_FOLDERS = ["checker", "model", "properties", "catalogue", "recordings", "explorer"];
const BETWEEN = /[\\/]node_modules[\\/](immer|jiti)[\\/]/;

/**
 * The author of a script: a modeller, this library with what it is built on, or the command line, whose callers are no
 * models.
 */
export function authorOf(url: string): "modeller" | "library" | "command line" {
  const path = pathOf(url);
  if (ROOT !== HERE && path.startsWith(`${ROOT}cli${sep}`)) return "command line";
  // A script without a path is a part of the engine that runs all this.
  if (url.startsWith("node:") || !/[\\/]/.test(path) || BETWEEN.test(path) || path === HERE) return "library";
  const isOwn = ROOT !== HERE && OWN_FOLDERS.some((folder) => path.startsWith(`${ROOT}${folder}${sep}`));
  return isOwn ? "library" : "modeller";
}

/** The text of a file as its author wrote it; undefined where it cannot be read. */
export function writtenText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function pathOf(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}
