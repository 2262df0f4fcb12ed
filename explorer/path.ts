import type { Path } from "./wire.ts";

/** The longest run that the page shows, in steps. */
export const MAX_RUN_STEPS = 100_000;

/**
 * A run as a part of an address: the initial state, then the instances, each with how often it is taken in a row, such as
 * `0-3.7x2.1`.
 */
export function pathText({ initial, instances }: Path): string {
  const parts: string[] = [];
  for (let at = 0; at < instances.length;) {
    const instance = instances[at];
    let end = at + 1;
    while (instances[end] === instance) end++;
    parts.push(end - at === 1 ? `${instance}` : `${instance}x${end - at}`);
    at = end;
  }
  return parts.length === 0 ? `${initial}` : `${initial}-${parts.join(".")}`;
}

/** The run that a text stands for; undefined where it stands for none, or for one that is too long. */
export function pathOfText(text: string): Path | undefined {
  const [, initial = "", steps] = /^(\d{1,9})(?:-(\d{1,9}(?:x\d{1,6})?(?:\.\d{1,9}(?:x\d{1,6})?)*))?$/.exec(text) ?? [];
  if (initial === "") return undefined;
  const instances: number[] = [];
  for (const part of steps?.split(".") ?? []) {
    const [instance, times = 1] = part.split("x").map(Number) as [number, number?];
    if (instances.length + times > MAX_RUN_STEPS) return undefined;
    for (let time = 0; time < times; time++) instances.push(instance);
  }
  return { initial: Number(initial), instances };
}

/** Number of steps that two runs have in common; -1 where they begin in different states. */
export function commonSteps(one: Path, other: Path): number {
  if (one.initial !== other.initial) return -1;
  const length = Math.min(one.instances.length, other.instances.length);
  for (let at = 0; at < length; at++) if (one.instances[at] !== other.instances[at]) return at;
  return length;
}
