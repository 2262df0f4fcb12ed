import type { Flaw } from "./report.ts";

/** At most this many flaws are reported individually; the rest are only counted. */
const MAX_REPORTED_FLAWS = 20;

/** Reports a flaw of a line. */
export type Complain = (line: number, what: string) => void;

/** Keeps the first flaws and counts all. */
export class Flaws {
  readonly all: Flaw[] = [];
  count = 0;

  on(side: Flaw["side"]): Complain {
    return (line, what) => {
      this.count++;
      if (this.all.length < MAX_REPORTED_FLAWS) this.all.push({ side, line, what });
    };
  }
}
