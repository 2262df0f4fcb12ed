import { basename } from "node:path";
import { didYouMean } from "../../checker/definition/index.ts";
import { ModelError } from "../../checker/errors.ts";
import { createFile, whyNotWritten } from "../../checker/files.ts";
import { onlyWord } from "../arguments/call.ts";
import type { Command } from "../command.ts";

/** Values of --machine: those of the strategy's field, and what a machine has in front of it. */
const MACHINES: readonly string[] = [
  "local-apic",
  "remapped",
  "posted-msi",
  "gic-distributor",
  "gic-its",
  "plic",
  "imsic",
  "aplic",
  "avec",
  "demultiplexer",
];

/** `irqproof new`. */
export const command: Command = {
  usage: ["FILE.ts [--machine MACHINE]", "FILE.ts --protocol [--machine MACHINE]"],
  about: [
    "Writes a commented file to start from: a way to move an interrupt, made of the steps of irqproof/model. It can be checked at once. Replace its steps with your own, and check again. An existing file is never overwritten.",
    "A TypeScript editor shows type errors as you type, if irqproof and typescript are installed in the project. check FILE.ts --types reports them before a check, and --watch checks again whenever the file changes (docs/running.md).",
    `MACHINE is the interrupt controller, or what stands in front of it: ${MACHINES.join(", ")}. The file lists its steps.`,
    "With --protocol the file is a model of any protocol. With --machine, too, it is a model that has the CPUs, descriptors, flows and properties of that machine as parts, and state and actions of its own besides.",
    "docs/own-scheme.md leads from a patch to a verdict, docs/machines.md has what each machine offers.",
  ],
  options: {
    machine: {
      help: `interrupt controller of the scheme (default local-apic): ${MACHINES.join(", ")}`,
      value: "MACHINE",
    },
    protocol: { help: "write a protocol of any kind; with --machine, one with interrupts as a part" },
  },
  parameters: false,
  async run(call, terminal) {
    const file = onlyWord(call, "FILE.ts, the file to write,");
    const name = modelName(file);
    const machine = call.value("machine");
    if (machine !== undefined && !MACHINES.includes(machine)) {
      throw new ModelError(
        `new: there is no machine ${machine} (known: ${MACHINES.join(", ")})${didYouMean(machine, MACHINES)}`,
      );
    }
    // "FILE" in the text is the file as it was given.
    const text = (await start(name, machine, call.has("protocol"))).replaceAll("check FILE", `check ${file}`);
    try {
      await createFile(file, text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") {
        throw new ModelError(`new: ${file} exists already; give another name, or remove it`);
      }
      throw new ModelError(`new: ${file} ${whyNotWritten(error)}`);
    }
    terminal.print(`Wrote ${file}. Next: npx irqproof check ${file}`);
    return 0;
  },
};

async function start(name: string, machine: string | undefined, isProtocol: boolean): Promise<string> {
  if (isProtocol) {
    if (machine === undefined) return (await import("./starts/protocol.ts")).protocolStart(name);
    return (await import("./starts/parts.ts")).partsStart(name, machine);
  }
  if (machine === undefined || machine === "local-apic") return (await import("./starts/scheme.ts")).schemeStart(name);
  return (await import("./starts/machine.ts")).machineStart(name, machine);
}

/** The file's name as the name of a model: `My_Scheme.ts` is `my-scheme`. */
function modelName(file: string): string {
  const [, stem] = /^(.+)\.[cm]?ts$/.exec(basename(file)) ?? [];
  if (stem === undefined) throw new ModelError(`new: ${file} must be a TypeScript file, such as my-scheme.ts`);
  const name = stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "my-scheme" : name;
}
