/** The report in one file. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { check, model, range, record, type Model } from "irqproof/checker";
import { afterAll, describe, expect, test } from "vitest";
import { escapeHtml } from "../../explorer/html/document.ts";
import { htmlReport } from "../../explorer/index.ts";
import { pathText } from "../../explorer/path.ts";
import type { Book } from "../../explorer/wire.ts";
import { irqproof, LAMPS, temporaryFolder } from "../cli/run.ts";
import { HOSTILE, HOSTILE_MODEL } from "./hostile.ts";
import { NO_PAGE, opened, pageOfSources } from "./opened.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The book of a file. */
function bookOf(html: string): Book {
  const [, text = ""] = /<script type="application\/octet-stream" id="book">([\w+/=]*)<\/script>/.exec(html) ?? [];
  return JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString("utf8")) as Book;
}

/** The start tags of a document, in order. */
function tagsOf(html: string): string[] {
  return [...html.matchAll(/<([a-z!][\w-]*)/gi)].map(([, name = ""]) => name.toLowerCase());
}

const TAGS = [
  ..."!doctype html head meta meta meta meta title link meta style".split(" "),
  ..."body div noscript pre script script".split(" "),
];

describe("the report on x86-direct", async () => {
  const explored = await opened("x86-direct");
  const report = await check(explored.model, { purity: "assumed" });
  const html = htmlReport({ explored, report, summary: "the last line", version: "1.2.3", assets: NO_PAGE });
  const book = bookOf(html);

  test("has every verdict, and every counterexample with its states", () => {
    expect(book.checked!.properties.map(({ id, verdict }) => [id, verdict])).toEqual(
      report.properties.map(({ id, verdict }) => [id, verdict]),
    );
    const shown = report.properties.flatMap(({ id, trace }) => (trace === undefined ? [] : [[id, trace] as const]));
    expect(shown.length).toBeGreaterThan(5);
    for (const [id, trace] of shown) {
      const { run } = book.checked!.properties.find((property) => property.id === id)!;
      const { head, tail, length } = book.runs[pathText(run!)]!;
      expect(head.map(({ state }) => state)).toEqual(trace.steps.map(({ state }) => state));
      expect([tail, length]).toEqual([[], trace.steps.length - 1]);
    }
    expect([book.summary, book.version]).toEqual(["the last line", "1.2.3"]);
  });

  test("allows its own script and style by their hashes, and nothing else", () => {
    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    const hash = (text: string): string => `&#39;sha256-${createHash("sha256").update(text).digest("base64")}&#39;`;
    expect(policy.split("; ")).toEqual([
      "default-src &#39;none&#39;",
      `script-src ${hash(NO_PAGE.script)}`,
      `style-src ${hash(NO_PAGE.style)}`,
      "img-src data:",
      "base-uri &#39;none&#39;",
      "form-action &#39;none&#39;",
    ]);
    expect(html).not.toMatch(/\b(src|href)="(?!data:,")/);
    expect(tagsOf(html)).toEqual(TAGS);
  });

  test("a reader without scripts gets the verdicts and the main counterexample as text", () => {
    const [, text = ""] = /<noscript><pre>([^]*?)<\/pre><\/noscript>/.exec(html)!;
    expect(text).toContain("violated     no-interrupt-lost: when idle, every event has been covered");
    expect(text).toContain("write_address(CPU1)");
  });
});

test("no name of a model becomes markup", async () => {
  const explored = await opened(folder.write("hostile.ts", HOSTILE_MODEL));
  const report = await check(explored.model, { purity: "assumed" });
  const page = { script: "const end = '</script>';", style: "/* </style> */" };
  const html = htmlReport({ explored, report, summary: HOSTILE[0], version: "1", assets: page });
  expect(tagsOf(html.replace(page.script, ""))).toEqual(TAGS);
  expect(html.toLowerCase().match(/<\/script/g)).toHaveLength(2);
  expect(html.toLowerCase().match(/<\/style/g)).toHaveLength(1);
  const { overview, checked, runs } = bookOf(html);
  expect(overview.id).toBe(HOSTILE[0]);
  expect(checked!.properties[0]!.title).toBe(HOSTILE[4]);
  // What cannot be seen, or turns the reader's eye, is written as its code point.
  const texts = JSON.stringify(Object.values(runs)[0]!.head.map(({ label, changes }) => [label, changes]));
  expect(texts).not.toMatch(/\p{Cc}|\p{Cf}/u);
  expect(escapeHtml('<a href="x">\'&')).toBe("&#60;a href=&#34;x&#34;&#62;&#39;&#38;");
});

describe("long runs", () => {
  const counting = (last: number): Model<unknown> =>
    model({
      name: "counting",
      state: record({ n: range(0, last) }),
      initial: { n: 0 },
      actions: { up: { when: ({ n }) => n < last, then: (draft) => void (draft.n += 1) } },
      properties: ({ always }) => ({ low: always("it stays below the last", ({ n }) => n < last) }),
    }) as Model<unknown>;

  test("keep their first and last steps", async () => {
    const explored = { id: "counting", title: "", model: counting(3000), notes: [] };
    const report = await check(explored.model, { purity: "assumed" });
    const [run] = Object.values(
      bookOf(htmlReport({ explored, report, summary: "", version: "", assets: NO_PAGE })).runs,
    );
    expect([run!.head.length, run!.tail.length, run!.length]).toEqual([500, 500, 3000]);
    expect(run!.tail.at(-1)!.state).toEqual({ n: 3000 });
  });

  test("are left out where the file would become too large, and the file stays under a megabyte", async () => {
    const explored = await opened("x86-direct");
    const report = await check(explored.model, { purity: "assumed" });
    const small = htmlReport({ explored, report, summary: "", version: "", assets: NO_PAGE });
    const [, all = ""] = /id="book">([^<]*)</.exec(small)!;
    // Room for a part of the book beside a page of this size, and what is reserved.
    const large = { script: "", style: "x".repeat(1_000_000 - 60_000 - Math.round(all.length * 0.9)) };
    const html = htmlReport({ explored, report, summary: "", version: "", assets: large });
    expect(html.length).toBeLessThan(1_000_000);
    const { runs, checked } = bookOf(html);
    const kept = Object.keys(runs);
    const main = checked!.properties.find(({ id }) => id === "no-interrupt-lost")!;
    expect(kept.length).toBeLessThan(
      new Set(checked!.properties.flatMap(({ run }) => (run === undefined ? [] : [pathText(run)]))).size,
    );
    expect(kept).toContain(pathText(main.run!));
  });
});

