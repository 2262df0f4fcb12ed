import type { Observation } from "../observe/observation.ts";

/** At most this many writes to device registers are remembered. */
const MAX_COMMANDS = 32;

/** The last writes to devices' registers: the likely subjects of a message that went astray. */
export class Commands {
  #last: (Observation & { kind: "command" })[] = [];

  /** Regions seen so far, by their addresses in QEMU's memory. */
  readonly #objects = new Set<number>();

  push(command: Observation & { kind: "command" }): void {
    this.#objects.add(command.object);
    this.#last.push(command);
    if (this.#last.length > 2 * MAX_COMMANDS) this.#last = this.#last.slice(-MAX_COMMANDS);
  }

  /**
   * Likely subject of a message: the commands that were begun since the device's last message, or the last one; of
   * a device of which commands are not known as such, the last write to its registers.
   *
   * @param source what the device's raise lines call it; null when that is not known
   * @param since when its last message was
   */
  before({ seconds }: Observation, source: string | null, since: number): string | null {
    const object = this.#objectOf(source);
    const own = this.#last.filter(
      (command) =>
        source?.startsWith(command.region.replace(/[-.].*/, "")) === true &&
        (object === null || command.object === object),
    );
    const all = own.length > 0 ? own : this.#last;
    const begun = all.filter(({ begins }) => begins);
    const recent = begun.filter((command) => command.seconds >= since);
    const meant = recent.length > 0 ? recent : begun.length > 0 ? begun.slice(-1) : all.slice(-1);
    if (meant.length === 0) return null;
    return meant
      .map(
        (command) =>
          `${command.text} (line ${command.line}, ${((seconds - command.seconds) * 1e6).toFixed(0)} us before)`,
      )
      .join("; ");
  }

  /**
   * The region of a device of which there are several alike: the first one at or behind the address by which its raise lines
   * name the device. Null where that is not known.
   */
  #objectOf(source: string | null): number | null {
    const [, address] = /\((0x[0-9a-f]+)\)/.exec(source ?? "") ?? [];
    if (address === undefined) return null;
    const behind = [...this.#objects].filter((object) => object >= Number(address));
    return behind.length === 0 ? null : Math.min(...behind);
  }
}
