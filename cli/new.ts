import { basename } from "node:path";
import { ModelError } from "../checker/errors.ts";
import { createFile, whyNotWritten } from "../checker/files.ts";
import { onlyWord } from "./call.ts";
import type { Command } from "./command.ts";

/** `irqproof new`. */
export const command: Command = {
  usage: ["FILE.ts [--protocol]"],
  about: [
    "Writes a commented file to start from, which checks at once: a way to move an interrupt, made of the steps of irqproof/model. Change its steps into your own, and check again. A file that is there already is left alone.",
    "An editor that knows TypeScript shows type errors as you type, where irqproof and typescript are installed in the project; check FILE.ts --types has them checked before a check, and --watch checks again whenever the file changes (docs/running.md).",
    "docs/own-scheme.md leads from a patch to a verdict.",
  ],
  options: { protocol: { help: "a protocol that has nothing to do with interrupts, for irqproof/checker alone" } },
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
        throw new ModelError(`new: ${file} is there already; give another name, or remove it`);
      }
      throw new ModelError(`new: ${file} ${whyNotWritten(error)}`);
    }
    terminal.print(`${file} is written. Next: npx irqproof check ${file}`);
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
