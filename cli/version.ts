import { readFileSync } from "node:fs";

/** The version of this package. The manifest is one folder up from the source, two from the compiled file. */
export function version(): string {
  for (const manifest of ["../package.json", "../../package.json"]) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(manifest, import.meta.url), "utf8")) as Manifest;
      if (name === "irqproof") return version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new Error("the package's own manifest is missing");
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}
