/** Impure functions that a recipe must not call, with their names in errors. */
const FORBIDDEN: readonly (readonly [owner: object, name: string, text: string])[] = [
  [Math, "random", "Math.random"],
  [Date, "now", "Date.now"],
  [performance, "now", "performance.now"],
  [crypto, "getRandomValues", "crypto.getRandomValues"],
  [crypto, "randomUUID", "crypto.randomUUID"],
];

/** Called with the name of what was used; undefined while no call is watched. */
let watcher: ((name: string) => void) | undefined;
let isReady = false;

/**
 * Runs `work` while random numbers and clocks are watched.
 *
 * @param found called with the name of what was used; the use itself throws
 */
export function watchingPurity<Result>(found: (name: string) => void, work: () => Result): Result {
  const before = watcher;
  watcher = found;
  try {
    return readyToWatch(work);
  } finally {
    watcher = before;
  }
}

/**
 * Runs `work`, in which watching many times costs next to nothing: to put watched functions into their places, and
 * the real ones back, takes longer than most recipes. In between they do what the real ones do.
 */
export function readyToWatch<Result>(work: () => Result): Result {
  if (isReady) return work();
  const restore: (() => void)[] = [];
  const replace = (owner: object, name: string, made: (before: unknown) => unknown): void => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    const real: unknown = Reflect.get(owner, name);
    restore.push(() => {
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    });
    Object.defineProperty(owner, name, { value: made(real), configurable: true, writable: true });
  };
  isReady = true;
  try {
    for (const [owner, name, text] of FORBIDDEN) {
      replace(owner, name, (real) => (...given: unknown[]) => {
        refuseWatched(text);
        return Reflect.apply(real as () => unknown, owner, given);
      });
    }
    replace(globalThis, "Date", () => watchedDate(Date));
    return work();
  } finally {
    isReady = false;
    for (const undo of restore.toReversed()) undo();
  }
}

/** The real constructor, except for the current time. */
function watchedDate(real: DateConstructor): DateConstructor {
  return new Proxy(real, {
    construct: (target, given, maker) => {
      if (given.length === 0) refuseWatched("new Date()");
      return Reflect.construct(target, given, maker) as object;
    },
    apply: () => {
      refuseWatched("Date()");
      return real();
    },
  });
}

/** @throws Error while calls are watched */
function refuseWatched(text: string): void {
  if (watcher === undefined) return;
  watcher(text);
  throw new Error(`${text} was used`);
}
