import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchModel, Size } from "../models.ts";
import { run, type Run } from "../process.ts";

/** What one search by one checker gave. */
export interface Measurement {
  readonly distinct: number;
  readonly transitions: number;
  /** The checker prints so many fewer digits: its number of transitions may be off by this. */
  readonly transitionsWithin: number;
  /** What the search took, without start-up and compilation of the model. */
  readonly seconds: number;
  /** Wall-clock time of the whole process, start to verdict. */
  readonly process: number;
  /** Processor seconds of the whole process. */
  readonly cpu: number;
  /** Processor seconds of everything else on this machine meanwhile. */
  readonly others: number;
  /** The most memory of the whole process, in bytes; 0 where it could not be seen. */
  readonly bytes: number;
}

/** A checker, ready for a model of a size. */
export interface Prepared {
  /** What it took to make a program of the model; 0 where that is a part of each run. */
  readonly seconds: number;
  /**
   * One search, a process of its own.
   *
   * @param start what a run of the smallest size took in the same turn, for a checker that does not tell its search
   * from its start; undefined while that is found out
   */
  search(start: number | undefined): Promise<Measurement>;
}

/** A checker with its settings. */
export interface Contestant {
  /** Its word for `--contestants`. */
  readonly id: string;
  readonly name: string;
  /** How it is run, and what of it is not compared. */
  readonly settings: string;
  /** It is left out of larger state spaces unless it is asked for by name. */
  readonly most: number;
  /** Why it cannot run here, with how to get it; undefined when it can. */
  missing(): Promise<string | undefined>;
  /** Its version, for the record. */
  version(): Promise<string>;
  /** @throws Error when its own tools refuse the model */
  prepare(model: BenchModel, size: Size): Promise<Prepared>;
}

/** A file of the benchmark or of the repository, by its path from this package's folder `bench`. */
export function benchFile(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

const folders: string[] = [];

/** A folder that lasts as long as this process, or until `removeScratchFolders`. */
export function scratchFolder(): string {
  if (folders.length === 0) process.once("exit", removeScratchFolders);
  const folder = mkdtempSync(join(tmpdir(), "irqproof-bench-"));
  folders.push(folder);
  return folder;
}

/** Removes what searches needed on the disk. */
export function removeScratchFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Runs a tool that must succeed. */
export async function must(command: string, given: readonly string[], directory: string): Promise<Run> {
  const result = await run(command, given, directory);
  if (result.status !== 0) throw new Error(`${command} failed: ${lastLines(result.output)}`);
  return result;
}

/** The number that a pattern finds in what a checker printed, and how far it may be off by being rounded. */
export function printed(text: string, pattern: RegExp): { readonly value: number; readonly within: number } {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`it printed no ${pattern}: ${lastLines(text)}`);
  const [, fraction = "", power] = /^\d+(?:\.(\d+))?e\+(\d+)$/.exec(found) ?? [];
  // Half a unit of the last digit that is there.
  return { value: Number(found), within: power === undefined ? 0 : 10 ** (Number(power) - fraction.length) / 2 };
}

/** The end of what a program printed, as one line. */
export function lastLines(output: string): string {
  return output.trim().split("\n").slice(-3).join(" ").slice(0, 300);
}
