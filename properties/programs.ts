import { controllerOf, type InterruptSystem } from "../model/index.ts";

/** Whether a move checks the intermediate target for messages. */
export function checksIntermediate({ program }: InterruptSystem): boolean {
  return program.some(({ checks }) => checks === true);
}

/** Whether a move writes address and data in separate steps that take effect at once. */
export function pairIsWritten({ system }: InterruptSystem): boolean {
  const { routes, changesMessageAtOnce } = controllerOf(system);
  return !routes && changesMessageAtOnce !== true && system.remapping === null && !system.postsWrites;
}
