import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";

const sidebar = JSON.parse(readFileSync(new URL("../.pages/made/side-bar.json", import.meta.url), "utf8"));

/** The place of a heading, as the links of the documents name it: GitHub's rule. */
function slugify(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

export default defineConfig({
  title: "irqproof",
  description:
    "Proves or refutes that no interrupt is lost while it is moved between CPUs; a model checker for TypeScript",
  lang: "en",
  srcDir: ".pages",
  outDir: "dist",
  cacheDir: ".pages/made/cache",
  base: process.env["SITE_BASE"] ?? "/",
  // The playground is no page of VitePress.
  ignoreDeadLinks: [/playground\/index$/],
  markdown: {
    anchor: { slugify },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  },
  head: [["link", { rel: "icon", href: "data:," }]],
  themeConfig: {
    nav: [
      { text: "Docs", link: "/docs/", activeMatch: "^/(docs/|CHANGELOG|CONTRIBUTING)" },
      { text: "Catalogue", link: "/catalogue/", activeMatch: "^/catalogue/" },
      { text: "Findings", link: "/findings/", activeMatch: "^/findings/" },
      { text: "Playground", link: "/playground/index.html", target: "_self" },
      { text: "API", link: "/api/", activeMatch: "^/api/" },
    ],
    sidebar,
    outline: [2, 3],
    search: {
      provider: "local",
      options: { detailedView: true },
    },
    docFooter: { prev: false, next: false },
  },
});
