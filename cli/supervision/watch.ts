import { unwatchFile, watchFile } from "node:fs";
import { basename } from "node:path";
import { onSignal } from "../interrupts.ts";
import { supervised, type Supervision } from "./supervisor.ts";
import { hasSwitch } from "../arguments/user-file.ts";

/** Polling interval; polling also notices an editor that saves by renaming. */
const POLL_MS = 200;
/** Delay after a change: editors and git write several files in turn. */
const SETTLE_MS = 100;

/** Commands that have the option `--watch`. */
const WATCHING: ReadonlySet<string> = new Set(["check", "simulate", "inspect"]);

/**
 * Runs a command that loads a user's file; with `--watch` again whenever this file, or one that it reads while loading,
 * changes, until a signal arrives.
 *
 * @returns the exit status, with `--watch` that of the last run
 */
export async function runSupervised(args: readonly string[], supervision: Supervision): Promise<number> {
  const repeats = WATCHING.has(args[0] ?? "") && hasSwitch(args, "watch") && !hasSwitch(args, "help");
  for (;;) {
    const { status, files } = await supervised(args, supervision);
    // If nothing was loaded, the call is wrong, and no change of a file repairs it.
    if (!repeats || files.length === 0) return status;
    const [first, ...others] = files as [string, ...string[]];
    const count = others.length === 0 ? "" : ` and ${others.length} more that it reads`;
    supervision.stderr.write(`irqproof: watching ${basename(first)}${count}; Ctrl-C ends\n`);
    const changed = await change(files);
    if (changed === undefined) return status;
    supervision.stderr.write(`irqproof: ${basename(changed)} has changed\n`);
  }
}

/** The first of several files that changes; undefined when a signal arrives before. */
async function change(files: readonly string[]): Promise<string | undefined> {
  let release = (): void => {};
  const changed = await new Promise<string | undefined>((settle) => {
    release = onSignal(() => settle(undefined));
    for (const file of files) {
      watchFile(file, { interval: POLL_MS }, (now, before) => {
        if (now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino) settle(file);
      });
    }
  });
  release();
  for (const file of files) unwatchFile(file);
  if (changed !== undefined) await new Promise((settled) => setTimeout(settled, SETTLE_MS));
  return changed;
}
