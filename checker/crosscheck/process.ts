import { spawn } from "node:child_process";
import { ToolError } from "./tool.ts";

/** Result of a process. */
export interface Ended {
  /** Both streams, in the order of arrival. */
  readonly output: string;
  readonly status: number;
  /** Whether it was ended because its time was up. */
  readonly late: boolean;
}

/** Limits of a process. */
export interface Limits {
  /** Seconds. */
  readonly time: number;
  /** Bytes of address space; none for what reserves far more than it uses, such as Java. */
  readonly memory?: number;
}

/**
 * Runs a command to its end.
 *
 * @throws ToolError when it cannot be started
 */
export async function run(command: readonly string[], directory: string, limits: Limits): Promise<Ended> {
  const limited =
    limits.memory === undefined
      ? command
      : ["sh", "-c", `ulimit -v ${Math.ceil(limits.memory / 1024)} && exec "$@"`, "sh", ...command];
  const [program = "", ...rest] = limited;
  const child = spawn(program, rest, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limits.time * 1000);
  const gather = (text: unknown): void => void (output += String(text));
  child.stdout.on("data", gather);
  child.stderr.on("data", gather);
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.on("error", (error) => reject(new ToolError(`${command[0]} cannot be started: ${error.message}`)));
      child.on("close", (code) => resolve(code ?? 1));
    });
    return { output, status, late };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a command that must succeed.
 *
 * @throws ToolError with the last lines of its output
 */
export async function must(command: readonly string[], directory: string, limits: Limits): Promise<string> {
  const { output, status, late } = await run(command, directory, limits);
  if (late) throw new ToolError(`${command[0]} needs more than ${limits.time} seconds`);
  if (status !== 0) throw new ToolError(`${command[0]} failed: ${lastLines(output)}`);
  return output;
}

/** Output of a command, or undefined when it cannot be started. */
export async function answerOf(...command: readonly string[]): Promise<string | undefined> {
  try {
    return (await run(command, ".", { time: 60 })).output;
  } catch {
    return undefined;
  }
}

/** The end of an output, on one line. */
export function lastLines(output: string): string {
  return output.trim().split("\n").slice(-3).join(" / ").slice(-300);
}
