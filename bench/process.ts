import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";

/** Result of a process. */
export interface Run {
  /** Its output, on both streams. */
  readonly output: string;
  /** Its standard output alone. */
  readonly stdout: string;
  readonly status: number;
  /** Wall-clock time from start to end. */
  readonly seconds: number;
  /** Processor seconds, user and system, of all its threads and of the processes it waited for, to 0.01; 0 without /proc. */
  readonly cpu: number;
  /** Processor seconds of everything else on this machine meanwhile, which should be close to none. */
  readonly others: number;
  /** Peak of its own resident memory, in bytes; 0 without /proc. */
  readonly bytes: number;
}

const MEMORY_SAMPLED_EVERY_MS = 20;
/** Clock ticks a second in /proc, the same on every Linux. */
const TICKS = 100;

/**
 * Runs a command to its end. Its processor time is the increase of what the kernel counts for all ended children of
 * this process, so it is exact only while no other child ends.
 *
 * @throws the system's error when it cannot be started
 */
export async function run(command: string, given: readonly string[], directory: string): Promise<Run> {
  const started = performance.now();
  const [busyBefore, ownBefore, endedBefore] = [busySeconds(), ownSeconds(), endedChildrenSeconds()];
  const child = spawn(command, given, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let stdout = "";
  child.stdout.on("data", (text) => {
    output += String(text);
    stdout += String(text);
  });
  child.stderr.on("data", (text) => (output += String(text)));
  let bytes = 0;
  const sample = async (): Promise<void> => {
    try {
      // The kernel keeps the peak itself, so only growth after the last sample is missed.
      const [, kilobytes = 0] = /VmHWM:\s*(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, "utf8")) ?? [];
      bytes = Math.max(bytes, Number(kilobytes) * 1024);
    } catch {
      // It has ended, or there is no /proc.
    }
  };
  const timer = setInterval(() => void sample(), MEMORY_SAMPLED_EVERY_MS);
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    });
    const seconds = (performance.now() - started) / 1000;
    const cpu = endedChildrenSeconds() - endedBefore;
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

/** Processor seconds of this process, without its children. */
function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Processor seconds of all children of this process that have ended, and of those that they waited for. */
function endedChildrenSeconds(): number {
  let stat: string;
  try {
    stat = readFileSync("/proc/self/stat", "utf8");
  } catch {
    return 0;
  }
  // cutime and cstime of proc_pid_stat(5): the 16th and 17th field, counted behind the name, which may have blanks.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

/** The output of a command, or undefined when it cannot be started. */
export async function answerOf(command: string, ...given: string[]): Promise<string | undefined> {
  try {
    return (await run(command, given, ".")).output;
  } catch {
    return undefined;
  }
}
