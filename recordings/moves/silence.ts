import type { Hit } from "./move.ts";

/** A device that was silent after a message of its had gone astray. */
export interface Stall {
  readonly device: string;
  readonly move: number;
  readonly hit: Hit;
  readonly from: number;
  readonly to: number | null;
  /** Rewrites of its message meanwhile. */
  readonly rewrites: number;
}

/** A silence is a stall when it is this long, and this many times the usual time between messages. */
const STALL = { seconds: 1, times: 200 };

/** When a device's messages came, and what followed those that went astray. */
export class Silence {
  readonly #device: string;
  readonly #stalls: Stall[];
  #messages = 0;
  #first = 0;
  #last = 0;
  #open: Hit[] = [];
  /** The move of the last hit. */
  #move = 0;
  #rewrites = 0;

  /** @param stalls gets those of this device, too */
  constructor(device: string, stalls: Stall[]) {
    this.#device = device;
    this.#stalls = stalls;
  }

  rewritten(): void {
    this.#rewrites++;
  }

  /** @returns when the last message before this was */
  message(seconds: number): number {
    const last = this.#last;
    if (this.#messages === 0) this.#first = seconds;
    this.#messages++;
    this.#end(seconds);
    this.#last = seconds;
    return last;
  }

  hit(hit: Hit, move: number): void {
    this.#open.push(hit);
    this.#move = move;
    this.#rewrites = 0;
  }

  /** Something is left out of the recording here. */
  gap(): void {
    this.#open = [];
  }

  /** The recording is at its end. */
  flush(): void {
    this.#end(null);
  }

  #end(now: number | null): void {
    if (this.#open.length === 0) return;
    const usual = (this.#last - this.#first) / Math.max(1, this.#messages - 2);
    for (const hit of this.#open) {
      hit.silence = now === null ? null : now - hit.seconds;
      const isLong = now !== null && now - hit.seconds > Math.max(STALL.seconds, STALL.times * usual);
      if (now === null || isLong) {
        this.#stalls.push({
          device: this.#device,
          move: this.#move,
          hit,
          from: hit.seconds,
          to: now,
          rewrites: this.#rewrites,
        });
      }
    }
    this.#open = [];
  }
}
