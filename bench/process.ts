import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";

/** What came of a fresh process. */
export interface Run {
  readonly output: string;
  readonly status: number;
  /** Wall-clock time from start to end. */
  readonly seconds: number;
  /** The most memory it had, in bytes, looked at twenty times a second. */
  readonly bytes: number;
}

/** Runs a command to its end. */
export async function run(command: string, given: readonly string[], directory: string): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, given, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (text) => (output += String(text)));
  child.stderr.on("data", (text) => (output += String(text)));
  let bytes = 0;
  const look = async (): Promise<void> => {
    try {
      const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, "utf8")) ?? [];
      bytes = Math.max(bytes, Number(kilobytes ?? 0) * 1024);
    } catch {
      // It has ended, or this system has no /proc; then nothing is said of memory.
    }
  };
  const timer = setInterval(() => void look(), 50);
  const status = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
  clearInterval(timer);
  return { output, status, seconds: (performance.now() - started) / 1000, bytes };
}

/** Whether a command is there. */
export async function exists(command: string, ...given: string[]): Promise<boolean> {
  try {
    await run(command, given, ".");
    return true;
  } catch {
    return false;
  }
}
