import { createHash } from "node:crypto";
import { freemem } from "node:os";

/** Parts of Node that the library uses; in the browser build, `platform.browser.ts` stands in its place. */

/** Bytes of memory that this process may still take. */
export function availableMemory(): number {
  // On Linux both count memory that the system would free for others; the second respects the limits of a container.
  const { availableMemory: available } = process as { readonly availableMemory?: () => number };
  return Math.min(freemem(), available?.() ?? Infinity);
}

/** Seconds of processor time that this process has taken, in all threads. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Yields to timers, messages and signals. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The SHA-256 of a text in UTF-8, in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
