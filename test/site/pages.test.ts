/** The pages of the site, as `npm run site` has built them. */
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogue } from "irqproof/catalogue";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, startBrowser } from "../explorer/browser.ts";
import { axeViolations } from "./axe.ts";
import { fileOf, openPage, serveSite, SITE, type Served } from "./served.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

const files = readdirSync(SITE, { recursive: true, encoding: "utf8" });
const html = new Map(
  files.filter((file) => file.endsWith(".html")).map((file) => [`/${file}`, readFileSync(join(SITE, file), "utf8")]),
);

/** Values of an attribute in a page, as text. */
function values(page: string, attribute: string): string[] {
  return [...page.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, "g"))].map(([, value]) =>
    value!.replaceAll("&amp;", "&").replaceAll("&quot;", '"'),
  );
}

test("each internal link leads to a page, and its fragment to a place in it", () => {
  const broken: string[] = [];
  let checked = 0;
  for (const [path, text] of html) {
    for (const link of [...values(text, "href"), ...values(text, "src")]) {
      if (/^(?:[a-z]+:|\/\/)/i.test(link)) continue;
      const [address = "", fragment = ""] = link.split("#") as [string, string?];
      const target = address === "" ? path : posix.resolve(dirname(path), address) + (address.endsWith("/") ? "/" : "");
      const file = fileOf(decodeURIComponent(target));
      checked++;
      if (file === undefined) broken.push(`${path}: ${link}`);
      else if (fragment !== "" && file.endsWith(".html") && !target.startsWith("/playground/")) {
        const ids = new Set(values(readFileSync(file, "utf8"), "id"));
        if (!ids.has(decodeURIComponent(fragment))) broken.push(`${path}: ${link} has no such place`);
      }
    }
  }
  expect(broken).toEqual([]);
  expect(checked).toBeGreaterThan(10_000);
});

