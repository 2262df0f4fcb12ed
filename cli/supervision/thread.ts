import fs from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import threads, { type MessagePort } from "node:worker_threads";
import { syncBuiltinESMExports } from "node:module";
import { shareCurrentCall } from "../../checker/language/current-call.ts";
import { main } from "../main.ts";
import { isInstalled, placeOfCaller } from "./caller.ts";
import { Cell, type Interrupt, type News, type ThreadSetup } from "./protocol.ts";

/**
 * Runs a command in a separate thread, because it runs user code: see `supervised`. Only the main thread writes, handles
 * signals and ends the program.
 */
export async function runInThread(): Promise<void> {
  const { args, port, cells: shared, isTTY } = threads.workerData as ThreadSetup;
  forgetPort();
  const cells = new Int32Array(shared);
  const post = (news: News): void => port.postMessage(news);
  shareCurrentCall(cells, (number, name) => post({ kind: "name", number, name }));
  const flushed = flusher();
  reportExits(post);
  reportReads((path) => post({ kind: "file", path }));
  const sink = (stream: "stdout" | "stderr") => ({
    isTTY: isTTY[stream],
    get columns() {
      return Atomics.load(cells, Cell.columns);
    },
    write: (text: string) => post({ kind: "write", stream, text }),
  });
  const status = await main(args, {
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    env: process.env,
    onInterrupt: (listener) => whenInterrupted(port, cells, listener),
  });
  await flushed();
  post({ kind: "done", status });
}

/** Hides the port from the model, which must not post messages in the checker's name. */
function forgetPort(): void {
  Object.assign(threads, { workerData: null, parentPort: null });
  syncBuiltinESMExports();
}

/** Flushes the model's output; a model may have replaced functions of the streams. */
function flusher(): () => Promise<unknown> {
  const writes = [process.stdout, process.stderr].map((stream) => {
    // It may also have closed them, which loses only its own output.
    stream.on("error", () => {});
    return stream.write.bind(stream);
  });
  return () => Promise.all(writes.map((write) => new Promise<void>((done) => write("", () => done()))));
}

/** Reports the reason before a thread exits, because the exit itself has none. */
function reportExits(post: (news: News) => void): void {
  for (const name of ["exit", "reallyExit"] as const) {
    const real = Reflect.get(process, name) as (status?: number) => never;
    Reflect.set(process, name, (status?: number): never => {
      post({ kind: "exit", call: `process.${name}(${status ?? ""})`, where: placeOfCaller() });
      return Reflect.apply(real, process, [status]);
    });
  }
}

/** Reports the files that the model reads, for `--watch`. The loader and models read synchronously. */
function reportReads(read: (path: string) => void): void {
  const real = fs.readFileSync;
  const reported = new Set<string>();
  const readFileSync = (...given: Parameters<typeof real>): ReturnType<typeof real> => {
    const [file] = given;
    const path = typeof file === "string" ? resolve(file) : file instanceof URL ? fileURLToPath(file) : undefined;
    if (path !== undefined && !isInstalled(path) && !reported.has(path)) {
      reported.add(path);
      read(path);
    }
    return real(...given);
  };
  Object.assign(fs, { readFileSync });
  syncBuiltinESMExports();
}

function whenInterrupted(port: MessagePort, cells: Int32Array, listener: () => void): () => void {
  const heard = (message: Interrupt): void => {
    if (message === "interrupt") listener();
  };
  port.on("message", heard);
  // The listener must not keep the thread alive: a command that waits for ever has to end.
  port.unref();
  Atomics.add(cells, Cell.listeners, 1);
  return () => {
    port.off("message", heard);
    Atomics.sub(cells, Cell.listeners, 1);
  };
}
