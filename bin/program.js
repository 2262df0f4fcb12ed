// Loads the program, which the build made one file.
import { statSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const FILE = fileURLToPath(new URL("../dist/program/main.cjs", import.meta.url));

/** Whether there is a program. */
export function isBuilt() {
  return statSync(FILE, { throwIfNoEntry: false }) !== undefined;
}

/** The program's exports. */
export function program() {
  // Node 22 and newer keep compiled code on request.
  Module.enableCompileCache?.();
  return createRequire(FILE)(FILE);
}
