import type { Call, Options } from "./arguments/call.ts";
import type { Terminal } from "./output/terminal.ts";

/** A command of irqproof. */
export interface Command {
  /** Arguments of the command, one line for each way to call it. */
  readonly usage: readonly string[];
  /** Description, in paragraphs. */
  readonly about: readonly string[];
  readonly options: Options;
  /** Whether the parameters of a model are also options. */
  readonly parameters: boolean;
  /**
   * @returns the exit status
   * @throws ModelError when the call or the model is wrong
   */
  run(call: Call, terminal: Terminal): Promise<number>;
}
