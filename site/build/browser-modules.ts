import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "rolldown";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The doors of the library that run in a browser, with their sources. */
export const BROWSER_DOORS: Readonly<Record<string, string>> = {
  "irqproof/catalogue": resolve(ROOT, "catalogue/index.ts"),
  "irqproof/checker": resolve(ROOT, "checker/index.ts"),
  "irqproof/model": resolve(ROOT, "model/index.ts"),
  "irqproof/properties": resolve(ROOT, "properties/index.ts"),
};

/**
 * The modules that use Node, each with the one that stands in its place in a browser, as sources. The `browser` field of
 * package.json has them as they are built, where every bundler finds them.
 */
export function browserModules(): ReadonlyMap<string, string> {
  const { browser } = JSON.parse(readFileSync(resolve(ROOT, "package.json"), "utf8")) as {
    readonly browser: Readonly<Record<string, string>>;
  };
  const source = (built: string): string => resolve(ROOT, built.replace(/^\.\/dist\//, "").replace(/\.js$/, ".ts"));
  return new Map(Object.entries(browser).map(([node, page]) => [source(node), source(page)]));
}

/** Builds the library for a browser from its sources, and refuses every import that a browser does not have. */
export function forBrowser(): Plugin {
  const modules = browserModules();
  return {
    name: "irqproof-for-browser",
    resolveId(specifier, importer) {
      if (specifier.startsWith("node:")) {
        const place = importer === undefined ? "" : ` by ${importer.slice(ROOT.length)}`;
        throw new Error(`${specifier} is imported${place}; a browser does not have it`);
      }
      const door = BROWSER_DOORS[specifier];
      if (door !== undefined) return door;
      if (!specifier.startsWith(".") || importer === undefined) return null;
      return modules.get(resolve(dirname(importer), specifier)) ?? null;
    },
  };
}
