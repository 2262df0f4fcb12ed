import { getHeapStatistics } from "node:v8";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { messageOf } from "../../checker/errors.ts";
import { oneLine } from "../../checker/plain-text.ts";
import { SIGNALS } from "../interrupts.ts";
import { hasAddresses } from "./addresses.ts";
import { isOwn, placeIn } from "./caller.ts";
import { CallWatch } from "./call-watch.ts";
import { Cell, type Interrupt, type News, type ThreadSetup } from "./protocol.ts";

/** Exit statuses that do not come from a command: see the table in README.md. */
const WRONG = 2;
const INCONCLUSIVE = 3;
const FAULT = 70;

/** Signals other than Ctrl-C come once: if such a one meets a call that takes longer than this, it ends the program. */
const PATIENCE_MS = 5_000;

/** Where a supervised command is run. */
export interface Supervision {
  /** The script of the thread. */
  readonly script: URL;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** How a command has ended, and the files that it has loaded. */
export interface Ended {
  readonly status: number;
  readonly files: readonly string[];
}

/**
 * Runs a command that loads a file of the user's in a thread. The file's code cannot end the program, set its exit
 * status, write to standard output, or keep the program from ending; one of its functions that does not return is named.
 * What is left to it is documented in docs/running.md.
 */
export async function supervised(args: readonly string[], { script, stdout, stderr }: Supervision): Promise<Ended> {
  const { port1: port, port2 } = new MessageChannel();
  const cells = new Int32Array(new SharedArrayBuffer(4 * Cell.count));
  const isTTY = { stdout: stdout.isTTY === true, stderr: stderr.isTTY === true };
  const setup: ThreadSetup = { args, port: port2, cells: cells.buffer, isTTY };
  const files = new Set<string>();
  let exit: (News & { readonly kind: "exit" }) | undefined;

  const complain = (text: string): void => {
    // The progress line is the thread's; it comes back with the next progress.
    stderr.write(`${isTTY.stderr ? "\r\u001b[2K" : ""}irqproof: ${oneLine(text)}\n`);
  };
  const refused = (text: string): Ended => {
    complain(text);
    return { status: INCONCLUSIVE, files: [] };
  };
  if (!hasAddresses()) {
    return refused(
      "the address space is too small for the thread in which a model's file runs: allow more (ulimit -v)",
    );
  }
  let thread: Worker;
  try {
    thread = startThread(script, setup);
  } catch (error) {
    return refused(`a thread for the model cannot be started: ${messageOf(error)}`);
  }
  const watch = new CallWatch(cells, complain);
  const resized = (): void => void Atomics.store(cells, Cell.columns, stderr.columns ?? 0);
  resized();
  stderr.on("resize", resized);
  const release = onSignals((signal, end) => {
    if (watch.interrupted || Atomics.load(cells, Cell.listeners) === 0) return end();
    port.postMessage("interrupt" satisfies Interrupt);
    watch.interrupt(signal === "SIGINT" ? undefined : { patience: PATIENCE_MS, end });
  });
  // What a model prints must not stand in a report.
  for (const stream of [thread.stdout, thread.stderr]) stream.on("data", (data: Uint8Array) => stderr.write(data));

  const status = await new Promise<number>((resolve) => {
    let isOpen = true;
    const end = (status: number, text?: string): void => {
      if (isOpen && text !== undefined) complain(text);
      isOpen = false;
      resolve(status);
    };
    const hear = (news: News): void => {
      switch (news.kind) {
        case "write":
          (news.stream === "stdout" ? stdout : stderr).write(news.text);
          return;
        case "name":
          return watch.name(news.number, news.name);
        case "file":
          return void files.add(news.path);
        case "exit":
          exit ??= news;
          return;
        case "done":
          return end(news.status);
      }
    };
    /** What the thread has posted before it ended may still be on its way. */
    const hearAll = (): void => {
      for (let last; (last = receiveMessageOnPort(port)) !== undefined;) hear(last.message as News);
    };
    port.on("message", hear);
    thread.on("error", (error: NodeJS.ErrnoException) => {
      hearAll();
      end(...failureOf(error, watch.current));
    });
    thread.on("exit", () => {
      hearAll();
      end(...endOf(exit, watch.current));
    });
  });
  release();
  watch.end();
  stderr.off("resize", resized);
  await thread.terminate();
  port.close();
  return { status, files: [...files] };
}

/** The thread may use as much memory as the program could without one. */
function startThread(script: URL, setup: ThreadSetup): Worker {
  const limit = Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20);
  return new Worker(script, {
    workerData: setup,
    transferList: [setup.port],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: limit },
  });
}

/** Calls `heard` on each signal, with what ends the program by it as if it had not been heard. */
function onSignals(heard: (signal: NodeJS.Signals, end: () => void) => void): () => void {
  const release = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, on);
  };
  const on = (signal: NodeJS.Signals): void =>
    heard(signal, () => {
      release();
      process.kill(process.pid, signal);
    });
  for (const signal of SIGNALS) process.on(signal, on);
  return release;
}

/** Exit status and sentence for a thread that an error has ended. */
function failureOf(error: NodeJS.ErrnoException, current: string | undefined): [status: number, text: string] {
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    const limit = `the heap limit of ${Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20)} MB is reached`;
    const more = "NODE_OPTIONS=--max-old-space-size=8192 allows 8 GB";
    return current === undefined
      ? [INCONCLUSIVE, `out of memory: ${limit}; ${more}`]
      : [WRONG, `out of memory in ${current}: ${limit}; does it allocate without end? ${more}`];
  }
  if (error.code === "ERR_WORKER_INIT_FAILED") {
    return [INCONCLUSIVE, `a thread for the model cannot be started: ${messageOf(error)}`];
  }
  const { stack = "" } = error;
  const where = placeIn(stack, isOwn);
  if (where === undefined && placeIn(stack, () => false) !== undefined) {
    return [FAULT, `internal error: ${stack}; this is a fault in irqproof, not in the model: please report it`];
  }
  const at = where === undefined ? "" : ` (${where})`;
  return [WRONG, `an error that the model's file does not catch: ${messageOf(error)}${at}`];
}

/** Exit status and sentence for a thread that has ended before its command. */
function endOf(
  exit: { readonly call: string; readonly where: string | undefined } | undefined,
  current: string | undefined,
): [status: number, text: string] {
  if (exit !== undefined) {
    const who = exit.where ?? current ?? "the model";
    return [WRONG, `${who} calls ${exit.call}: a model must not end the program`];
  }
  if (current !== undefined)
    return [WRONG, `${current} waits for something that never comes: is there a pending await?`];
  return [FAULT, "internal error: the command has ended without a status; please report it"];
}
