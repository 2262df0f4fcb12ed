import { styleText } from "node:util";
import { oneLine } from "../../checker/plain-text.ts";
import { onSignal, type OnInterrupt } from "../interrupts.ts";

/** Streams and environment of a command. `process` is one instance; tests use others. */
export interface Surroundings {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By default, the signals of this process. */
  readonly onInterrupt?: OnInterrupt;
}

interface Sink {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Colours a text by its meaning, or returns it unchanged. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
}

/** Standard output for results, standard error for progress and mistakes. */
export interface Terminal {
  /** Colours of standard output. */
  readonly style: Style;
  /**
   * Writes lines to standard output: each argument is one, or several. Unprintable characters in a line are escaped. Very
   * many lines are given as one list, since the number of arguments of a call is limited.
   */
  print(...lines: readonly (string | readonly string[])[]): void;
  /** Writes a text in another language, such as an export, unchanged, or escaped by lines if to a terminal. */
  printText(text: string): void;
  /** Writes lines to standard error, below the progress line, escaped as by `print`. */
  complain(...lines: readonly string[]): void;
  /** Replaces the progress line; no effect if standard error is no terminal. */
  showProgress(line: string): void;
  /** Removes the progress line. */
  endProgress(): void;
  /**
   * Runs work that can be interrupted: Ctrl-C, SIGTERM and SIGHUP abort the signal. A second one ends the program. The
   * progress line is removed at the end.
   */
  interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
}

/** Reports are at most this wide. */
export const WIDTH = 80;

/** A terminal that writes to the given streams and honours NO_COLOR and FORCE_COLOR. */
export function terminalOn({ stdout, stderr, env, onInterrupt = onSignal }: Surroundings): Terminal {
  let shown = false;
  const colour = hasColour(stdout, env);
  const live = stderr.isTTY === true && env["TERM"] !== "dumb";
  const endProgress = (): void => {
    if (shown) stderr.write("\r\u001b[2K");
    shown = false;
  };
  return {
    style: styleOf(colour),
    print(...lines) {
      endProgress();
      stdout.write(
        `${lines
          .flat()
          .map(colour ? painted : oneLine)
          .join("\n")}\n`,
      );
    },
    printText(text) {
      endProgress();
      stdout.write(`${stdout.isTTY === true ? text.split("\n").map(oneLine).join("\n") : text}\n`);
    },
    complain(...lines) {
      endProgress();
      stderr.write(`${lines.map(oneLine).join("\n")}\n`);
    },
    showProgress(line) {
      if (!live) return;
      // The last column stays free: some terminals wrap as soon as it is written.
      stderr.write(`\r\u001b[2K${oneLine(line).slice(0, (stderr.columns || WIDTH) - 1)}`);
      shown = true;
    },
    endProgress,
    async interruptible(work) {
      const controller = new AbortController();
      const release = onInterrupt(() => controller.abort());
      try {
        return await work(controller.signal);
      } finally {
        release();
        endProgress();
      }
    },
  };
}

/** The control sequences of `styleOf`, and no others. */
// oxlint-disable-next-line eslint/no-control-regex -- they begin with ESC
const COLOURS = /(\u001b\[(?:1|2|22|31|32|33|39)m)/;

/** A line with its colours; all other unprintable characters are escaped. */
function painted(line: string): string {
  return line
    .split(COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : oneLine(part)))
    .join("");
}

function hasColour(stream: Sink, env: Surroundings["env"]): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** No colours: for files. */
export const plainStyle: Style = styleOf(false);

function styleOf(colour: boolean): Style {
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    colour && text !== "" ? styleText(format, text, { validateStream: false }) : text;
  return {
    strong: paint("bold"),
    quiet: paint("dim"),
    good: paint("green"),
    bad: paint(["bold", "red"]),
    doubtful: paint("yellow"),
  };
}
