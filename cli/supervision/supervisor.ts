import { getHeapStatistics } from "node:v8";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { messageOf } from "../../checker/errors.ts";
import { oneLine } from "../../checker/plain-text.ts";
import { SIGNALS } from "../interrupts.ts";
import { hasAddresses } from "./addresses.ts";
import { isOwn, placeIn } from "./caller.ts";
import { CallWatch } from "./call-watch.ts";
import { Cell, type Interrupt, type News, type ThreadSetup } from "./protocol.ts";

/** Exit statuses that no command returns. */
const WRONG = 2;
const INCONCLUSIVE = 3;
const FAULT = 70;

/** Signals other than Ctrl-C arrive once: if the current call takes longer than this afterwards, the program ends. */
const PATIENCE_MS = 5_000;

/** Environment of a supervised command. */
export interface Supervision {
  /** The script of the thread. */
  readonly script: URL;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Exit status of a command, and the files that it loaded. */
export interface Ended {
  readonly status: number;
  readonly files: readonly string[];
}

/**
 * Runs a command that loads a user's file in a thread. The file's code cannot end the program, set its exit status,
 * write to standard output, or keep the program from ending; a function that does not return is reported. The remaining
 * possibilities are documented in docs/running.md.
 */
export async function supervised(args: readonly string[], { script, stdout, stderr }: Supervision): Promise<Ended> {
  const { port1: port, port2 } = new MessageChannel();
  const cells = new Int32Array(new SharedArrayBuffer(4 * Cell.count));
  const isTTY = { stdout: stdout.isTTY === true, stderr: stderr.isTTY === true };
  const setup: ThreadSetup = { args, port: port2, cells: cells.buffer, isTTY };
  const files = new Set<string>();
  let exit: (News & { readonly kind: "exit" }) | undefined;

  const complain = (text: string): void => {
    // The progress line belongs to the thread, which prints it again with the next progress.
    stderr.write(`${isTTY.stderr ? "\r\u001b[2K" : ""}irqproof: ${oneLine(text)}\n`);
  };
  const refused = (text: string): Ended => {
    complain(text);
    return { status: INCONCLUSIVE, files: [] };
  };
  if (!hasAddresses()) {
    return refused("the address space is too small for the thread of a model's file: raise the limit (ulimit -v)");
  }
  let thread: Worker;
  try {
    thread = startThread(script, setup);
  } catch (error) {
    return refused(`cannot start a thread for the model: ${messageOf(error)}`);
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
  // Output of a model must not appear in a report.
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
    /** Messages that the thread posted before it ended may still arrive. */
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

/** Calls `heard` on each signal, with a function that ends the program by that signal. */
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

/** Exit status and message for a thread that ended with an error. */
function failureOf(error: NodeJS.ErrnoException, current: string | undefined): [status: number, text: string] {
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    const limit = `the heap limit of ${Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20)} MB is reached`;
    const more = "NODE_OPTIONS=--max-old-space-size=8192 allows 8 GB";
    return current === undefined
      ? [INCONCLUSIVE, `out of memory: ${limit}; ${more}`]
      : [WRONG, `out of memory in ${current}: ${limit}; does it allocate without bound? ${more}`];
  }
  if (error.code === "ERR_WORKER_INIT_FAILED") {
    return [INCONCLUSIVE, `cannot start a thread for the model: ${messageOf(error)}`];
  }
  const { stack = "" } = error;
  const where = placeIn(stack, isOwn);
  if (where === undefined && placeIn(stack, () => false) !== undefined) {
    return [FAULT, `internal error: ${stack}; this is a fault in irqproof, not in the model: please report it`];
  }
  const at = where === undefined ? "" : ` (${where})`;
  return [WRONG, `uncaught error in the model's file: ${messageOf(error)}${at}`];
}

/** Exit status and message for a thread that ended before its command. */
function endOf(
  exit: { readonly call: string; readonly where: string | undefined } | undefined,
  current: string | undefined,
): [status: number, text: string] {
  if (exit !== undefined) {
    const who = exit.where ?? current ?? "the model";
    return [WRONG, `${who} calls ${exit.call}: a model must not end the program`];
  }
  if (current !== undefined) return [WRONG, `${current} waits forever: is there a pending await?`];
  return [FAULT, "internal error: the command ended without a status; please report it"];
}
