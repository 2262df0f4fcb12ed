import { ascii } from "../plain-text.ts";
import type { Narrator, Trace } from "./trace.ts";

/**
 * The actors with a column: those that the model names, in its order, then the others, sorted by name and by the numbers in
 * it. So two charts of one model never disagree about the order.
 */
export function actorsOf<S>(model: Pick<Narrator<S>, "actors">, { steps }: Pick<Trace<S>, "steps">): string[] {
  const named = model.actors.map(plain);
  const acting = new Set(steps.slice(1).map(({ actor }) => plain(actor)));
  const others = [...acting].filter((name) => !named.includes(name)).sort(byNumber);
  return [...new Set([...named, ...others])];
}

/** An actor's name as it is printed. */
export function plain(actor: string): string {
  return ascii(actor).trim();
}

/** `P2` before `P10`; otherwise by characters. */
function byNumber(one: string, other: string): number {
  const [left, right] = [one, other].map((name) => name.split(/(\d+)/)) as [string[], string[]];
  for (const [index, part] of left.entries()) {
    const against = right[index];
    if (against === undefined) return 1;
    if (part === against) continue;
    // Odd places have the digits.
    const difference = index % 2 === 1 ? Number(part) - Number(against) : 0;
    return difference === 0 ? (part < against ? -1 : 1) : difference;
  }
  return left.length - right.length;
}
