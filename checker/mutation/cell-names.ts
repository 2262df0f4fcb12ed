import type { ActionInstance } from "../language/index.ts";
import { show } from "../schema/index.ts";

/** Patterns of one path beyond which only the path itself is looked at. */
const MAX_PATTERNS = 64;

/** The paths that an instance of an action reads or writes. */
export interface UsedPaths<S> {
  readonly instance: ActionInstance<S>;
  readonly paths: ReadonlySet<string>;
}

/**
 * Paths as the source of an action has them, with parameters in place of indices: `cpu[target].pending`. So the same part
 * of different instances has one name. An index is a parameter's if more instances use the path so than as it is; where
 * nothing fits as many of them as any index does, it is `*`.
 */
export class CellNames<S> {
  readonly #uses = new Map<string, number>();
  readonly #known = new Map<ActionInstance<S>, Map<string, string>>();

  /** @param used for each instance of one action */
  constructor(used: readonly UsedPaths<S>[]) {
    for (const { instance, paths } of used) {
      const patterns = new Set([...paths].flatMap((path) => patternsOf(path, instance)));
      for (const pattern of patterns) this.#uses.set(pattern, (this.#uses.get(pattern) ?? 0) + 1);
    }
  }

  of(instance: ActionInstance<S>, path: string): string {
    let names = this.#known.get(instance);
    if (names === undefined) this.#known.set(instance, (names = new Map()));
    let name = names.get(path);
    if (name === undefined) {
      const count = (pattern: string): number => this.#uses.get(pattern) ?? 0;
      // The patterns come in the order of preference, so the first of the most frequent is taken.
      const [first = path, ...others] = patternsOf(path, instance);
      name = others.reduce((best, pattern) => (count(pattern) > count(best) ? pattern : best), first);
      names.set(path, name);
    }
    return name;
  }
}

/** Names for a path, in the order of preference: with its indices, with parameters for them, with any index. */
function patternsOf<S>(path: string, { parameters }: ActionInstance<S>): string[] {
  const [head = "", ...parts] = path.split("[");
  let patterns = [head];
  for (const part of parts) {
    const end = part.indexOf("]");
    const [index, tail] = [part.slice(0, end), part.slice(end + 1)];
    const names = Object.entries(parameters).flatMap(([name, value]) => (show(value) === index ? [name] : []));
    const choices = [index, ...names, "*"];
    if (patterns.length * choices.length > MAX_PATTERNS) return [path];
    patterns = choices.flatMap((choice) => patterns.map((before) => `${before}[${choice}]${tail}`));
  }
  return patterns;
}
