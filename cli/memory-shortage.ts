import { messageOf } from "../checker/errors.ts";

/** Messages of V8 when the system refuses more memory or address space. */
const SHORTAGE =
  /could not allocate memory|allocation failed|out of memory|failed to grow|maximum memory size exceeded/i;

/**
 * A sentence for an error that reports a lack of memory, such as under `ulimit -v`; undefined for any other error.
 */
export function memoryShortage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !SHORTAGE.test(error.message)) return undefined;
  const isAddresses = error.message.includes("WebAssembly");
  const advice = isAddresses
    ? "each memory of the compiled engine reserves 10 GB of address space: raise the limit (ulimit -v), or use --engine direct"
    : "raise the limit, or give a smaller --max-memory";
  return `not enough memory (${messageOf(error)}): ${advice}`;
}
