import { expect, test } from "vitest";
import { terminalOn, type Terminal } from "../../../cli/output/terminal.ts";

const ERASE = "\r\u001b[2K";

function watched(
  isTTY: boolean,
  env: Record<string, string> = {},
  columns = 80,
): { terminal: Terminal; err(): string } {
  let written = "";
  const terminal = terminalOn({
    stdout: { write: (text) => (written += text) },
    stderr: { isTTY, columns, write: (text) => (written += text) },
    env,
  });
  return { terminal, err: () => written };
}

test("the progress line replaces itself and is erased before anything else is written", () => {
  const { terminal, err } = watched(true);
  terminal.showProgress("one");
  terminal.showProgress("two");
  terminal.print("a result");
  terminal.showProgress("three");
  terminal.endProgress();
  terminal.endProgress();
  expect(err()).toBe(`${ERASE}one${ERASE}two${ERASE}a result\n${ERASE}three${ERASE}`);
});

test("the progress line never wraps", () => {
  for (const [columns, room] of [
    [40, 39],
    // Some pseudo-terminals say 0.
    [0, 79],
  ] as const) {
    const { terminal, err } = watched(true, {}, columns);
    terminal.showProgress("x".repeat(200));
    expect(err()).toBe(ERASE + "x".repeat(room));
  }
});

test("more lines than a call can have arguments", () => {
  let written = "";
  const stdout = { write: (text: string) => (written += text) };
  terminalOn({ stdout, stderr: stdout, env: {} }).print("first", Array<string>(500_000).fill("more"), "last");
  expect(written.split("\n")).toHaveLength(500_003);
});

test("a text in a language of its own is unchanged in a pipe, and escaped on a terminal", () => {
  for (const isTTY of [false, true]) {
    let written = "";
    const stdout = { isTTY, write: (text: string) => (written += text) };
    terminalOn({ stdout, stderr: stdout, env: {} }).printText("one\ttwo \u001b[2J\nthree");
    expect(written).toBe(isTTY ? "one two \\u{1b}[2J\nthree\n" : "one\ttwo \u001b[2J\nthree\n");
  }
});

test("a pipe and a dumb terminal get no progress line", () => {
  for (const { terminal, err } of [watched(false), watched(true, { TERM: "dumb" })]) {
    terminal.showProgress("one");
    terminal.endProgress();
    expect(err()).toBe("");
  }
});
