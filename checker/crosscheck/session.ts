import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { lastLines } from "./process.ts";
import { ToolError } from "./tool.ts";

/** The time of a session is up. */
export class Late extends Error {}

/** A solver that reads SMT-LIB commands one after another, and answers. */
export class Session {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #name: string;
  readonly #timer: NodeJS.Timeout;
  #output = "";
  #asked = 0;
  #ended: Error | undefined;
  #wake: (() => void) | undefined;

  /**
   * @param limits `until`: when it is ended, in milliseconds by `performance.now()`; `memory`: bytes of address space
   */
  constructor(command: readonly string[], limits: { readonly until: number; readonly memory: number }) {
    this.#name = command[0] ?? "";
    const limited = ["-c", `ulimit -v ${Math.ceil(limits.memory / 1024)} && exec "$@"`, "sh", ...command];
    this.#child = spawn("sh", limited, { stdio: ["pipe", "pipe", "pipe"] });
    const gather = (text: unknown): void => {
      this.#output += String(text);
      this.#wake?.();
    };
    this.#child.stdout.on("data", gather);
    this.#child.stderr.on("data", gather);
    // A solver that no longer reads is reported when it ends.
    this.#child.stdin.on("error", () => {});
    this.#child.on("error", (error) => this.#over(new ToolError(`${this.#name} cannot be started: ${error.message}`)));
    this.#child.on("close", () => this.#over(new ToolError(`${this.#name} failed: ${lastLines(this.#output)}`)));
    const left = Math.max(0, limits.until - performance.now());
    this.#timer = setTimeout(() => {
      this.#over(new Late());
      this.#child.kill("SIGKILL");
    }, left);
  }

  /**
   * Says commands, and waits for what comes back.
   *
   * @param withErrors errors are part of the answer: commands that need another answer than they get have one
   * @throws Late when the time is up, ToolError when the solver does not understand, or ends
   */
  async ask(commands: string, withErrors = false): Promise<string> {
    const mark = `answered ${++this.#asked}`;
    this.#output = "";
    this.#child.stdin.write(`${commands}\n(echo "${mark}")\n`);
    for (;;) {
      const end = this.#output.indexOf(mark);
      if (end >= 0) {
        const answer = this.#output.slice(0, end).replace(/"$/, "").trim();
        if (!withErrors && /^\(error/m.test(answer)) throw new ToolError(`${this.#name} reports: ${lastLines(answer)}`);
        return answer;
      }
      if (this.#ended !== undefined) throw this.#ended;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  end(): void {
    this.#over(new ToolError(`${this.#name} was stopped`));
    this.#child.kill("SIGKILL");
  }

  #over(why: Error): void {
    clearTimeout(this.#timer);
    this.#ended ??= why;
    this.#wake?.();
  }
}
