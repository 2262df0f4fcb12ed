import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown, type Plugin } from "rolldown";
import { protocolStart } from "../../cli/commands/starts/protocol.ts";
import { schemeStart } from "../../cli/commands/starts/scheme.ts";
import { forBrowser } from "./browser-modules.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SITE = resolve(ROOT, "site");

/**
 * The policy of the page, and so of the worker, which is made of a part of the page: scripts of this site and what the
 * page itself makes of a model's text, and no connection. Styles are inline, because the editor writes its own; code is
 * generated from the type of a state, as in `checker/schema/generated.ts`.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' blob: 'unsafe-eval'",
  "worker-src blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** A file that the page offers. */
export interface ListedFile {
  readonly name: string;
  readonly group: string;
  readonly title: string;
  readonly text: string;
}

/** The files of `irqproof new`, and all examples of the repository. */
export function listedFiles(): ListedFile[] {
  const started = (name: string, title: string, start: (name: string) => string): ListedFile => ({
    name: `${name}.ts`,
    group: "To start from",
    title,
    text: start(name).replaceAll("check FILE", `check ${name}.ts`),
  });
  const examples = (folder: string, group: string): ListedFile[] =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith(".ts"))
      .sort()
      .map((name) => {
        const text = readFileSync(join(ROOT, folder, name), "utf8");
        return { name, group, title: titleOf(text), text };
      });
  const folders = readdirSync(join(ROOT, "examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = [
    started("my-scheme", "a scheme that moves an interrupt, as irqproof new writes it", schemeStart),
    started("my-protocol", "a general protocol, as irqproof new --protocol writes it", protocolStart),
    ...examples("examples", "Examples"),
    ...folders.flatMap(({ name }) => examples(`examples/${name}`, `Examples: ${name}`)),
  ];
  const twice = files.find(({ name }, index) => files.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new Error(`two examples are named ${twice.name}; the playground opens them by name`);
  return files;
}

/** The title of a family; of a single model there is none. */
function titleOf(text: string): string {
  const [, title = ""] = /\btitle:\s*"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return title.replaceAll('\\"', '"');
}

/** A module that the build makes. */
function virtual(name: string, exports: Readonly<Record<string, unknown>>): Plugin {
  const lines = Object.entries(exports).map(([key, value]) => `export const ${key} = ${JSON.stringify(value)};`);
  const id = `virtual:${name}`;
  return {
    name: id,
    resolveId: (specifier) => (specifier === id ? `\0${id}` : null),
    load: (loaded) => (loaded === `\0${id}` ? lines.join("\n") : null),
  };
}

/** One of each package: what the repository has itself comes from there. */
export const sharedPackages: Plugin = {
  name: "shared-packages",
  resolveId: {
    filter: { id: /^(?:preact|acorn|immer)(?:\/|$)/ },
    async handler(specifier, _importer, options) {
      return this.resolve(specifier, join(ROOT, "package.json"), { ...options, skipSelf: true });
    },
  },
};

interface Bundle {
  readonly code: string;
  /** The files that it is made of. */
  readonly modules: readonly string[];
}

async function bundle(input: string, plugins: readonly Plugin[]): Promise<Bundle> {
  const build = await rolldown({
    input,
    platform: "browser",
    transform: { target: "es2022", define: { "process.env.NODE_ENV": '"production"' } },
    plugins: [...plugins, sharedPackages, forBrowser()],
    checks: { pluginTimings: false },
    logLevel: "warn",
  });
  try {
    const { output } = await build.generate({ format: "iife", minify: true, comments: false });
    const [{ code, moduleIds }] = output;
    return { code, modules: moduleIds };
  } finally {
    await build.close();
  }
}

/** Builds the playground into a folder. */
export async function buildPlayground(folder: string): Promise<void> {
  const worker = await bundle(join(SITE, "playground/worker/worker.ts"), []);
  const page = await bundle(join(SITE, "playground/page/main.tsx"), [
    virtual("files", { files: listedFiles() }),
    virtual("worker", { program: worker.code }),
  ]);
  const style = ["explorer/page/page.css", "site/playground/page/playground.css"]
    .map((file) => readFileSync(join(ROOT, file), "utf8"))
    .join("\n");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "playground.js"), `/*! The licences of its parts: licences.txt */\n${page.code}`);
  writeFileSync(join(folder, "playground.css"), style);
  writeFileSync(join(folder, "licences.txt"), licences([...worker.modules, ...page.modules]));
  writeFileSync(join(folder, "index.html"), documentText());
}

function documentText(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>irqproof playground</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="playground.css">
<script defer src="playground.js"></script>
</head>
<body>
<div id="app"><noscript>The playground runs the checker in the browser, so it needs JavaScript.</noscript></div>
</body>
</html>
`;
}

/** The licences of the packages that files belong to. */
function licences(files: readonly string[]): string {
  const packages = new Set(
    files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []),
  );
  return [...packages]
    .sort()
    .map((path) => {
      const { name, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Record<string, string>;
      const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? `Licence: ${license}` : readFileSync(join(path, file), "utf8").trim();
      return `${name}\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildPlayground(process.argv[2] ?? join(dirname(SITE), "site/dist/playground"));
}
