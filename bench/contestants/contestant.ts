import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchModel, PeerLanguage, Size } from "../models.ts";
import { run, type Run } from "../process.ts";

/** Result of one run of a checker on a model. All processor times are user and system, of all threads and children. */
export interface Measurement {
  readonly distinct: number;
  readonly transitions: number;
  /** Rounding error of `transitions`, where the checker does not print all digits. */
  readonly transitionsWithin: number;
  /** Processor seconds of making a program of the model; 0 for a checker that does it in `cpu`. */
  readonly generation: number;
  /** Processor seconds of compiling that program; 0 for a checker that does it in `cpu`. */
  readonly compilation: number;
  /** Processor seconds of the whole process that searches. */
  readonly cpu: number;
  /** The part of `cpu` that is the search; absent where it is not known. */
  readonly search?: number;
  /** The part of `cpu` that is reading the model's functions; absent where it is not known. */
  readonly reading?: number;
  /** The part of `cpu` that is making code of the model; absent where it is not known. */
  readonly compiling?: number;
  /** Wall-clock seconds of the search, to compare several threads with one. */
  readonly seconds: number;
  /** Wall-clock seconds of the whole process that searches. */
  readonly process: number;
  /** Processor seconds of everything else on this machine meanwhile. */
  readonly others: number;
  /** Peak of the process's resident memory, in bytes; 0 where it could not be seen. */
  readonly bytes: number;
}

/** A checker with its settings. */
export interface Contestant {
  /** Its word for `--contestants`. */
  readonly id: string;
  readonly name: string;
  /** Command and settings, and limits of the comparison. */
  readonly settings: string;
  /** The language of its model files; absent for this project. */
  readonly language?: PeerLanguage;
  /** It is left out of larger state spaces unless it is asked for by name. */
  readonly most: number;
  /** Why it cannot run here, with how to get it; undefined when it can. */
  missing(): Promise<string | undefined>;
  /** Its version, for the record. */
  version(): Promise<string>;
  /**
   * Everything from the model to the verdict, once.
   *
   * @param start the measurement of the smallest size in the same turn, for a checker that does not time its search
   * apart from its start; undefined for that size itself
   * @throws Error when it fails, or its verdict is not the expected one
   */
  run(model: BenchModel, size: Size, start?: Measurement): Promise<Measurement>;
}

/** The model file in a contestant's language, without the lines that the model omits. */
export async function peerFile({ peers: { name, omitted } }: BenchModel, language: PeerLanguage): Promise<string> {
  const text = await readFile(benchFile(`peers/${name}.${language}`), "utf8");
  if (omitted === undefined) return text;
  return text
    .split("\n")
    .filter((line) => !line.endsWith(omitted))
    .join("\n");
}

/** A file of the benchmark or of the repository, by its path from this package's folder `bench`. */
export function benchFile(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

const folders = new Map<string, string>();

/** A folder that lasts as long as this process, or until `removeScratchFolders`: the same one for the same purpose. */
export function scratchFolder(purpose: string): string {
  if (folders.size === 0) process.once("exit", removeScratchFolders);
  const folder = folders.get(purpose) ?? mkdtempSync(join(tmpdir(), "irqproof-bench-"));
  folders.set(purpose, folder);
  return folder;
}

/** Removes what searches needed on the disk. */
export function removeScratchFolders(): void {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
  folders.clear();
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
