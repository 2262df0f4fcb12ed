import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join, resolve } from "node:path";
import { sizeText } from "../models.ts";
import { answerOf, run } from "../process.ts";
import { lastLines, peerFile, printed, scratchFolder, type Contestant } from "./contestant.ts";

/** Half of the machine, and no more than it can use on these models. */
const HEAP = Math.max(1, Math.min(8, Math.floor(totalmem() / 2 ** 31)));

/** @param tools where tla2tools.jar is, if known */
export function tlc(workers: number, tools: string | undefined): Contestant {
  const java = ["-XX:+UseParallelGC", `-Xmx${HEAP}g`];
  const options = ["-workers", `${workers}`, "-nowarning"];
  const id = workers > 1 ? `tlc-${workers}` : "tlc";
  return {
    id,
    name: `TLC, ${workers} worker${workers > 1 ? "s" : ""}`,
    settings: `java ${java.join(" ")} tlc2.TLC ${options.join(" ")}; 64-bit fingerprints instead of states. The search is the whole process less that of the smallest size in the same turn, so that the virtual machine, the parser and the first states are left out`,
    language: "tla",
    most: workers > 1 ? 3_000_000 : 25_000_000,
    async missing() {
      const get =
        "get tla2tools.jar from the releases of https://github.com/tlaplus/tlaplus and give --tla2tools PATH or TLA2TOOLS=PATH";
      if (tools === undefined) return `TLC is not known here; ${get}`;
      if (!existsSync(tools)) return `TLC is not at ${tools}; ${get}`;
      return (await answerOf("java", "-version")) === undefined
        ? "TLC needs Java 11 or newer; on Debian: apt-get install default-jre-headless"
        : undefined;
    },
    async version() {
      const about = await answerOf("java", "-cp", resolve(tools as string), "tlc2.TLC", "-h");
      const runtime = /version "([^"]+)"/.exec((await answerOf("java", "-version")) ?? "")?.[1];
      return `TLC ${/Version ([\w.]+)/i.exec(about ?? "")?.[1] ?? "unknown"}, Java ${runtime ?? "unknown"}`;
    },
    async run(model, size, start) {
      const directory = scratchFolder(`${id} ${model.name} ${sizeText(size)}`);
      await writeFile(join(directory, "model.tla"), await peerFile(model, "tla"));
      const constants = model.parameters
        .map(({ constant }, index) => `CONSTANT ${constant} = ${size[index]}\n`)
        .join("");
      await writeFile(join(directory, "model.cfg"), `${constants}SPECIFICATION Spec\nINVARIANT Invariant\n`);
      // It sends statistics of its use unless this file forbids that; a home of its own keeps the user's as it is.
      await mkdir(join(directory, ".tlaplus"), { recursive: true });
      await writeFile(join(directory, ".tlaplus", "esc.txt"), "NO_STATISTICS\n");
      const home = [`-Duser.home=${directory}`, `-Djava.io.tmpdir=${directory}`];
      const { output, status, seconds, cpu, others, bytes } = await run(
        "java",
        [...java, ...home, "-cp", resolve(tools as string), "tlc2.TLC", ...options, "-metadir", "states", "model.tla"],
        directory,
      );
      await rm(join(directory, "states"), { recursive: true, force: true });
      if (status !== 0) throw new Error(`at ${sizeText(size)} it did not finish: ${lastLines(output)}`);
      const counts = /(\d+) states generated, \d+ distinct states found, 0 states left/;
      return {
        distinct: printed(output, /states generated, (\d+) distinct states found, 0 states left/).value,
        // It counts the initial state as generated.
        transitions: printed(output, counts).value - 1,
        transitionsWithin: 0,
        generation: 0,
        compilation: 0,
        cpu,
        ...(start !== undefined && cpu > start.cpu ? { search: cpu - start.cpu } : {}),
        seconds: start !== undefined && seconds > start.process ? seconds - start.process : seconds,
        process: seconds,
        others,
        bytes,
      };
    },
  };
}
