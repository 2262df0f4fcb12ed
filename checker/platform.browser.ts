import { Sha256 } from "./sha256.ts";

/** Bytes that a search in a page may take: a page cannot find out how much memory there is. */
const ASSUMED_MEMORY_BYTES = 1.5e9;

/** As in `platform.ts`. */
export function availableMemory(): number {
  return ASSUMED_MEMORY_BYTES;
}

/** A page has no processor time; its threads are one, so the clock stands for it. */
export function processorSeconds(): number {
  return performance.now() / 1000;
}

/** As in `platform.ts`: a message to oneself, because timers of a page wait four milliseconds. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener(
      "message",
      () => {
        port1.close();
        resolve();
      },
      { once: true },
    );
    port1.start();
    port2.postMessage(undefined);
  });
}

/** As in `platform.ts`: the digest of a browser is asynchronous. */
export function sha256(text: string): string {
  return new Sha256().update(new TextEncoder().encode(text)).hex();
}
