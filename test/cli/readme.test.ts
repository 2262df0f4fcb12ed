/** README.md and docs/ show the output of the program as it is. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { schemeStart } from "../../cli/commands/starts/scheme.ts";
import { irqproof, temporaryFolder } from "./run.ts";
import { cvc5, z3 } from "../../checker/crosscheck/smt.ts";
import { isThere } from "../checker/crosscheck/peers.ts";
import { sampled, thorough } from "../thorough.ts";

/** Whether proofs for any size are found: with both solvers, in the thorough suite. */
const proves = thorough && (await isThere(z3)) && (await isThere(cvc5));

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const folder = temporaryFolder();
const increment = folder.write("increment.ts", blocksOf("ts")[0]!);
const docs = new URL("../../docs/", import.meta.url);
/** The files that docs/own-scheme.md makes of the start that `irqproof new` writes. */
const guide = readFileSync(new URL("own-scheme.md", docs), "utf8");
const [asynchronous = "", waiting = ""] = blocksOf("typescript", guide);
const own = new Map([
  ["async-ipi.ts", [[/^ {2}context: .*\n/m, asynchronous]]],
  ["async-ipi-waits.ts", [[/^ {2}context: .*\n/m, waiting]]],
  [
    "async-ipi-unchecked.ts",
    [
      [/^ {2}context: .*\n/m, asynchronous],
      [/, readIrr, retrigger\]/, "]"],
    ],
  ],
] as [string, [RegExp, string][]][]);
for (const [name, changes] of own) {
  const text = changes.reduce((before, [part, by]) => before.replace(part, by), schemeStart("async-ipi"));
  folder.write(name, text);
}
const pages = sampled(
  readdirSync(docs).filter((name) => name.endsWith(".md")),
  4,
);
const consoles = [
  ...blocksOf("console"),
  ...pages.flatMap((name) => blocksOf("console", readFileSync(new URL(name, docs), "utf8"))),
].filter((block) => proves || !block.startsWith("$ npx irqproof prove") || !block.includes(" any"));
afterAll(() => folder.remove());

function blocksOf(language: string, text: string = readme): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"))].map((match) => match[1]!);
}

/**
 * Without what differs from run to run and from engine to engine, and without the hash of an entry of the catalogue:
 * a new property would change every page.
 */
function lasting(text: string): string {
  return text
    .replaceAll(/\d+\.\d\d s$/gm, "T s")
    .replaceAll(/(direct|compiled) engine/g, "ENGINE")
    .replaceAll(/^((?:async-ipi|x86|riscv|imsic|avec|arm|gic|msi|plic|aplic).*[; ])[0-9a-f]{12}$/gm, "$1HASH");
}

describe("the console blocks of the README and the docs", () => {
  test.each(consoles.map((block) => [block.split("\n")[0]!, block] as const))("%s", async (call, block) => {
    const words = call
      .replace("$ npx irqproof ", "")
      .replace("increment.ts", increment)
      .replace(/async-ipi[a-z-]*\.ts|[a-z-]+\.certificate/, (name) => join(folder.path, name))
      .split(" ");
    const { out } = await irqproof(words);
    const shown = block.slice(call.length + 1).split("[...]\n");
    const printed = lasting(out.replaceAll(`${folder.path}/`, ""));
    for (const part of shown) expect(printed).toContain(lasting(part));
  });
});

test("the calls that the README and the reference only mention are right", async () => {
  const mentioning = readme + readFileSync(new URL("reference.md", docs), "utf8");
  const calls = [...mentioning.matchAll(/(?<!\$ )npx irqproof ([^`#\n]*)/g)].map((match) => match[1]!.trim());
  expect(calls.length).toBeGreaterThan(5);
  for (const call of new Set(calls)) {
    const words = call.replace("increment.ts", increment).split(" ");
    // What is asked for is not run to the end: the help text reads the call's words and its model as well.
    const { status, err } = await irqproof([...words.filter((word) => word !== "--help"), "--help"]);
    expect({ call, status, err }).toEqual({ call, status: 0, err: "" });
  }
});
