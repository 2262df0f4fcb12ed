import type { Call, Options } from "./arguments/call.ts";
import type { Terminal } from "./output/terminal.ts";

/** A command of irqproof. */
export interface Command {
  /** What may stand behind the command's name, one line for each way to call it. */
  readonly usage: readonly string[];
  /** What it does, in paragraphs. */
  readonly about: readonly string[];
  readonly options: Options;
  /** Whether a model's parameters are options too. */
  readonly parameters: boolean;
  /**
   * @returns the exit status
   * @throws ModelError when the call or the model is wrong
   */
  run(call: Call, terminal: Terminal): Promise<number>;
}
