import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { REPOSITORY } from "./places.ts";

/** Files of an entry of the catalogue and of its scheme. */
export interface EntrySource {
  /** File of the entry, in the repository. */
  readonly file: string;
  /** The entry's own lines. */
  readonly text: string;
  /** The file of the scheme, and the part of it that the entry uses. */
  readonly schemes: readonly { readonly file: string; readonly text: string }[];
}

/** The sources of all entries, by id. */
export function entrySources(): ReadonlyMap<string, EntrySource> {
  const sources = new Map<string, EntrySource>();
  for (const folder of readdirSync(join(REPOSITORY, "catalogue"), { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const name of readdirSync(join(REPOSITORY, "catalogue", folder.name))) {
      if (!name.endsWith(".ts")) continue;
      const file = `catalogue/${folder.name}/${name}`;
      for (const [id, source] of entriesIn(file)) sources.set(id, source);
    }
  }
  return sources;
}

/** The entries of a file: the calls of `catalogueEntry`, by the indentation that the formatter gives them. */
function entriesIn(file: string): (readonly [string, EntrySource])[] {
  const text = readFileSync(join(REPOSITORY, file), "utf8");
  const schemes = importedSchemes(file, text);
  return [...text.matchAll(/^( *)catalogueEntry\(\{\n[\s\S]*?^\1\}\)/gm)].flatMap(([call, indent]) => {
    const [, id] = /^\s*id: "([\w-]+)",$/m.exec(call) ?? [];
    if (id === undefined) return [];
    const own = call
      .split("\n")
      .map((line) => (line.startsWith(indent!) ? line.slice(indent!.length) : line))
      .join("\n");
    const used = [...schemes].filter(([name]) => new RegExp(`\\b${name}\\b`).test(call));
    const files = [...new Set(used.map(([, path]) => path))];
    return [
      [
        id,
        {
          file,
          text: own,
          schemes: files.map((path) => ({ file: path, text: readFileSync(join(REPOSITORY, path), "utf8") })),
        },
      ] as const,
    ];
  });
}

/** The names that a file imports from files of schemes, each with its file. */
function importedSchemes(file: string, text: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const [, list, from] of text.matchAll(/^import \{([^}]*)\} from "(\.[^"]*\/schemes\/[^"]+)";/gm)) {
    for (const name of list!.split(",")) {
      const [, own] = /^\s*(?:type\s+)?(\w+)/.exec(name) ?? [];
      if (own !== undefined) names.set(own, normalize(join(dirname(file), from!)));
    }
  }
  return names;
}
