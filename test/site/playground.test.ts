/** The playground in a browser, as `npm run site` has built it: the same library, in a worker. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { check } from "irqproof/checker";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { irqproof, temporaryFolder } from "../cli/run.ts";
import { hasBrowser, startBrowser } from "../explorer/browser.ts";
import { HOSTILE, HOSTILE_MODEL } from "../explorer/hostile.ts";
import { opened } from "../explorer/opened.ts";
import { axeViolations } from "./axe.ts";
import { openPage, serveSite, type OpenPage, type Served } from "./served.ts";

const examples = (folder: string): string[] => {
  const path = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
  return readdirSync(path)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${path}/${file}`);
};

const files = ["examples", "examples/conformance", "examples/refinement", "examples/schemes"].flatMap(examples);
const incrementFile = files.find((path) => basename(path) === "increment.ts")!;

describe.skipIf(!hasBrowser)("in a browser", () => {
  const folder = temporaryFolder();
  let browser: Browser;
  let site: Served;

  beforeAll(async () => {
    [browser, site] = await Promise.all([startBrowser(), serveSite()]);
  });

  afterAll(async () => {
    await Promise.all([browser.close(), site.close()]);
    folder.remove();
  });

  async function open(fragment = "", look: Parameters<typeof openPage>[2] = {}): Promise<OpenPage> {
    const found = await openPage(browser, `${site.address}/playground/index.html${fragment}`, look);
    await found.page.locator(".cm-content").waitFor();
    return found;
  }

  /** Waits for the end of the search. */
  async function finished(page: Page): Promise<string> {
    const line = page.locator("#search", { hasText: /states|error/ });
    await line.filter({ hasText: "engine" }).waitFor({ timeout: 60_000 });
    return (await line.textContent())!;
  }

  /** Replaces the text of the editor, and checks it. */
  async function checkText(page: Page, text: string): Promise<void> {
    await setText(page, text);
    await page.keyboard.press("Control+Enter");
  }

  async function setText(page: Page, text: string): Promise<void> {
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+A");
    // As pasted: typing would complete brackets.
    await page.keyboard.insertText(text);
  }

  async function edit(page: Page, change: (text: string) => string): Promise<void> {
    const name = await page.locator(".file select").inputValue();
    const path = files.find((file) => basename(file) === name)!;
    const before = readFileSync(path, "utf8");
    const after = change(before);
    expect(after).not.toBe(before);
    await checkText(page, after);
  }

  function verdicts(page: Page): Promise<string[][]> {
    return page
      .locator(".verdicts .grid")
      .first()
      .locator("tbody tr")
      .evaluateAll((rows) => rows.map((row) => [row.querySelector("th")!.textContent!, row.className]));
  }

  const outside = ({ requests }: OpenPage): string[] =>
    requests.filter((url) => !url.startsWith(site.address) && !/^(?:data|blob):/.test(url));

  test("the first example is checked, its violation shown, as a diagram and as text", async () => {
    const found = await open();
    const { page, faults } = found;
    expect(await finished(page)).toMatch(/^13 states, 14 transitions, depth 5; direct engine/);
    expect(await verdicts(page)).toContainEqual(["nothing-lost", "violated"]);
    await page.locator("#run-heading", { hasText: "nothing-lost: counterexample, 4 steps" }).waitFor();
    expect(await page.locator("svg .step").count()).toBe(5);
    await page.locator("summary", { hasText: "The run as text" }).click();
    const { out } = await irqproof(["check", incrementFile]);
    const chart = page.locator("pre[aria-label='The run as text']", { hasText: "T0" });
    await chart.waitFor();
    expect(out).toContain((await chart.textContent())!.trimEnd());
    expect(outside(found)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("the explorer's views work on the worker: a step is taken with the keyboard, and undone", async () => {
    const { page, faults } = await open();
    await finished(page);
    await page.locator("#run-heading", { hasText: "counterexample" }).waitFor();
    await page.locator("#state-heading").click();
    await page.keyboard.press("Home");
    await page.locator(".place", { hasText: "at the start of 4 steps" }).waitFor();
    await page.keyboard.press("2");
    await page.locator(".place", { hasText: "after step 1 of 1" }).waitFor();
    expect(page.url()).toMatch(/run=0-1%2F1$/);
    await page.keyboard.press("u");
    await page.locator(".place", { hasText: "at the start of 4 steps" }).waitFor();
    await page.keyboard.press("r");
    await page.locator(".status", { hasText: "A shortest path to an idle state: 4 steps." }).waitFor();
    expect(faults).toEqual([]);
  });

  test("an edited model has another verdict", async () => {
    const { page, faults } = await open();
    await finished(page);
    await edit(page, (text) => text.replace("draft.counter = copy + 1", "draft.counter += 1"));
    await page.locator(".verdicts tr.holds", { hasText: "nothing-lost" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a syntax error has its line and column, and leads there", async () => {
    const { page } = await open();
    await finished(page);
    await checkText(page, 'import { model } from "irqproof/checker";\n\nexport default model({\n  name: "x",,\n});\n');
    const mistake = page.locator(".mistake");
    await mistake.waitFor();
    expect(await mistake.textContent()).toMatch(/^increment\.ts:4:13 the syntax is wrong: unexpected token/);
    expect(await page.locator(".cm-lintRange-error").count()).toBe(1);
    await page.keyboard.press("Control+Home");
    await mistake.locator("button").click();
    expect(await page.locator(".cm-activeLine").textContent()).toBe('  name: "x",,');
    await checkText(page, "const a = 1;\nconst a = 2;\n");
    await page.locator(".mistake", { hasText: "increment.ts:2:7 the syntax is wrong: identifier 'a'" }).waitFor();
  });

  test("a definition that is wrong, and an import that does not exist, have sentences and lines", async () => {
    const { page } = await open();
    await checkText(page, 'import { x } from "left-pad";\nexport default x;\n');
    await page.locator(".mistake", { hasText: "it imports left-pad" }).waitFor();
    await checkText(
      page,
      'import { model, record } from "irqproof/checker";\n\nexport default model({\n  name: "x",\n  sate: record({}),\n} as never);\n',
    );
    const mistake = page.locator(".mistake", { hasText: "sate" });
    await mistake.waitFor();
    expect(await mistake.locator("button").textContent()).toMatch(/^increment\.ts:3:16$/);
  });

  test("a recipe that throws in a reachable state is marked where irqproof check says", async () => {
    const { page } = await open();
    await finished(page);
    const wrong = (text: string): string =>
      text.replace("draft.counter = copy + 1;", 'if (copy === 0) throw new Error("zero");');
    await edit(page, wrong);
    const found = page.locator(".mistakes .box", { hasText: "zero" });
    await found.waitFor();
    const file = folder.write("increment.ts", wrong(readFileSync(incrementFile, "utf8")));
    const { mistakes } = await check((await opened(file)).model);
    const { line, column, expression } = mistakes![0]!.place!;
    expect(await found.locator("code").textContent()).toContain(`increment.ts:${line}:${column}: ${expression}`);
    await page.locator(".cm-lintRange-error").waitFor();
  });

  test.each([
    ["a recipe", (text: string) => text.replace("draft.counter = copy + 1;", "for (;;) draft.counter = copy;")],
    ["a file", (text: string) => `${text}\nfor (;;);\n`],
  ])("a loop without an end in %s is stopped, and the page works on", async (_, change) => {
    const { page, faults } = await open();
    await finished(page);
    await edit(page, change);
    await page.locator(".edit button:enabled", { hasText: /^Stop$/ }).click();
    await page.locator(".ended", { hasText: "The model's code was running and did not return." }).waitFor();
    await edit(page, (text) => `${text}\n`);
    expect(await finished(page)).toContain("13 states");
    expect(faults).toEqual([]);
  });

  test("the back button leads to a file as it was edited", async () => {
    const { page, faults } = await open();
    await finished(page);
    await setText(page, "// edited\n");
    await page.locator(".file select").selectOption("hanoi.ts");
    await page.locator(".results h2", { hasText: "hanoi" }).waitFor();
    await page.goBack();
    await page.locator(".cm-line", { hasText: "// edited" }).waitFor();
    expect(await page.locator(".file select").inputValue()).toBe("increment.ts");
    expect(faults).toEqual([]);
  });

  test("the page is dark where the reader chose so in the documents", async () => {
    const { page } = await openPage(browser, `${site.address}/docs/index.html`);
    await page.locator(".VPSwitchAppearance:visible").click();
    await page.goto(`${site.address}/playground/index.html`);
    await finished(page);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(18, 22, 28)");
  });

  test("a search that takes long is stopped with what it has found", async () => {
    const { page } = await open();
    await checkText(
      page,
      `import { model, range, record } from "irqproof/checker";
export default model({
  name: "wheels",
  state: record({ a: range(0, 999), b: range(0, 999) , c: range(0, 999) }),
  initial: { a: 0, b: 0, c: 0 },
  actions: Object.fromEntries((["a", "b", "c"] as const).map((name) => [
    name, { then: (draft: { a: number; b: number; c: number }) => { draft[name] = (draft[name] + 1) % 1000; } },
  ])),
});
`,
    );
    await page.locator("#search", { hasText: /Searching: \d/ }).waitFor();
    await page.locator(".edit button:enabled", { hasText: /^Stop$/ }).click();
    const line = page.locator("#search", { hasText: "Stopped early (interrupted)" });
    await line.waitFor();
    expect(await line.textContent()).toMatch(/at least [\d,]+ states/);
  });

  test.each(files.map((file) => [basename(file), file] as const))(
    "%s has the states and the verdicts that irqproof check gives",
    async (name, file) => {
      expect(await shownOf(name)).toEqual(await checkedHere(file));
    },
  );

  test.each([
    ["my-scheme.ts", []],
    ["my-protocol.ts", ["--protocol"]],
  ] as const)("%s is what irqproof new writes, with the same verdicts", async (name, options) => {
    const file = `${folder.path}/${name}`;
    expect((await irqproof(["new", file, ...options])).status).toBe(0);
    expect(await shownOf(name)).toEqual(await checkedHere(file));
  });

  /** States and verdicts of a file of the list, in the page. */
  async function shownOf(name: string): Promise<unknown> {
    const found = await open(`#file=${name}`);
    const line = await finished(found.page);
    const shown = (await verdicts(found.page)) as [string, string][];
    expect(outside(found)).toEqual([]);
    expect(found.faults).toEqual([]);
    await found.page.context().close();
    return { states: line.slice(0, line.indexOf(";")), verdicts: Object.fromEntries(shown) };
  }

  /** The same, by the engine that irqproof check chooses. */
  async function checkedHere(file: string): Promise<unknown> {
    const { states, properties } = await check((await opened(file)).model, { purity: "assumed" });
    const [distinct, transitions] = [states.distinct, states.transitions].map((value) => value.toLocaleString("en"));
    return {
      states: `${distinct} states, ${transitions} transitions, depth ${states.depth}`,
      verdicts: Object.fromEntries(properties.map(({ id, verdict }) => [id, verdict])),
    };
  }

  test("a model is in its link, with its parameters and its run", async () => {
    const { page } = await open();
    await finished(page);
    await edit(page, (text) => text.replaceAll('"increment"', '"increment-shared"'));
    await page.locator(".results h2", { hasText: "increment-shared" }).waitFor();
    await finished(page);
    await page.locator("#parameter-threads").fill("3");
    await page.keyboard.press("Enter");
    const { model } = await opened(incrementFile, { threads: "3" });
    const { distinct } = (await check(model, { purity: "assumed" })).states;
    await page.locator("#search", { hasText: `${distinct} states` }).waitFor();
    await page.locator("#run-heading", { hasText: "counterexample" }).waitFor();
    await page.locator("#state-heading").click();
    await page.keyboard.press("Home");
    await page.locator(".place", { hasText: "at the start" }).waitFor();
    await page.locator("button", { hasText: "Copy link" }).click();
    await page.locator(".note", { hasText: "link" }).waitFor();
    const other = await openPage(browser, page.url());
    await other.page.locator("#search", { hasText: `${distinct} states` }).waitFor();
    expect(await other.page.locator(".results .title h2").textContent()).toContain("increment-shared");
    await other.page.locator(".place", { hasText: "at the start" }).waitFor();
    expect(await other.page.locator(".place").textContent()).toBe(await page.locator(".place").textContent());
    expect(outside(other)).toEqual([]);
    expect(other.faults).toEqual([]);
  });

  test("a damaged link opens the first example", async () => {
    const { page, faults } = await open("#file=x.ts&text=AAAA");
    expect(await finished(page)).toContain("13 states");
    expect(faults).toEqual([]);
  });

  test("an entry of the catalogue opens, with the picture of its machine", async () => {
    const { page, faults } = await open("#file=x86-direct.entry.ts");
    await page.locator(".answer", { hasText: "An interrupt can be lost." }).waitFor();
    await page.locator(".card h3", { hasText: "Device" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a model cannot reach the network", async () => {
    const asked: string[] = [];
    const other = createServer(({ url }, response) => {
      asked.push(url ?? "");
      response.writeHead(200, { "content-type": "text/javascript", "access-control-allow-origin": "*" });
      response.end("export default 1;");
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { page } = await open();
    await finished(page);
    await checkText(
      page,
      `import { model, boolean, record } from "irqproof/checker";
const load = new Function("name", "return import(name)");
const script = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
const tried = [];
for (const ask of [
  () => fetch("${address}/fetch"),
  () => fetch("${site.address}/own"),
  () => load("${address}/import"),
  () => load(script('import "${address}/indirect";')),
  () => importScripts("${address}/script"),
  () => { const request = new XMLHttpRequest(); request.open("GET", "${address}/request", false); request.send(); },
  () => new Promise((resolve, reject) => { const events = new EventSource("${address}/events"); events.onerror = reject; events.onopen = resolve; }),
  () => new Promise((resolve, reject) => { const socket = new WebSocket("${address.replace("http", "ws")}/socket"); socket.onerror = reject; socket.onopen = resolve; }),
]) {
  try { await ask(); tried.push("reached"); } catch { tried.push("refused"); }
}
export default model({
  name: tried.join("-"), state: record({ x: boolean }), initial: { x: false }, actions: { stay: { then: () => {} } },
});
`,
    );
    const refused = Array(8).fill("refused").join("-");
    await page.locator(".results h2", { hasText: refused }).waitFor();
    // The same server answers a page that may ask it.
    expect((await fetch(`${address}/allowed`)).status).toBe(200);
    expect(asked).toEqual(["/allowed"]);
    other.closeAllConnections();
    other.close();
  });

  test("hostile names are text", async () => {
    const { page, faults } = await open();
    await checkText(page, HOSTILE_MODEL);
    await page.locator(".results h2", { hasText: HOSTILE[0] }).waitFor();
    await finished(page);
    await page.locator(".place", { hasText: "after step 1 of 1" }).waitFor();
    expect(await page.evaluate(() => (globalThis as { harmed?: string }).harmed)).toBe(undefined);
    expect(await page.locator("main").locator("img, iframe, object, a[href]").count()).toBe(0);
    expect(await page.locator(".verdicts th[scope=row]").first().textContent()).toBe(HOSTILE[2]);
    expect(faults).toEqual([]);
  });

  test.each([
    { width: 1280, dark: false },
    { width: 390, dark: true },
  ])("axe finds nothing at $width pixels, and nothing is wider than the window", async (look) => {
    const { page } = await open("#file=my-scheme.ts", look);
    await page.locator("#run-heading", { hasText: "Example" }).waitFor();
    for (const summary of await page.locator("summary").all()) {
      if (!(await summary.evaluate((element) => element.parentElement!.hasAttribute("open")))) await summary.click();
    }
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(look.width);
    await checkText(page, "export default 1;;;\n");
    await page.locator(".mistake").waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });
});
