import { messageOf } from "../checker/errors.ts";

/** What V8 throws where the system gives no more memory, or no more addresses. */
const SHORTAGE =
  /could not allocate memory|allocation failed|out of memory|failed to grow|maximum memory size exceeded/i;

/**
 * A sentence for an error that only says that memory cannot be had, such as under `ulimit -v`; undefined for any other
 * error.
 */
export function memoryShortage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !SHORTAGE.test(error.message)) return undefined;
  const isAddresses = error.message.includes("WebAssembly");
  const advice = isAddresses
    ? "each memory of the compiled engine takes 10 GB of addresses, so allow more (ulimit -v), or take --engine direct"
    : "allow more, or give a smaller --max-memory";
  return `the memory that is needed cannot be had (${messageOf(error)}): ${advice}`;
}
