import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";

/** What came of a fresh process. */
export interface Run {
  /** What it wrote, to both streams. */
  readonly output: string;
  /** What it wrote to its standard output alone. */
  readonly stdout: string;
  readonly status: number;
  /** Wall-clock time from start to end. */
  readonly seconds: number;
  /** Processor time of all its threads, as far as it was looked at; 0 where this system does not tell. */
  readonly cpu: number;
  /** Processor time that everything else on this machine had meanwhile: it should have been next to none. */
  readonly others: number;
  /** The most memory it had, in bytes; 0 where this system does not tell. */
  readonly bytes: number;
}

/** Milliseconds between looks at a process: what it does after the last of them is not seen. */
const LOOK = 20;
/** Clock ticks a second in /proc, the same on every Linux. */
const TICKS = 100;

/**
 * Runs a command to its end.
 *
 * @throws the system's error when it cannot be started
 */
export async function run(command: string, given: readonly string[], directory: string): Promise<Run> {
  const started = performance.now();
  const [busyBefore, ownBefore] = [busySeconds(), ownSeconds()];
  const child = spawn(command, given, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let stdout = "";
  child.stdout.on("data", (text) => {
    output += String(text);
    stdout += String(text);
  });
  child.stderr.on("data", (text) => (output += String(text)));
  let bytes = 0;
  let cpu = 0;
  const look = async (): Promise<void> => {
    try {
      const [status, stat] = await Promise.all(
        ["status", "stat"].map((name) => readFile(`/proc/${child.pid}/${name}`, "utf8")),
      );
      // The kernel keeps the peak itself, so only growth in the last moments can be missed.
      const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(status ?? "") ?? [];
      bytes = Math.max(bytes, Number(kilobytes ?? 0) * 1024);
      // The fields behind the command's name, which may have blanks: user and system time are the 12th and 13th.
      const fields = (stat ?? "").slice((stat ?? "").lastIndexOf(")") + 2).split(" ");
      cpu = Math.max(cpu, (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS);
    } catch {
      // It has ended, or this system has no /proc; then nothing is said of memory.
    }
  };
  const timer = setInterval(() => void look(), LOOK);
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    });
    const seconds = (performance.now() - started) / 1000;
    const others = Math.max(0, busySeconds() - busyBefore - (ownSeconds() - ownBefore) - cpu);
    return { output, stdout, status, seconds, cpu, others, bytes };
  } finally {
    clearInterval(timer);
  }
}

/** Seconds that all processors together have been busy. */
function busySeconds(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + (user + nice + sys + irq) / 1000, 0);
}

/** Seconds of processor time of this very process. */
function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** What a command says with these words, or undefined when it cannot be started. */
export async function answerOf(command: string, ...given: string[]): Promise<string | undefined> {
  try {
    return (await run(command, given, ".")).output;
  } catch {
    return undefined;
  }
}
