import { lossIds, type EntryParameters, type PropertyId } from "../entry.ts";

export const nothing = (): readonly PropertyId[] => [];
/** Violations of a move with an intermediate target that is not checked, whether or not an event is lost there. */
export const unseenPair = ["target-live-in-move", "check-covers"] as const satisfies readonly PropertyId[];

/** The same where both words change between two read-backs. */
export const tornPair = [...unseenPair, "one-word-per-write"] as const satisfies readonly PropertyId[];

export const always = (): boolean => true;
export const never = (): boolean => false;

/** With coverage "service", an event of the interrupt in progress is covered by its handler that has yet to run. */
export const exceptForService = ({ coverage }: EntryParameters): boolean => coverage !== "service";
export const losesExceptForService = (parameters: EntryParameters, ...others: PropertyId[]): PropertyId[] =>
  exceptForService(parameters) ? [...lossIds, ...others] : others;

export const manyMoves = ({ moves }: EntryParameters): boolean => moves === "unbounded" || moves > 1;

/**
 * Whether a message that reaches its vector during or after the cleanup is the last trace of an event. After one move
 * only with coverage "occurrence": otherwise the interrupt that started the cleanup has covered the event. A second
 * move may allocate a vector that an old message is in flight to; dispatched before the device is rewritten, that
 * message starts the cleanup without covering what the device sends to the old target afterwards.
 */
export const losesBehindCleanup = (parameters: EntryParameters): boolean =>
  parameters.coverage === "occurrence" || (parameters.coverage === "dispatch" && manyMoves(parameters));

/**
 * The same of a device that is masked before the vector of a move is allocated. A second move may be given a vector that an
 * old message is on its way to, as with the others; but from the allocation to the last write the device sends nothing, so
 * there is nothing at the old target that the early cleanup could take away.
 */
export const losesBehindCleanupMasked = ({ coverage }: EntryParameters): boolean => coverage === "occurrence";
