/** Options of any command that take no value: all others do, those that are parameters of a model too. */
export const SWITCHES: ReadonlySet<string> = new Set([
  "actions",
  "all",
  "all-traces",
  "assumptions",
  "cells",
  "check",
  "csv",
  "distributed",
  "facts",
  "help",
  "json",
  "open",
  "plot",
  "protocol",
  "quiet",
  "strict",
  "types",
  "until-violation",
  "watch",
  "whole",
]);

/** Commands that load no file of the user's, or for which a word names a file that is not code. */
const WITHOUT_MODEL: ReadonlySet<string> = new Set(["tour", "list", "properties", "bugs", "replay", "new"]);

/**
 * Whether a call runs code of a file of the user's, as far as its words show; the options of the commands are not known
 * here, because to load them takes longer than to start.
 */
export function runsUserFile([command, ...args]: readonly string[]): boolean {
  if (command === undefined || WITHOUT_MODEL.has(command)) return false;
  // The first word of verify is the certificate. In `help check FILE.ts` the words behind help are the call.
  const { words } = sorted(args);
  return words.slice(command === "verify" ? 1 : 0).some(isFileName);
}

/** Whether a switch is given. */
export function hasSwitch([, ...args]: readonly string[], name: string): boolean {
  return sorted(args).switches.has(name);
}

/** Whether a word names a file: ids have neither dots nor slashes. */
export function isFileName(word: string): boolean {
  return /[./\\]/.test(word);
}

function sorted(args: readonly string[]): { readonly words: string[]; readonly switches: ReadonlySet<string> } {
  const words: string[] = [];
  const switches = new Set<string>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "--") {
      words.push(...args.slice(at + 1));
      break;
    }
    const [, name, value] = /^--([^=]+)(=.*)?$/s.exec(arg) ?? [];
    if (name === undefined) {
      if (!arg.startsWith("-")) words.push(arg);
    } else if (SWITCHES.has(name)) switches.add(name);
    else if (value === undefined) at++;
  }
  return { words, switches };
}
