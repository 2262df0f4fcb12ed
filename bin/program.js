// Loads the program. To compile its code takes as long as many a check, so the build keeps what V8 made of it when it
// did two (bin/remember.js). Another version of Node refuses that, and compiles the code again.
import { readFileSync, statSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const FILE = fileURLToPath(new URL("../dist/program/main.cjs", import.meta.url));
/** Where the build keeps the compiled code. */
export const KEPT = `${FILE}.code`;

/** Whether there is a program. */
export function isBuilt() {
  return statSync(FILE, { throwIfNoEntry: false }) !== undefined;
}

/** The program's exports, and whether they come from the code that was kept. */
export function program() {
  const cachedData = kept();
  if (cachedData !== undefined) {
    const { exports, script } = compiled(cachedData);
    if (!script.cachedDataRejected) return { exports: exports(), fromKept: true };
  }
  // Newer versions of Node keep code themselves.
  Module.enableCompileCache?.();
  return { exports: createRequire(FILE)(FILE), fromKept: false };
}

/**
 * The program as a script, and what runs it and gives its exports.
 *
 * @param {Uint8Array} [cachedData] code of it that was kept
 */
export function compiled(cachedData) {
  const script = new Script(Module.wrap(readFileSync(FILE, "utf8")), { filename: FILE, cachedData });
  const exports = () => {
    const module = { exports: {} };
    script.runInThisContext()(module.exports, createRequire(FILE), module, FILE, dirname(FILE));
    return module.exports;
  };
  return { script, exports };
}

function kept() {
  const code = statSync(KEPT, { throwIfNoEntry: false });
  // V8 compares no more than the length of the text: code that is older than the program is not of it.
  if (code === undefined || code.mtimeMs < statSync(FILE).mtimeMs) return undefined;
  return readFileSync(KEPT);
}
