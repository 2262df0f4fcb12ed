/** Functions whose results depend on more than their arguments, with how a report calls them. */
const IMPURE = new Map<unknown, string>([
  [Math.random, "Math.random"],
  [Date, "Date"],
  [Date.now, "Date.now"],
  [performance.now, "performance.now"],
  [crypto.getRandomValues, "crypto.getRandomValues"],
  [crypto.randomUUID, "crypto.randomUUID"],
  [process.hrtime, "process.hrtime"],
  [process.hrtime.bigint, "process.hrtime"],
  [process.uptime, "process.uptime"],
  [process.cpuUsage, "process.cpuUsage"],
  [process.memoryUsage, "process.memoryUsage"],
  [process.cwd, "process.cwd"],
  [setTimeout, "setTimeout"],
  [setInterval, "setInterval"],
  [setImmediate, "setImmediate"],
  [queueMicrotask, "queueMicrotask"],
  [fetch, "fetch"],
]);

/** Objects of which nothing may be asked. */
const OUTSIDE = new Map<unknown, string>([
  [process.env, "the environment"],
  [process.argv, "the command line"],
]);

/** Console output is no input: it changes nothing that a model can see, but a search does not run a function once. */
const OUTPUT = new Set<unknown>(Object.values(console));

/** What a function, or a property of an object, depends on beside its arguments; undefined where it is not known to. */
export function impurityOf(thing: unknown, property?: string): string | undefined {
  if (property !== undefined) return thing === process && property === "pid" ? "process.pid" : OUTSIDE.get(thing);
  return IMPURE.get(thing) ?? (OUTPUT.has(thing) ? "the console" : undefined);
}
