// Loads the program. To compile its code takes as long as many a check, so the build keeps what V8 made of it when it
// did two (bin/remember.js).
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const FILE = fileURLToPath(new URL("../dist/program/main.cjs", import.meta.url));
/** Where the build keeps the compiled code, behind its digest. */
export const KEPT = `${FILE}.code`;
const DIGEST_BYTES = 32;

let text;
/** The program's text, read once. */
function source() {
  return (text ??= readFileSync(FILE));
}

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
  const script = new Script(Module.wrap(source().toString()), { filename: FILE, cachedData });
  const exports = () => {
    const module = { exports: {} };
    script.runInThisContext()(module.exports, createRequire(FILE), module, FILE, dirname(FILE));
    return module.exports;
  };
  return { script, exports };
}

/**
 * Says of what the code is, and for whom: V8 itself compares no more than the length of the text and of the code, and
 * breaks down, or runs another program, where only these are right.
 *
 * @param {Uint8Array} code
 */
export function digestOf(code) {
  const digest = createHash("sha256").update(`${process.version} ${process.arch}\n`);
  return digest.update(source()).update(code).digest();
}

function kept() {
  let file;
  try {
    file = readFileSync(KEPT);
  } catch {
    // There need not be any, as in the published package; the program then takes longer to start.
    return undefined;
  }
  const code = file.subarray(DIGEST_BYTES);
  return digestOf(code).equals(file.subarray(0, DIGEST_BYTES)) ? code : undefined;
}
