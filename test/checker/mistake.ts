import { ModelError } from "irqproof/checker";

/** The sentence of a mistake that the modeller can mend, from a call or a promise. */
export async function mistake(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
  return "no mistake";
}
