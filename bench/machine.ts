import { cpus, totalmem, type } from "node:os";

/** The class of this machine, without its name. */
export function machine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} ${processors.length === 1 ? "core" : "cores"} of ${processors[0]?.model ?? "an unknown processor"}, ${memory} GiB of memory, ${type()}, Node ${process.versions.node}`;
}
