import type { StopReason } from "./search/exploration.ts";

/** Why a check ended before the end of the state space. */
export type Stopped = StopReason | { readonly kind: "time" };

/** The reason of an abort: a time limit (`AbortSignal.timeout`), or an interruption. */
export function abortReason(signal: AbortSignal | undefined): { readonly kind: "aborted" } | { readonly kind: "time" } {
  const reason: unknown = signal?.reason;
  return { kind: reason instanceof DOMException && reason.name === "TimeoutError" ? "time" : "aborted" };
}

/** Whether a check was ended from outside: then what would come next is not begun. */
export function isEndedFromOutside(stopped: Stopped | undefined): boolean {
  return stopped?.kind === "aborted" || stopped?.kind === "time";
}

/** Why a search was stopped, as a clause. */
export function stopText(reason: Stopped): string {
  switch (reason.kind) {
    case "states":
      return `the bound of ${reason.limit} states was reached`;
    case "memory":
      return `the bound of ${reason.limit} bytes of memory was reached`;
    case "time":
      return "the time limit was reached";
    case "aborted":
      return "interrupted";
    case "violation":
      return "the first violation was found";
    case "error":
      return "the model has an error, and the states after it are unknown";
    case "decided":
      return "all selected properties are decided";
  }
}
