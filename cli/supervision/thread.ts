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
 * Runs a command in a thread of its own, because it runs code of the user's: see `supervised`. The main thread alone
 * writes, hears signals and ends the program.
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

/** A model cannot speak for the checker: nothing that it can import leads to the port. */
function forgetPort(): void {
  Object.assign(threads, { workerData: null, parentPort: null });
  syncBuiltinESMExports();
}

/** Waits until what the model has printed is on its way; a model may have put functions of its own into the streams. */
function flusher(): () => Promise<unknown> {
  const writes = [process.stdout, process.stderr].map((stream) => {
    // It may also have closed them, which only its own output misses.
    stream.on("error", () => {});
    return stream.write.bind(stream);
  });
  return () => Promise.all(writes.map((write) => new Promise<void>((done) => write("", () => done()))));
}

/** A thread that is to end says nothing of why. */
function reportExits(post: (news: News) => void): void {
  for (const name of ["exit", "reallyExit"] as const) {
    const real = Reflect.get(process, name) as (status?: number) => never;
    Reflect.set(process, name, (status?: number): never => {
      post({ kind: "exit", call: `process.${name}(${status ?? ""})`, where: placeOfCaller() });
      return Reflect.apply(real, process, [status]);
    });
  }
}

/** Code and data that the model reads are files that `--watch` looks at. The loader reads synchronously, as models do. */
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
  // To listen is no reason to stay: a command that waits for something else that never comes has to end.
  port.unref();
  Atomics.add(cells, Cell.listeners, 1);
  return () => {
    port.off("message", heard);
    Atomics.sub(cells, Cell.listeners, 1);
  };
}
