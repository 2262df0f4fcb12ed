import type { MessagePort } from "node:worker_threads";

/** Messages from the thread of a command to the main thread. */
export type News =
  | { readonly kind: "write"; readonly stream: "stdout" | "stderr"; readonly text: string }
  /** The name of a function of the user's; see `Cell.function`. */
  | { readonly kind: "name"; readonly number: number; readonly name: string }
  /** A file that was loaded: the user's own, or one that it imports. */
  | { readonly kind: "file"; readonly path: string }
  /** The model ends the program. */
  | { readonly kind: "exit"; readonly call: string; readonly where: string | undefined }
  /** The command is done; what the model has left running does not matter. */
  | { readonly kind: "done"; readonly status: number };

/** The only message to the thread: the user wants the command to end early, with a report. */
export type Interrupt = "interrupt";

/** Places in the cells that both threads see. */
export const Cell = {
  /** Number of the user's function that is being called; 0 for none. */
  function: 0,
  /** Calls so far, modulo 2 ** 32: the same number means the same call. */
  calls: 1,
  /** Listeners for an interrupt: without one, a signal ends the program at once. */
  listeners: 2,
  /** Width of standard error in columns; 0 where it is unknown. */
  columns: 3,
  count: 4,
} as const;

/** What the thread of a command is started with. */
export interface ThreadSetup {
  readonly args: readonly string[];
  readonly port: MessagePort;
  readonly cells: SharedArrayBuffer;
  readonly isTTY: { readonly stdout: boolean; readonly stderr: boolean };
}
