/** The page in a browser. Skipped where there is none. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { check } from "irqproof/checker";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSearchThread } from "../../cli/commands/explore/thread.ts";
import { explore, htmlReport, searchOver, Session, type Assets, type Explorer } from "../../explorer/index.ts";
import type { SystemState } from "../../model/index.ts";
import { temporaryFolder } from "../cli/run.ts";
import { hasBrowser, startBrowser } from "./browser.ts";
import { HOSTILE, HOSTILE_MODEL } from "./hostile.ts";
import { opened, pageOfSources, sessionOf } from "./opened.ts";

/** A model with more states than a test can wait for. */
const LARGE_MODEL = `
import { model, range, record } from "irqproof/checker";
const wheel = (name) => ({ label: \`turn \${name}\`, then: (draft) => { draft[name] = (draft[name] + 1) % 1000; } });
export default model({
  name: "wheels",
  state: record({ a: range(0, 999), b: range(0, 999), c: range(0, 999) }),
  initial: { a: 0, b: 0, c: 0 },
  actions: { a: wheel("a"), b: wheel("b"), c: wheel("c") },
  properties: ({ always }) => ({ apart: always("the wheels do not all stand at the end", (s) => s.a + s.b + s.c < 2997) }),
});
`;

describe.skipIf(!hasBrowser)("in a browser", () => {
  const folder = temporaryFolder();
  const hostile = folder.write("hostile.ts", HOSTILE_MODEL);
  const large = folder.write("wheels.ts", LARGE_MODEL);
  let browser: Browser;
  let assets: Assets;
  let explorer: Explorer;

  beforeAll(async () => {
    [browser, assets] = await Promise.all([startBrowser(), pageOfSources()]);
    const files = new Map([
      [HOSTILE[0] as string, hostile],
      ["wheels", large],
    ]);
    explorer = await explore({
      first: "x86-direct",
      entries: ["x86-direct", "x86-two-step", ...files.keys()].map((id) => ({
        id,
        group: "all",
        title: HOSTILE[1],
        ...(id === "x86-two-step" ? { expected: "holds" as const } : {}),
      })),
      async open(id) {
        const file = files.get(id);
        if (id !== "wheels") return sessionOf(await opened(file ?? id));
        // As the command does it: the search has a thread of its own.
        const setup = { word: large, parameters: {}, options: { engine: "compiled", purity: "assumed" } } as const;
        return new Session(await opened(large), (order) => startSearchThread({ ...setup, order }, searchOver));
      },
      assets,
    });
  });

  afterAll(async () => {
    await Promise.all([browser.close(), explorer.close()]);
    folder.remove();
  });

  /** A page that is open at the address, and what went wrong in it. */
  async function open(
    given: { fragment?: string; width?: number; dark?: boolean } = {},
  ): Promise<{ page: Page; faults: string[] }> {
    const { fragment = "", width = 1280, dark = false } = given;
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: dark ? "dark" : "light",
    });
    const page = await context.newPage();
    const faults = watched(page);
    await page.goto(explorer.address + fragment);
    // The last state of a counterexample, which the page shows once it is known, may have no enabled step.
    await page.locator(".choices button, p:has-text('No step is enabled here.')").first().waitFor();
    return { page, faults };
  }

  function watched(page: Page): string[] {
    const faults: string[] = [];
    page.on("pageerror", ({ message }) => faults.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    return faults;
  }

  function labels(page: Page): Promise<string[]> {
    return page
      .locator("svg .step")
      .evaluateAll((steps) =>
        steps.map((step) => [...step.querySelectorAll(".label")].map(({ textContent }) => textContent).join(" ")),
      );
  }

  const RACE = [
    "at the start",
    "set_affinity(CPU1)",
    "allocate CPU1/vector B",
    "write_address(CPU1)",
    "raise -> CPU1/vector A",
    "write_data(vector B)",
    "vector A accepted: unassigned",
    "No irq handler for vector A",
  ];

  test("the README's race is shown, and stepped through with the keyboard; each state is that of the reference", async () => {
    const { page, faults } = await open();
    await page.locator("text=after step 4 of 7").waitFor();
    expect(await labels(page)).toEqual(RACE);
    expect(await page.locator(".answer").textContent()).toBe("An interrupt can be lost. ");
    expect(await page.locator('[data-place="4"] .arrow.lost .void').count()).toBe(1);
    expect(await page.locator(".arrow.lost").count()).toBe(1 + (await page.locator(".legend .arrow.lost").count()));
    expect(page.url()).not.toContain("token");

    const report = await check((await opened("x86-direct")).model, { engine: "reference", purity: "assumed" });
    const { steps } = report.properties.find(({ id }) => id === "no-interrupt-lost")!.trace!;
    await page.locator("#state-heading").click();
    await page.keyboard.press("Home");
    for (const [at, { state }] of steps.entries()) {
      if (at > 0) await page.keyboard.press("ArrowDown");
      await page
        .locator(`.place:has-text("${at === 0 ? "at the start of 7 steps" : `after step ${at} of 7`}")`)
        .waitFor();
      const { device, cpu, irq } = state as SystemState;
      const cells = page.locator('[data-name="device"] tbody .value');
      expect(await cells.allTextContents()).toEqual(Object.values(device[0]!).map(String));
      for (const [index, { irr, table, interruptsEnabled }] of cpu.entries()) {
        const group = page.locator(`[data-name="cpu"] [data-name="[${index}]"]`);
        const read = (name: string): Promise<string[]> =>
          group.locator(`[data-name="${name}"] .value`).allTextContents();
        expect(await read("irr")).toEqual(irr.map(String));
        expect(await read("table")).toEqual(table.map(String));
        expect(await read("interruptsEnabled")).toEqual([String(interruptsEnabled)]);
      }
      const step = page.locator('[data-name="irq"] [data-name="migration"] [data-name="step"] .value');
      expect(await step.textContent()).toBe(String(irq[0]!.migration.step));
    }
    expect(faults).toEqual([]);
  });

  test("a branch is taken by its number, compared with the counterexample, and taken back", async () => {
    const { page, faults } = await open();
    await page.locator("text=after step 4 of 7").waitFor();
    await page.keyboard.press("ArrowUp");
    await page.locator("text=after step 3 of 7").waitFor();
    // The choices of a position arrive after it.
    await page.locator('.choices .what:has-text("write_data")').waitFor();
    const choices = await page.locator(".choices .what").allTextContents();
    const other = choices.findIndex((text) => text.includes("write_data"));
    await page.keyboard.press(String(other + 1));
    await page.locator("text=after step 4 of 4").waitFor();
    expect(await labels(page)).toEqual([...RACE.slice(0, 4), "write_data(vector B)"]);
    await page.locator("#compare-heading").waitFor();
    expect(await page.locator(".run-note").textContent()).toContain(
      "It leaves the counterexample of no-interrupt-lost after step 3.",
    );
    expect(new URL(page.url()).hash).toMatch(/^#x86-direct\/0-[\d.]+\/4$/);
    await page.keyboard.press("u");
    await page.locator("text=after step 3 of 7").waitFor();
    expect(await labels(page)).toEqual(RACE);
    expect(faults).toEqual([]);
  });

  test("the two-step update is chosen in the same page", async () => {
    const { page, faults } = await open();
    await page.locator("text=after step 4 of 7").waitFor();
    await page.locator("text=See a scheme that loses nothing: x86-two-step").click();
    await page.locator("text=No interrupt is lost in any of the").waitFor();
    await page.locator("#run-heading:has-text('Example:')").waitFor();
    expect((await labels(page)).some((label) => label.startsWith("retrigger: IPI to CPU1"))).toBe(true);
    await page.locator("header select").selectOption("x86-direct");
    await page.locator("text=after step 4 of 7").waitFor();
    expect(faults).toEqual([]);
  });

  test("help and the other keys work, and a pressed key does not reach behind the help", async () => {
    const { page } = await open();
    await page.locator("text=after step 4 of 7").waitFor();
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Escape");
    expect(await page.locator("dialog[open]").count()).toBe(0);
    expect(await page.locator(".place").textContent()).toContain("after step 4");
    await page.keyboard.press("r");
    await page.locator(".status:has-text('A shortest path to an idle state: 3 steps.')").waitFor();
  });

  test("hostile names are text: served, and in a file", async () => {
    const { page, faults } = await open({ fragment: `#${encodeURIComponent(HOSTILE[0])}` });
    const explored = await opened(hostile);
    const report = await check(explored.model, { purity: "assumed" });
    const file = folder.write(
      "hostile.html",
      htmlReport({ explored, report, summary: HOSTILE[1], version: "", assets }),
    );
    const context = await browser.newContext({ offline: true });
    const sent = await context.newPage();
    const sentFaults = watched(sent);
    await sent.goto(`file://${file}`);
    for (const shown of [page, sent]) {
      await shown.locator("text=after step 1 of 1").waitFor();
      await shown.locator("summary:has-text('All properties')").click();
      expect(await shown.evaluate(() => (globalThis as { harmed?: string }).harmed)).toBe(undefined);
      expect(await shown.locator("img, iframe, object, a[href]").count()).toBe(0);
      expect(await shown.locator("h1").textContent()).toContain(HOSTILE[0]);
      expect(await shown.locator("th[scope=row]").first().textContent()).toBe(HOSTILE[2]);
    }
    expect([faults, sentFaults]).toEqual([[], []]);
  });

  test("a report in one file works from the disk, with the network off", async () => {
    const explored = await opened("x86-direct");
    const report = await check(explored.model, { purity: "assumed" });
    const html = htmlReport({ explored, report, summary: "the last line", version: "1", assets });
    const file = folder.write("direct.html", html);
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const faults = watched(page);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`file://${file}`);
    await page.locator("text=after step 4 of 7").waitFor();
    expect(await labels(page)).toEqual(RACE);
    await page.keyboard.press("End");
    await page.locator("text=after step 7 of 7").waitFor();
    await page.locator(".chips button:has-text('one-word-per-write')").click();
    await page.locator("#run-heading:has-text('one-word-per-write')").waitFor();
    expect(await page.locator(".choices, .way").count()).toBe(0);
    expect(asked.filter((url) => !url.startsWith("data:"))).toEqual([`file://${file}`]);
    expect(faults).toEqual([]);
  });

  test.each([
    { width: 1280, dark: false },
    { width: 390, dark: true },
  ])("axe finds nothing at $width pixels, and nothing is wider than the window", async ({ width, dark }) => {
    const { page } = await open({ width, dark });
    await page.locator("text=after step 4 of 7").waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
    await page.keyboard.press("ArrowUp");
    await page.locator("text=after step 3 of 7").waitFor();
    await page.keyboard.press("2");
    await page.locator("#compare-heading").waitFor();
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const result = await axe.run();
      return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    });
    expect(violations).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });

  test("with two million states found and more to come, steps are taken, and the search is stopped", async () => {
    const { page, faults } = await open({ fragment: "#wheels" });
    const millions = page.locator("#search").filter({ hasText: /Searching: (?:[2-9]|\d{2,}),\d{3},\d{3} states/ });
    await millions.waitFor({ timeout: 60_000 });
    for (let step = 1; step <= 5; step++) {
      await page.keyboard.press("2");
      await page.locator(`text=after step ${step} of ${step}`).waitFor();
    }
    expect(await page.locator('[data-name="b"] .value').textContent()).toBe("5");
    expect(await page.locator("#search").textContent()).toContain("Searching");
    await page.locator("#search button").click();
    await page.locator("#search:has-text('Stopped early (interrupted)')").waitFor({ timeout: 30_000 });
    expect(await page.locator(".place").textContent()).toContain("after step 5");
    expect(faults).toEqual([]);
  });
});
