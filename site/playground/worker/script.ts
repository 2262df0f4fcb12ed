import { parse } from "acorn";
import { transform } from "sucrase";
import { ModelError } from "irqproof/checker";
import { addScript } from "../../../checker/reading/source/scripts.browser.ts";
import type { FileMistake } from "../wire.ts";

/** A mistake in a file that has a place. */
export class PlacedError extends Error {
  readonly mistake: FileMistake;

  constructor(mistake: FileMistake) {
    super(mistake.message);
    this.mistake = mistake;
  }
}

/** The exports of a file. */
export type Exports = Record<string, unknown>;

/** A module that a file imports. It is not awaited itself: that would read a property `then` of it. */
export interface Imported {
  readonly module: unknown;
}

/**
 * Runs a TypeScript file as a module: its types are erased, and it gets its imports by `modules`, which is asked for all
 * of them first. Lines stay where they are, so that errors have the lines of the file.
 *
 * @throws PlacedError at the first mistake of its syntax
 * @throws what the file throws
 */
export async function run(
  name: string,
  text: string,
  modules: (specifier: string) => Promise<Imported>,
): Promise<Exports> {
  const body = javaScript(name, text);
  const imports = new Map<string, Imported>();
  for (const [, specifier] of body.matchAll(/\brequire\('([^']+)'\)/g)) {
    if (!imports.has(specifier!)) imports.set(specifier!, await modules(specifier!));
  }
  const running = `export default async (require, exports, module) => {${body}\n};`;
  const url = URL.createObjectURL(new Blob([running], { type: "text/javascript" }));
  addScript(url, { file: name, written: text, running });
  try {
    const loaded = (await import(/* @vite-ignore */ url)) as {
      default(require: (specifier: string) => unknown, exports: Exports, module: { exports: Exports }): Promise<void>;
    };
    const module = { exports: {} as Exports };
    const require = (specifier: string): unknown => {
      const found = imports.get(specifier);
      if (found === undefined) throw new ModelError(`${name} imports ${specifier} by a name that it computes`);
      return found.module;
    };
    await loaded.default(require, module.exports, module);
    return module.exports;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function javaScript(name: string, text: string): string {
  let code: string;
  try {
    ({ code } = transform(text, {
      transforms: ["typescript", "imports"],
      filePath: name,
      disableESTransforms: true,
      production: true,
    }));
  } catch (error) {
    throw placed(error, 0);
  }
  try {
    // What the transpiler lets pass, such as a name that is declared twice.
    parse(code, {
      ecmaVersion: "latest",
      sourceType: "script",
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
    });
  } catch (error) {
    throw placed(error, 1);
  }
  return code;
}

/**
 * A parser's error with its place.
 *
 * @param added to its column, so that columns count from 1
 */
function placed(error: unknown, added: 0 | 1): PlacedError {
  const { message, loc } = error as Error & { readonly loc?: { readonly line: number; readonly column: number } };
  const text = message.replace(/^Error transforming .*?: /, "").replace(/ ?\(\d+:\d+\)$/, "");
  const what = `the syntax is wrong: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  if (loc === undefined) return new PlacedError({ message: what });
  return new PlacedError({ message: what, line: loc.line, column: loc.column + added });
}