test("nothing is loaded from elsewhere, and only links lead there", () => {
  const loaded: string[] = [];
  for (const [path, text] of html) {
    for (const [tag, attribute] of [
      ["script", "src"],
      ["link", "href"],
      ["img", "src"],
      ["iframe", "src"],
    ]) {
      for (const [element] of text.matchAll(new RegExp(`<${tag}\\b[^>]*>`, "g"))) {
        loaded.push(
          ...values(element, attribute!)
            .filter((value) => /^(?:https?:)?\/\//.test(value))
            .map((value) => `${path}: ${value}`),
        );
      }
    }
  }
  expect(loaded).toEqual([]);
  const styles = files.filter((file) => file.endsWith(".css"));
  expect(styles.length).toBeGreaterThan(1);
  for (const file of styles) {
    expect(readFileSync(join(SITE, file), "utf8")).not.toMatch(/url\(["']?(?:https?:)?\/\/|@import/);
  }
});

test("no file names a folder of the machine, or a registry", () => {
  const found = files
    .filter((file) => /\.(?:html|js|css|json|txt)$/.test(file))
    .filter((file) => {
      const text = readFileSync(join(SITE, file), "utf8");
      return text.includes(root) || text.includes(`${homedir()}/`) || /registry\.|file:\/\/\/[a-z]/.test(text);
    });
  expect(found).toEqual([]);
});

test("each entry of the catalogue has its page: verdict, diagram, chart, parameters, source", () => {
  for (const entry of catalogue) {
    const page = html.get(`/catalogue/${entry.id}.html`)!;
    const isLost = entry.expected()["no-interrupt-lost"] === "violated";
    expect([entry.id, page.includes("An interrupt can be lost.")]).toEqual([entry.id, isLost]);
    const hasRun = !page.includes("The device raises no event during a move");
    expect([entry.id, hasRun || !isLost]).toEqual([entry.id, true]);
    for (const part of [
      ...(hasRun ? ['role="img"', 'aria-label="The steps of the run"', "The run as text, for a mail"] : []),
      `npx irqproof check ${entry.id}`,
      `../playground/index.html#file=${entry.id}.entry.ts`,
      'id="verdicts"',
      'id="parameters"',
      'id="assumptions"',
      'id="source"',
      "catalogueEntry",
    ]) {
      expect([entry.id, part, page.includes(part)]).toEqual([entry.id, part, true]);
    }
    expect([entry.id, page.includes('class="custom-block-title">Doubt')]).toEqual([
      entry.id,
      entry.doubt !== undefined,
    ]);
    expect(html.get("/catalogue/index.html")).toContain(`./${entry.id}.html`);
    expect(html.get("/catalogue/by-verdict.html")).toContain(`./${entry.id}.html`);
  }
});

test("each report of findings/ has its page, with all of its text", () => {
  const reports = readdirSync(join(root, "findings")).filter((file) => file.endsWith(".txt"));
  expect(reports.length).toBeGreaterThan(0);
  for (const report of reports) {
    const page = html.get(`/findings/${report.replace(/\.txt$/, ".html")}`)!;
    const [, block = ""] = /<pre[^>]*><code[^>]*>([\s\S]*?)<\/code><\/pre>/.exec(page) ?? [];
    const text = block
      .replaceAll(/<[^>]+>/g, "")
      .replaceAll(
        /&(lt|gt|quot|amp|#39);/g,
        (_, name: string) => ({ lt: "<", gt: ">", quot: '"', amp: "&" })[name] ?? "'",
      );
    expect(text).toBe(readFileSync(join(root, "findings", report), "utf8").replace(/\n$/, ""));
  }
});

test("each import of package.json has a reference with its docstrings", () => {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: object };
  for (const name of Object.keys(exports).filter((key) => key !== "./package.json")) {
    expect(html.get("/api/index.html")).toContain(`irqproof/${name.slice(2)}`);
  }
  expect(html.get("/api/irqproof/checker.html")).toContain("Explores the whole state space of a model");
});

describe.skipIf(!hasBrowser)("in a browser", () => {
  let browser: Browser;
  let site: Served;

  beforeAll(async () => {
    [browser, site] = await Promise.all([startBrowser(), serveSite()]);
  });

  afterAll(async () => {
    await Promise.all([browser.close(), site.close()]);
  });

  test.each([
    "/index.html",
    "/docs/index.html",
    "/docs/reference.html",
    "/catalogue/index.html",
    "/catalogue/x86-direct.html",
    "/catalogue/imsic-merged.html",
    "/findings/x86-offline-direct.html",
    "/api/irqproof/prove.html",
  ])("%s: axe finds nothing, nothing is wider than the window, no request leaves the site", async (path) => {
    for (const look of [
      { width: 1280, dark: false },
      { width: 390, dark: true },
    ]) {
      const { page, faults, requests } = await openPage(browser, site.address + path, look);
      await page.waitForLoadState("networkidle");
      expect([look, await axeViolations(page)]).toEqual([look, []]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(look.width);
      expect(requests.filter((url) => !url.startsWith(site.address) && !url.startsWith("data:"))).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();
    }
  });

  test("the diagram of an entry is drawn for the width of the page", async () => {
    for (const [width, shown] of [
      [1280, ".wide"],
      [390, ".narrow"],
    ] as const) {
      const { page } = await openPage(browser, `${site.address}/catalogue/x86-direct.html`, { width });
      const drawing = page.locator(`.run-diagram ${shown} svg`);
      await drawing.waitFor();
      expect(await drawing.locator(".arrow.lost .void").count()).toBe(1);
      expect(await page.locator(".run-diagram svg[role=img]:visible").count()).toBe(1);
      await page.context().close();
    }
  });

  test("a search finds an entry, and its page opens the playground with it", async () => {
    const { page, faults } = await openPage(browser, `${site.address}/index.html`);
    await page.locator(".DocSearch-Button").click();
    await page.keyboard.type("x86-two-step");
    await page.locator(".result", { hasText: "x86-two-step" }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/catalogue/x86-two-step.html*");
    await page.locator("a", { hasText: "playground" }).last().click();
    await page.locator(".results .answer", { hasText: "No interrupt is lost" }).waitFor();
    expect(faults).toEqual([]);
  });
});
