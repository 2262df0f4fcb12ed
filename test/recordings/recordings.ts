import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { RecordingReport, ReplayedDevice } from "../../recordings/index.ts";

/** The path of a fixture. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** The lines of a fixture, unpacked. */
export function linesOfFixture(name: string): string[] {
  const bytes = readFileSync(fixture(name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").trimEnd().split("\n");
}

/** Results of replaying a recording's devices against entries. */
export function resultsOf({ replayed }: RecordingReport): ReplayedDevice["results"][number][] {
  return replayed.flatMap(({ results }) => results);
}

/** Gives a file with these lines to a function, and takes it away again. */
export async function withFile<Result>(
  content: readonly string[] | Buffer | string,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "irqproof-replay-"));
  const path = join(folder, "log");
  writeFileSync(path, Array.isArray(content) ? `${content.join("\n")}\n` : (content as Buffer | string));
  try {
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
