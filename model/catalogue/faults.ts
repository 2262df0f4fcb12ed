import { lossIds, type EntryParameters, type PropertyId } from "../entry.ts";

export const nothing = (): readonly PropertyId[] => [];
/** What a move violates that lets the device use a pair at which nobody looks, whether or not an event is lost by it. */
export const unseenPair = ["target-live-in-move", "check-covers"] as const satisfies readonly PropertyId[];

/** The same where both words change between two reads back. */
export const tornPair = [...unseenPair, "one-word-per-write"] as const satisfies readonly PropertyId[];

export const always = (): boolean => true;
export const never = (): boolean => false;

/** An event of the running interrupt's own device is covered by the handler that is yet to run, if service counts. */
export const exceptForService = ({ coverage }: EntryParameters): boolean => coverage !== "service";
export const losesExceptForService = (parameters: EntryParameters, ...others: PropertyId[]): PropertyId[] =>
  exceptForService(parameters) ? [...lossIds, ...others] : others;

export const manyMoves = ({ moves }: EntryParameters): boolean => moves === "unbounded" || moves > 1;

/**
 * Whether a message that comes to its vector after the cleanup, or while it is freed, is an event's last trace. After
 * one move it is so only where each occurrence counts: the interrupt that let the cleanup begin has covered the event.
 * A second move may be given a vector that an old message is on its way to; dispatched before the device is
 * rewritten, it lets the cleanup begin without having covered what the device sends to the old target afterwards.
 */
export const losesBehindCleanup = (parameters: EntryParameters): boolean =>
  parameters.coverage === "occurrence" || (parameters.coverage === "dispatch" && manyMoves(parameters));

/**
 * The same of a device that is masked before the vector of a move is allocated. A second move may be given a vector that an
 * old message is on its way to, as with the others; but from the allocation to the last write the device sends nothing, so
 * there is nothing at the old target that the early cleanup could take away.
 */
export const losesBehindCleanupMasked = ({ coverage }: EntryParameters): boolean => coverage === "occurrence";
