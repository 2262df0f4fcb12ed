import { guestLog } from "../parse/guest.ts";
import { Counts } from "../parse/lines.ts";
import { GuestFlow } from "./guest-flow.ts";
import { GuestMoves, type GuestSums, type GuestWrite } from "./guest-moves.ts";
import type { NextWrites } from "./pairing.ts";

/** Sums over a whole trace, read once, and checked for consistency. */
export async function guestSums(
  file: string,
  unused: Counts,
  complain: (line: number, what: string) => void,
  onLines?: (lines: number) => void,
): Promise<GuestSums> {
  const moves = new GuestMoves(() => {});
  const flow = new GuestFlow(complain);
  for await (const batch of guestLog(file, unused, onLines)) {
    for (const line of batch) {
      moves.push(line);
      flow.push(line);
    }
  }
  moves.flush();
  return moves.result();
}

/** The rewrites of a trace, in order, as far as they are asked for. */
export function guestWrites(file: string): { readonly next: NextWrites; readonly close: () => Promise<void> } {
  const source = writesOf(file);
  return {
    async next() {
      const { done, value } = await source.next();
      return done === true ? undefined : value;
    },
    async close() {
      await source.return(undefined);
    },
  };
}

async function* writesOf(file: string): AsyncGenerator<readonly GuestWrite[]> {
  let found: GuestWrite[] = [];
  const moves = new GuestMoves((write) => found.push(write));
  for await (const batch of guestLog(file, new Counts())) {
    for (const line of batch) moves.push(line);
    if (found.length > 0) yield found;
    found = [];
  }
  moves.flush();
}
