/** Options of any command that take no value. All others take one, including parameters of a model. */
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
  "next-sizes",
  "open",
  "protocol",
  "quiet",
  "stats",
  "strict",
  "types",
  "until-violation",
  "watch",
  "whole",
]);

/** Commands that load no user's file, or whose file arguments are not code. */
const WITHOUT_MODEL: ReadonlySet<string> = new Set(["tour", "list", "properties", "bugs", "replay", "new"]);

/**
 * Whether a call runs code of a user's file, judged by its arguments alone. The options of the commands are unknown
 * here: loading them takes longer than the start of the program.
 */
export function runsUserFile([command, ...args]: readonly string[]): boolean {
  if (command === undefined || WITHOUT_MODEL.has(command)) return false;
  // The first argument of verify is the certificate. In `help check FILE.ts` the call follows help.
  const { words } = sorted(args);
  return words.slice(command === "verify" ? 1 : 0).some(isFileName);
}

/** Whether a switch is given. */
export function hasSwitch([, ...args]: readonly string[], name: string): boolean {
  return sorted(args).switches.has(name);
}

/** Whether an argument names a file: ids have neither dots nor slashes. */
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
