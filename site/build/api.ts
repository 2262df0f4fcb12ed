import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Application } from "typedoc";
import { textOf, writePage, type SideBarItem } from "./documents.ts";
import { code, frontMatter, table } from "./markdown.ts";
import { PAGES, REPOSITORY, SITE } from "./places.ts";

/** The doors of package.json, by their names, with the files of their sources. */
function doors(): Map<string, string> {
  const { exports } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const found = new Map<string, string>();
  for (const [name, target] of Object.entries(exports)) {
    if (typeof target === "string") continue;
    const source = target.default.replace(/^\.\/dist\//, "").replace(/\.js$/, ".ts");
    found.set(name.replace(/^\.\//, ""), source);
  }
  return found;
}

/**
 * Writes the reference of every door, from the docstrings.
 *
 * @throws Error when TypeDoc refuses the sources
 */
export async function writeApi(): Promise<void> {
  const app = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: [...doors().values()].map((file) => join(REPOSITORY, file)),
    tsconfig: join(SITE, "tsconfig.api.json"),
    out: join(PAGES, "api"),
    name: "API",
    readme: "none",
    // The pages are read where there is no repository, and sources have the paths of the machine.
    disableSources: true,
    githubPages: false,
    hideGenerator: true,
    excludeInternal: true,
    excludePrivate: true,
    skipErrorChecking: true,
    logLevel: "Error",
    sort: ["source-order"],
    ...({
      entryFileName: "index",
      outputFileStrategy: "modules",
      hideBreadcrumbs: true,
      hidePageHeader: true,
      useCodeBlocks: true,
      expandObjects: true,
      parametersFormat: "table",
      typeDeclarationFormat: "table",
      interfacePropertiesFormat: "table",
      propertyMembersFormat: "table",
      sanitizeComments: true,
    } as object),
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc cannot read the sources");
  for (const [name, file] of doors()) {
    const module = project.children?.find(({ name: given }) => file === `${given}.ts` || file === `${given}/index.ts`);
    if (module !== undefined) module.name = `irqproof/${name}`;
  }
  await app.generateOutputs(project);
  writeIndex();
}

/** A page for each door, its folder among the pages. */
function doorPage(name: string): string {
  const single = `irqproof/${name}.md`;
  return existsSync(join(PAGES, "api", single)) ? single : `irqproof/${name}/index.md`;
}

function writeIndex(): void {
  const rows = [...doors()].map(([name, file]) => {
    const [, about = ""] = /^\/\*\*\n([\s\S]*?)(?:\n \*\n|\n \*\/)/.exec(textOf(file)) ?? [];
    const text = about
      .replaceAll(/^ \* ?/gm, " ")
      .replaceAll(/\s+/g, " ")
      .trim();
    return [`[${code(`irqproof/${name}`)}](./${doorPage(name)})`, text];
  });
  writePage(
    "api/index.md",
    `${frontMatter({ outline: false })}# API\n\nWhat a program imports, from the docstrings of the source. Everything else is internal.\n\n${table(["Import", "Contents"], rows)}\n`,
  );
}

/** The side bar of the reference. */
export function apiSideBar(): SideBarItem[] {
  return [
    {
      text: "API",
      items: [
        { text: "Overview", link: "/api/" },
        ...[...doors().keys()].map((name): SideBarItem => {
          const page = doorPage(name);
          const folder = `irqproof/${name}/namespaces`;
          const parts = existsSync(join(PAGES, "api", folder)) ? readdirSync(join(PAGES, "api", folder)).sort() : [];
          return {
            text: `irqproof/${name}`,
            link: `/api/${page.replace(/(?:index)?\.md$/, "")}`,
            ...(parts.length === 0
              ? {}
              : {
                  items: parts.map((part) => ({
                    text: part.replace(/\.md$/, ""),
                    link: `/api/${folder}/${part.replace(/\.md$/, "")}`,
                  })),
                }),
          };
        }),
      ],
    },
  ];
}