describe("the command line", () => {
  const file = join(folder.path, "report.html");

  test("check --html writes the file beside its report", async () => {
    const { status, out, err } = await irqproof(["check", "x86-direct", "--html", file]);
    expect({ status, err }).toEqual({ status: 1, err: "" });
    expect(out).toContain("no-interrupt-lost: counterexample, 7 steps");
    const html = readFileSync(file, "utf8");
    expect(html.length).toBeLessThan(1_000_000);
    const { summary, checked } = bookOf(html);
    expect(out).toContain(summary);
    const steps = checked!.coverage.reduce((sum, { taken }) => sum + taken, 0);
    expect(steps).toBe(checked!.states!.transitions);
  });

  test("check --html of a scheme that loses nothing has an example to look at, and its certificate too", async () => {
    const certificate = join(folder.path, "two-step.certificate");
    const called = await irqproof(["check", "x86-two-step", "--html", file, "--certificate", certificate]);
    expect(called).toMatchObject({ status: 0, err: "" });
    expect(called.out).toContain(`certificate ${certificate}`);
    const { checked, runs } = bookOf(readFileSync(file, "utf8"));
    const { head } = runs[pathText(checked!.example!)]!;
    expect(head.some(({ label }) => label.startsWith("retrigger"))).toBe(true);
    expect(head.at(-1)).toMatchObject({ isIdle: true, violated: [] });
  });

  test("replay --html shows each move worth a look with its lines of the log, and as a run of the model", async () => {
    const recording = "test/recordings/fixtures/direct-6.12.merged.txt";
    const { status } = await irqproof(["replay", "--merged", recording, "--entry", "x86-direct", "--html", file]);
    expect(status).toBe(0);
    const { moves, runs, text, checked } = bookOf(readFileSync(file, "utf8"));
    const log = readFileSync(recording, "utf8").split("\n");
    expect(moves).toHaveLength(6);
    for (const move of moves!) {
      const [, line = ""] = /line (\d+)$/.exec(move.title)!;
      expect(move.log[0]).toBe(log[Number(line) - 1]);
      const { head } = runs[move.run!]!;
      expect(head.some(({ arrows }) => arrows.some(({ kind }) => kind === "write"))).toBe(true);
    }
    expect(moves![0]!.text).toContain("1 message misdirected to CPU0/37 (line 35)");
    expect(text).toContain("Notable moves");
    expect(checked).toBe(undefined);
  });

  test("prove --html shows what was found, and the report as text", async () => {
    const { status } = await irqproof(["prove", folder.write("lamps.ts", LAMPS), "--property", "dark", "--html", file]);
    const { checked, text, runs } = bookOf(readFileSync(file, "utf8"));
    expect(status).toBe(1);
    expect(checked).toMatchObject({
      verdict: "violated",
      properties: [{ id: "dark", verdict: "violated" }],
    });
    expect(checked!.states).toBe(undefined);
    expect(text).toContain("VIOLATED  dark");
    expect(Object.keys(runs)).toEqual([pathText(checked!.properties[0]!.run!)]);
  });

  test("report --html has the mail as text, and the run that it is about", async () => {
    const { status, out } = await irqproof(["report", "x86-offline-no-scan", "--html", file]);
    expect(status).toBe(0);
    const { checked, overview, text, runs } = bookOf(readFileSync(file, "utf8"));
    expect(out.trimEnd()).toBe(text!.trimEnd());
    expect(checked!.properties).toMatchObject([{ id: "no-interrupt-lost", verdict: "violated" }]);
    expect(Object.keys(runs)).toEqual([pathText(checked!.properties[0]!.run!)]);
    expect(overview.isSystem).toBe(true);
  });

  test("a file that cannot be written, --all, and two uses of one file are mistakes", async () => {
    const missing = await irqproof(["check", "x86-direct", "--html", join(folder.path, "no-folder", "x.html")]);
    expect(missing).toMatchObject({ status: 2, out: "" });
    expect(missing.err).toContain("--html");
    const all = await irqproof(["check", "--all", "--html", file]);
    expect(all).toMatchObject({ status: 2, err: "irqproof: check: --html is for one model; leave --all out\n" });
    const both = await irqproof(["check", "x86-direct", "--html", file, "--out", file]);
    expect(both).toMatchObject({ status: 2 });
  });
});

test("the page is small", async () => {
  const { script, style } = await pageOfSources();
  expect(script.length + style.length).toBeLessThan(100_000);
  expect(script).not.toMatch(/https?:\/\/(?!www\.w3\.org\/)/);
  expect(script).not.toMatch(/dangerouslySetInnerHTML=|\beval\(|new Function/);
});
