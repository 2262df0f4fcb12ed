import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, parse, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelError } from "../../checker/errors.ts";
import { counted } from "../output/format.ts";
import { shownPath } from "../output/shown-path.ts";
import type { Terminal } from "../output/terminal.ts";

/** At most this many type errors are reported individually; the rest are only counted. */
const MAX_REPORTED_ERRORS = 20;

/** Modules of irqproof that a model imports. */
const MODULES = ["checker", "model", "properties", "catalogue"];

/**
 * Checks the types of a file using the TypeScript compiler that is installed beside it, with the nearest tsconfig.json,
 * as an editor does.
 *
 * @throws ModelError when no compiler is installed there, or the file, or one that it imports, has type errors
 */
export async function requireTypes(command: string, file: string, terminal: Terminal): Promise<void> {
  const path = resolve(file);
  if (!existsSync(path)) throw new ModelError(`no such file: ${file}`);
  const compiler = compilerFor(command, file, path);
  terminal.showProgress(`${file}: checking types`);
  const output = await outputOf(compiler, path);
  terminal.endProgress();
  const errors = errorsOf(output.text);
  if (errors.length === 0) {
    if (output.isSuccess) return;
    const [line = "no output"] = output.text.split("\n");
    throw new ModelError(`${command}: --types: the TypeScript compiler failed: ${line}`);
  }
  terminal.complain(...errors.slice(0, MAX_REPORTED_ERRORS));
  const more = errors.length > MAX_REPORTED_ERRORS ? `, the first ${MAX_REPORTED_ERRORS} are shown` : "";
  throw new ModelError(`${command}: ${file} has ${counted(errors.length, "type error")}${more}`);
}

/** The types of the library need this version; type inference of older compilers fails on them. */
const MIN_TYPESCRIPT_VERSION = [5, 6] as const;

/**
 * The compiler's script. Version 7 has no programming interface, so every version is run as a command.
 *
 * @throws ModelError when there is none, or it is too old
 */
function compilerFor(command: string, file: string, path: string): string {
  const install = "npm install --save-dev typescript, in the folder of your project";
  const { folder, bin, version } = installed(path) ?? {};
  if (folder === undefined || bin?.tsc === undefined || version === undefined) {
    throw new ModelError(`${command}: --types needs TypeScript installed beside ${file}: ${install}`);
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < MIN_TYPESCRIPT_VERSION[0] || (major === MIN_TYPESCRIPT_VERSION[0] && minor < MIN_TYPESCRIPT_VERSION[1])) {
    throw new ModelError(
      `${command}: --types needs TypeScript ${MIN_TYPESCRIPT_VERSION.join(".")} or newer, and ${file} has ${version}: ${install}`,
    );
  }
  return join(folder, bin.tsc);
}

/** The package of the compiler, with its manifest. */
function installed(
  path: string,
): { readonly folder: string; readonly bin?: { readonly tsc?: string }; readonly version?: string } | undefined {
  try {
    const name = createRequire(path).resolve("typescript/package.json");
    const manifest = JSON.parse(readFileSync(name, "utf8")) as object;
    return { ...manifest, folder: dirname(name) };
  } catch {
    return undefined;
  }
}

async function outputOf(
  compiler: string,
  path: string,
): Promise<{ readonly isSuccess: boolean; readonly text: string }> {
  const folder = await mkdtemp(join(tmpdir(), "irqproof-types-"));
  try {
    const config = join(folder, "tsconfig.json");
    await writeFile(config, JSON.stringify(configurationFor(path)));
    const args = [compiler, "--project", config, "--pretty", "false"];
    return await new Promise((settle) => {
      execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (error, out, err) =>
        settle({ isSuccess: error === null, text: `${out}${err}` }),
      );
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A configuration for this file alone: the user's own, or one as lenient as the loader of models. */
function configurationFor(path: string): object {
  const folders = foldersAbove(path);
  const own = folders.map((folder) => join(folder, "tsconfig.json")).find((file) => existsSync(file));
  const typeRoots = folders.map((folder) => join(folder, "node_modules", "@types")).filter((root) => existsSync(root));
  const hasNode = typeRoots.some((root) => existsSync(join(root, "node")));
  const defaults = {
    strict: true,
    target: "es2022",
    lib: ["es2023", "dom"],
    module: "esnext",
    moduleResolution: "bundler",
    skipLibCheck: true,
    types: hasNode ? ["node"] : [],
  };
  const paths = pathsFor(path);
  return {
    ...(own === undefined ? {} : { extends: own }),
    compilerOptions: {
      ...(own === undefined ? defaults : {}),
      noEmit: true,
      allowImportingTsExtensions: true,
      composite: false,
      incremental: false,
      rootDir: parse(path).root,
      // Their default is relative to the configuration, which is not beside the file.
      typeRoots,
      ...(paths === undefined ? {} : { paths }),
    },
    files: [path],
    include: [],
    references: [],
  };
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}

/** Paths of irqproof's modules, for a file beside which it is not installed. */
function pathsFor(path: string): Record<string, string[]> | undefined {
  try {
    createRequire(path).resolve("irqproof/checker");
    return undefined;
  } catch {
    return Object.fromEntries(MODULES.map((name) => [`irqproof/${name}`, [typesOf(name)]]));
  }
}

/** The types of a module, from the build, or from the sources if this runs as TypeScript. */
function typesOf(name: string): string {
  const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  // Beside the bundle, beside the compiled modules, and from the sources.
  const built = [`../${name}/index.d.ts`, `../../${name}/index.d.ts`, `../../dist/${name}/index.d.ts`].map(here);
  return built.find((file) => existsSync(file)) ?? here(`../../${name}/index.ts`);
}

/** The compiler's errors, a line each: `m.ts:3:5: Property 'cuonter' does not exist ... (TS2551)`. */
export function errorsOf(output: string): string[] {
  const errors: { readonly place: string; readonly sentences: string[]; readonly code: string }[] = [];
  for (const line of output.split(/\r?\n/)) {
    const [, file, at, column, code, text] = /^(?:(.+?)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/.exec(line) ?? [];
    if (code !== undefined && text !== undefined) {
      errors.push({ place: file === undefined ? "" : `${shownPath(file)}:${at}:${column}: `, sentences: [text], code });
      // The reasons for an error follow it, indented.
    } else if (/^\s+\S/.test(line)) errors.at(-1)?.sentences.push(line.trim());
  }
  return errors.map(({ place, sentences, code }) => `${place}${sentences.join(" ")} (${code})`);
}
