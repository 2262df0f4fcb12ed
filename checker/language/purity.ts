/** What a recipe must not ask, with how an error calls it. */
const FORBIDDEN: readonly (readonly [owner: object, name: string, text: string])[] = [
  [Math, "random", "Math.random"],
  [Date, "now", "Date.now"],
  [performance, "now", "performance.now"],
  [crypto, "getRandomValues", "crypto.getRandomValues"],
  [crypto, "randomUUID", "crypto.randomUUID"],
];

/**
 * Runs `work` while random numbers and clocks are watched.
 *
 * @param found called with the name of what was used; the use itself throws
 */
export function watchingPurity<Result>(found: (name: string) => void, work: () => Result): Result {
  const restore: (() => void)[] = [];
  const replace = (owner: object, name: string, value: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    restore.push(() => {
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    });
    Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  };
  const refuse = (text: string): never => {
    found(text);
    throw new Error(`${text} was used`);
  };
  try {
    for (const [owner, name, text] of FORBIDDEN) replace(owner, name, () => refuse(text));
    const date = new Proxy(Date, {
      construct: (target, given) =>
        given.length === 0 ? refuse("new Date()") : Reflect.construct(target, given, target),
      apply: () => refuse("Date()"),
    });
    replace(globalThis, "Date", date);
    return work();
  } finally {
    for (const undo of restore.toReversed()) undo();
  }
}
