import { messageOf, ModelError } from "../errors.ts";
import { ascii } from "../plain-text.ts";
import { isEqual, shortText } from "./values.ts";

const MAX_VALUE_LENGTH = 200;

/** A value of the system's as a failure shows it: on one line, in printable ASCII. */
export function shown(value: unknown): string {
  const text = ascii(shortText(value));
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH - 3)}...` : text;
}

/**
 * Whether a state has the parts that were observed: of a record the fields that are there, of a list every element,
 * of anything else the whole value.
 *
 * @param where the beginning of a sentence about what was observed
 * @throws ModelError where the state can have no such part, which is a mistake and no finding
 */
export function hasPart(state: unknown, observed: unknown, where: string): boolean {
  if (Array.isArray(observed) && Array.isArray(state)) {
    return observed.length === state.length && observed.every((part, index) => hasPart(state[index], part, where));
  }
  if (isPlain(observed) && isPlain(state)) {
    return Object.entries(observed).every(([name, part]) => {
      if (!Object.hasOwn(state, name)) {
        throw new ModelError(
          `${where} has a part ${name}, which the state does not have: ${shown(Object.keys(state))}`,
        );
      }
      return hasPart(state[name], part, where);
    });
  }
  return isEqual(state, observed);
}

/** The parts of a state that stand beside those that were observed. */
export function partOfState(state: unknown, observed: unknown): unknown {
  if (Array.isArray(observed) && Array.isArray(state)) {
    return state.map((part, index) => (index < observed.length ? partOfState(part, observed[index]) : part));
  }
  if (isPlain(observed) && isPlain(state)) {
    return Object.fromEntries(Object.entries(observed).map(([name, part]) => [name, partOfState(state[name], part)]));
  }
  return state;
}

/**
 * The result of a function of the test's own, which is no part of the system.
 *
 * @throws ModelError when it throws
 */
export function callOfUser<Result>(what: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw new ModelError(`conform: ${what} threw: ${messageOf(error)}`, { cause: error });
  }
}

/** @throws ModelError where nothing was observed, so that every state would fit */
export function requireObservation(observed: unknown, where: string): void {
  if (observed === undefined) throw new ModelError(`${where} is undefined; is a return missing?`);
  if (isPlain(observed) && Object.keys(observed).length === 0) {
    throw new ModelError(`${where} is {}, which every state fits; give at least one part of the state`);
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
