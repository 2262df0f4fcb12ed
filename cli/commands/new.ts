import { basename } from "node:path";
import { ModelError } from "../../checker/errors.ts";
import { createFile, whyNotWritten } from "../../checker/files.ts";
import { onlyWord } from "../arguments/call.ts";
import type { Command } from "../command.ts";

/** `irqproof new`. */
export const command: Command = {
  usage: ["FILE.ts [--protocol]"],
  about: [
    "Writes a commented file to start from: a way to move an interrupt, made of the steps of irqproof/model. It can be checked at once. Replace its steps with your own, and check again. An existing file is never overwritten.",
    "A TypeScript editor shows type errors as you type, if irqproof and typescript are installed in the project. check FILE.ts --types reports them before a check, and --watch checks again whenever the file changes (docs/running.md).",
    "docs/own-scheme.md leads from a patch to a verdict.",
  ],
  options: { protocol: { help: "write a general protocol without interrupts, using irqproof/checker alone" } },
  parameters: false,
  async run(call, terminal) {
    const file = onlyWord(call, "FILE.ts, the file to write,");
    const name = modelName(file);
    const { schemeStart, protocolStart } = {
      ...(await import("./starts/scheme.ts")),
      ...(await import("./starts/protocol.ts")),
    };
    // "FILE" in the text is the file as it was given.
    const text = (call.has("protocol") ? protocolStart : schemeStart)(name).replaceAll("check FILE", `check ${file}`);
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
