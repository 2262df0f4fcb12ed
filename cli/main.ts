import { InternalError, messageOf, ModelError } from "../checker/errors.ts";
import { builtinText, restoredBuiltin } from "./arguments/builtins.ts";
import { readCall } from "./arguments/call.ts";
import { commands } from "./commands/commands.ts";
import { memoryShortage } from "./memory-shortage.ts";
import { didYouMean } from "../checker/definition/suggest.ts";
import { terminalOn, type Surroundings, type Terminal } from "./output/terminal.ts";

/** Exit status for a wrong call or model. */
const WRONG = 2;

/** Exit status where nothing was decided. */
const INCONCLUSIVE = 3;

/** Exit status of a fault in this program: EX_SOFTWARE of sysexits.h. */
const FAULT = 70;

/**
 * Runs a command.
 *
 * @param args the command line without the program's name
 * @returns the exit status: 0, 1 or 3 from the verdict, 2 for a user's mistake, 70 for a fault in this program
 */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const terminal = terminalOn(surroundings);
  try {
    const status = await run(args, terminal);
    const changed = restoredBuiltin();
    if (changed === undefined) return status;
    throw new ModelError(`the model ${builtinText(changed)}`);
  } catch (error) {
    const changed = restoredBuiltin();
    if (changed !== undefined) {
      terminal.complain(`irqproof: the model ${builtinText(changed)}`);
      return WRONG;
    }
    if (error instanceof ModelError) {
      terminal.complain(`irqproof: ${error.message}`);
      return WRONG;
    }
    const shortage = memoryShortage(error);
    if (shortage !== undefined) {
      terminal.complain(`irqproof: ${shortage}`);
      return INCONCLUSIVE;
    }
    // After a contradiction no earlier result is trustworthy, so no verdict is printed.
    const what = error instanceof InternalError || !(error instanceof Error) ? messageOf(error) : error.stack;
    terminal.complain(
      ...`internal error: ${what}`.split("\n"),
      "This is a fault in irqproof, not in the model: please report it.",
    );
    return FAULT;
  }
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const [name] = rest;
    if (name !== undefined && first === "help") return run([name, "--help"], terminal);
    const { programHelp } = await import("./commands/help.ts");
    if (first !== undefined) {
      terminal.print(...programHelp());
      return 0;
    }
    terminal.complain(...programHelp());
    return WRONG;
  }
  if (first === "--version" || first === "-V") {
    const { version } = await import("./version.ts");
    terminal.print(version());
    return 0;
  }
  const entry = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (entry === undefined) {
    const known = Object.keys(commands);
    throw new ModelError(
      `unknown command ${first}${didYouMean(first, known) || `: the commands are ${known.join(", ")}`}`,
    );
  }
  const command = await entry.load();
  const help = { help: { help: "print this text" } };
  const call = readCall(first, rest, { ...command.options, ...help }, command.parameters);
  if (call.has("help")) {
    const { commandHelp } = await import("./commands/help.ts");
    terminal.print(...(await commandHelp(first, command, call)));
    return 0;
  }
  return command.run(call, terminal);
}
