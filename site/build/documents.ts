import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join, normalize, posix, relative } from "node:path";
import { block, code, frontMatter, outsideCode, plain } from "./markdown.ts";
import { PAGES, REPOSITORY } from "./places.ts";

/** A page of the documentation. */
export interface Document {
  /** Path in the repository. */
  readonly path: string;
  readonly title: string;
}

/** A group of documents, as README.md lists them. */
export interface DocumentGroup {
  readonly name: string;
  readonly documents: readonly Document[];
}

/** Languages of source files, by the ends of their names. */
const LANGUAGES: Readonly<Record<string, string>> = {
  ".ts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".json": "json",
  ".jsonl": "json",
  ".sh": "sh",
};

const IMAGES: ReadonlySet<string> = new Set([".png", ".svg", ".jpg"]);

/** Writes a page of the site. */
export function writePage(path: string, text: string): void {
  const file = join(PAGES, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), "utf8");
}

/** The documents of the repository: the README, the changelog, and docs/. */
function paths(): string[] {
  const docs = readdirSync(join(REPOSITORY, "docs"), { recursive: true, encoding: "utf8" });
  const found = docs.filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`);
  return ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", ...found.sort()];
}

/** Address in the site of a document of the repository. */
function sitePath(path: string): string {
  return path.replace(/(^|\/)README\.md$/, "$1index.md");
}

function describe(path: string): Document {
  const [, title = path] = /^# (.+)$/m.exec(textOf(path)) ?? [];
  return { path, title };
}

/** The documents in the groups of README.md; those that it does not name come last. */
export function documentGroups(): DocumentGroup[] {
  const list = textOf("README.md").split("## Documentation")[1] ?? "";
  const groups = [...list.matchAll(/^- (\w+): ([\s\S]*?)(?=^- |$(?![\s\S]))/gm)].flatMap(([, name, text]) => {
    const named = [...text!.matchAll(/\]\(((?:docs\/)?[\w./-]+\.md)\)/g)].map(([, path]) => path!);
    return named.length === 0 ? [] : [{ name: name!, named }];
  });
  const all = paths();
  const known = new Set(["README.md", ...groups.flatMap(({ named }) => named)]);
  const others = all.filter((path) => !known.has(path) && !/^docs\/.*\//.test(path));
  return [...groups, { name: "More", named: others }].map(({ name, named }) => ({
    name,
    documents: named.filter((path) => all.includes(path)).map(describe),
  }));
}

/**
 * Stages the documents as pages, with their pictures. A link to a file that is no document leads to a page with that
 * file.
 */
export function stageDocuments(): void {
  const staged = new Set(paths());
  const linked = new Set<string>();
  for (const path of staged) {
    const text = outsideCode(textOf(path), (part) =>
      part.replaceAll(/\]\(([^()\s#]+)(#[^()\s]*)?\)/g, (whole, target: string, fragment = "") => {
        if (/^[a-z]+:/i.test(target)) return whole;
        const found = normalize(join(dirname(path), target)).replace(/\/$/, "");
        if (IMAGES.has(extname(found))) {
          mkdirSync(dirname(join(PAGES, found)), { recursive: true });
          cpSync(join(REPOSITORY, found), join(PAGES, found));
          return `](./${posix.relative(dirname(path), found)})`;
        }
        return `](${link(sitePath(path), pageOf(found, staged, linked), fragment as string)})`;
      }),
    );
    writePage(sitePath(path), `${path === "README.md" ? frontMatter({ title: "irqproof" }) : ""}${text}`);
  }
  writePage("docs/index.md", documentIndex());
  for (const path of linked) writePage(sourcePage(path), sourceText(path));
}

/** The page of the site that has a file of the repository. */
function pageOf(path: string, staged: ReadonlySet<string>, linked: Set<string>): string {
  if (staged.has(path)) return sitePath(path);
  if (/^findings\/[\w-]+\.txt$/.test(path)) return path.replace(/\.txt$/, ".md");
  if (path === "findings") return "findings/index.md";
  if (path === "docs") return "docs/index.md";
  const file = join(REPOSITORY, path);
  if (!existsSync(file) || !statSync(file).isFile()) throw new Error(`a document links to ${path}, which is no file`);
  linked.add(path);
  return sourcePage(path);
}

/** A relative link between two pages. */
export function link(from: string, to: string, fragment = ""): string {
  const path = relative(dirname(from), to);
  return `${path.startsWith(".") ? path : `./${path}`}${fragment}`;
}

/** The page of a source file. */
export function sourcePage(path: string): string {
  return `source/${path}.md`;
}

/** A page that shows a file. */
export function sourceText(path: string): string {
  return `${frontMatter({ title: path, search: false, outline: false })}# ${code(path)}\n\n${block(LANGUAGES[extname(path)] ?? "text", textOf(path))}\n`;
}

function documentIndex(): string {
  const lines = documentGroups().flatMap(({ name, documents }) => [
    `## ${name}`,
    "",
    ...documents.map(({ path, title }) => `- [${plain(title)}](${link("docs/index.md", sitePath(path))})`),
    "",
  ]);
  return ["# Documentation", "", ...lines].join("\n");
}

/** An entry of the side bar. */
export interface SideBarItem {
  readonly text: string;
  readonly link?: string;
  readonly items?: readonly SideBarItem[];
}

/** The side bar of the documentation. */
export function documentSideBar(): SideBarItem[] {
  return documentGroups().map(({ name, documents }) => ({
    text: name,
    items: documents.map(({ path, title }) => ({
      text: title,
      link: `/${sitePath(path)
        .replace(/index\.md$/, "")
        .replace(/\.md$/, "")}`,
    })),
  }));
}
