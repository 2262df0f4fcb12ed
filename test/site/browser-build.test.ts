/** The library without Node: bundled as for a browser, and run where there is nothing but JavaScript and the web's parts. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import * as catalogue from "irqproof/catalogue";
import type * as checker from "irqproof/checker";
import { check, fingerprint, type Report } from "irqproof/checker";
import { rolldown } from "rolldown";
import { describe, expect, test } from "vitest";
import { BROWSER_DOORS, browserModules, forBrowser } from "../../site/build/browser-modules.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function bundled(entry: string): Promise<string> {
  const build = await rolldown({
    input: "entry",
    platform: "browser",
    plugins: [
      { name: "entry", resolveId: (id) => (id === "entry" ? id : null), load: (id) => (id === "entry" ? entry : null) },
      forBrowser(),
    ],
    logLevel: "silent",
  });
  try {
    const { output } = await build.generate({ format: "iife", name: "library" });
    expect(output.length).toBe(1);
    return output[0].code;
  } finally {
    await build.close();
  }
}

const doors = Object.keys(BROWSER_DOORS);
const bundle = await bundled(
  doors.map((door) => `export * as ${door.slice("irqproof/".length)} from "${door}";`).join("\n"),
);

type Library = typeof checker & { readonly catalogue: typeof catalogue };

/** The library in a realm with what every browser has, and nothing of Node. */
function inBrowser(): Library {
  const context = createContext({
    AbortController,
    AbortSignal,
    console,
    crypto,
    fetch,
    MessageChannel,
    performance,
    queueMicrotask,
    setTimeout,
    structuredClone,
    TextEncoder,
    URL,
  });
  const library = runInContext(`${bundle}; library;`, context) as {
    readonly checker: typeof checker;
    readonly catalogue: typeof catalogue;
  };
  return { ...library.checker, catalogue: library.catalogue };
}

test("each module that uses Node has a twin with the same exports, and package.json names all of them", () => {
  const modules = browserModules();
  const twins = readdirSync(root + "checker", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".browser.ts"))
    .map((file) => `${root}checker/${file}`);
  expect([...modules.values()].sort()).toEqual(twins.sort());
  for (const [node, page] of modules) {
    expect(existsSync(node)).toBe(true);
    expect(page).toBe(node.replace(/\.ts$/, ".browser.ts"));
    const names = exportsOf(page);
    // A twin may have more, such as what the page makes known to it, but must have every value that is imported.
    for (const name of exportsOf(node)) expect(names).toContain(name);
  }
});

function exportsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^export (?:async )?(?:function\*?|class|const) (\w+)/gm)].map(([, name]) => name!);
}

test("no global of Node is used", () => {
  // Not a property, a private name, a word in a text, or a local variable of that name.
  const used = [...bundle.matchAll(/(?<![.\w$#"'`-])(?:process|Buffer|setImmediate|__dirname|__filename)(?:[.(]\w*)/g)];
  expect(used.map(([text]) => text)).toEqual([]);
});

test("an import of Node is refused, with the file that has it", async () => {
  await expect(bundled('import "node:fs";')).rejects.toThrow("node:fs is imported");
});

describe("where there is no Node", () => {
  const browser = inBrowser();
  // Values of another realm have other prototypes.
  const text = ({ verdict, states, properties }: Report<unknown>): string =>
    JSON.stringify([
      verdict,
      states,
      properties.map(({ id, verdict, trace }) => [id, verdict, trace?.steps.map(({ label }) => label)]),
    ]);

  test.each(["x86-direct", "x86-two-step"])("%s has the report and the hash that it has in Node", async (id) => {
    const [ours, theirs] = [catalogue, browser.catalogue].map(({ entryOf, checkable }) =>
      checkable(entryOf(id)!).instantiate(),
    );
    const options = { engine: "direct", purity: "assumed" } as const;
    expect(text(await browser.check(theirs!, options))).toBe(text(await check(ours!, options)));
    expect(browser.fingerprint(theirs!)).toBe(fingerprint(ours!));
  });

  test("the default engine gives the same verdict, although no function can be read", async () => {
    const model = browser.catalogue.checkable(browser.catalogue.entryOf("x86-direct")!).instantiate();
    const report = await browser.check(model, { purity: "checked" });
    expect(report.verdict).toBe("violated");
  });

  test("what needs Node says so", async () => {
    const model = browser.catalogue.checkable(browser.catalogue.entryOf("x86-direct")!).instantiate();
    const file = "x.certificate";
    await expect(browser.check(model, { engine: "compiled", workers: 2 })).rejects.toThrow("workers must be 1");
    await expect(browser.openCertificate(file)).rejects.toThrow("a browser has no files");
    await expect(browser.writeCertificate(file, model, undefined as never)).rejects.toThrow("a browser has no files");
    await expect(browser.readJsonLines(file).next()).rejects.toThrow("a browser has no files");
  });
});
