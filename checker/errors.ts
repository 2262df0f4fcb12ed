/**
 * A mistake in a model, an option or a file: something its author can mend.
 *
 * The message is one sentence with what is wrong, where, and what would be right. The command line prints
 * it without a stack and exits with status 2.
 */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

/**
 * A contradiction inside the checker itself, such as a counterexample that does not replay. Never a verdict.
 */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** The message of anything that can be thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replace(/\s*\n\s*/g, " ").trim();
}
