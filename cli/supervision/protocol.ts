import type { MessagePort } from "node:worker_threads";

/** Messages from the thread of a command to the main thread. */
export type News =
  | { readonly kind: "write"; readonly stream: "stdout" | "stderr"; readonly text: string }
  /** The name of a user's function; see `Cell.function`. */
  | { readonly kind: "name"; readonly number: number; readonly name: string }
  /** A loaded file: the user's own, or one of its imports. */
  | { readonly kind: "file"; readonly path: string }
  /** The model attempts to end the program. */
  | { readonly kind: "exit"; readonly call: string; readonly where: string | undefined }
  /** The command has ended; anything that the model left running is ignored. */
  | { readonly kind: "done"; readonly status: number };

/** The only message to the thread: end early, with a report. */
export type Interrupt = "interrupt";

/** Indices of the cells shared by both threads. */
export const Cell = {
  /** Number of the user's function that is running; 0 for none. */
  function: 0,
  /** Number of calls so far, modulo 2 ** 32; the same number means the same call. */
  calls: 1,
  /** Number of listeners for an interrupt; without one, a signal ends the program at once. */
  listeners: 2,
  /** Width of standard error in columns; 0 where it is unknown. */
  columns: 3,
  count: 4,
} as const;

/** Start data of the thread of a command. */
export interface ThreadSetup {
  readonly args: readonly string[];
  readonly port: MessagePort;
  readonly cells: SharedArrayBuffer;
  readonly isTTY: { readonly stdout: boolean; readonly stderr: boolean };
}
