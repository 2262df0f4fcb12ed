import { ModelError } from "../../checker/index.ts";
import { apicAddress, cpuOfDestination, type Observation } from "../observe/observation.ts";
import { guestEvent, type GuestLine } from "./guest.ts";
import { hintOf } from "./kinds.ts";
import { linesOf, type Counts } from "./lines.ts";

/** A merged line: an observation of QEMU's side, or a line of the guest's. */
export type MergedLine =
  | { readonly side: "qemu"; readonly observation: Observation; readonly marked: boolean }
  | { readonly side: "guest"; readonly guest: GuestLine };

/** The device of a merged file, which names none. */
export const MERGED_DEVICE = "the device";

const LINE = /^\s*(\d+(?:\.\d+)?) ([QG]) cpu(-?\d+)\s+(\S+)\s*(.*)$/;

/**
 * The lines of a file in which both sides were put in order: `MICROSECONDS Q|G CPU EVENT ARGUMENTS`.
 *
 * @param logical how destinations are to be read; null when that is not known yet
 * @param onRepeat called with the number of a line that is the one before it, time stamp and all
 * @throws ModelError when the file is not such a file, or a line is malformed
 */
export async function* mergedLog(
  file: string,
  logical: boolean | null,
  unused: Counts,
  onLines: (lines: number) => void = () => {},
  onRepeat: (line: number) => void = () => {},
): AsyncGenerator<MergedLine[]> {
  let line = 0;
  let known = false;
  let last = "";
  for await (const texts of linesOf(file)) {
    const batch: MergedLine[] = [];
    for (const text of texts) {
      line++;
      if (text.startsWith("# ----")) {
        batch.push({ side: "qemu", marked: false, observation: { line, seconds: 0, kind: "gap" } });
        continue;
      }
      if (text === "" || text.startsWith("#")) continue;
      const match = LINE.exec(text);
      if (match === null) {
        if (!known) {
          throw new ModelError(
            `${file}, line ${line}: this is not a merged recording: a line has the form "MICROSECONDS Q|G cpuN EVENT ARGUMENTS"${await hintOf(file)}`,
          );
        }
        throw new ModelError(`${file}, line ${line}: this line is malformed or truncated: "${text.slice(0, 90)}"`);
      }
      known = true;
      if (text === last) onRepeat(line);
      last = text;
      const parsed = merged(match, line);
      if (parsed !== undefined) batch.push(parsed);
    }
    onLines(texts.length);
    if (batch.length > 0) yield batch;
  }
  if (!known) throw new ModelError(`${file}: the file has no lines of a recording`);

  function merged(match: RegExpExecArray, at: number): MergedLine | undefined {
    const [, time, side, cpuText, event, rest] = match as unknown as [string, string, string, string, string, string];
    const cpu = Number(cpuText);
    if (side === "G") {
      const parsed = guestEvent(event, rest, file, at);
      if (parsed === undefined) {
        unused.add(event);
        return undefined;
      }
      return { side: "guest", guest: { line: at, cpu, hardIrq: true, time: Number(time), ...parsed } };
    }
    const observation = observed(event, rest, cpu, { line: at, seconds: Number(time) / 1e6 });
    if (observation === undefined) {
      unused.add(event);
      return undefined;
    }
    return { side: "qemu", observation, marked: rest.includes("<==") };
  }

  function observed(
    event: string,
    rest: string,
    cpu: number,
    at: { line: number; seconds: number },
  ): Observation | undefined {
    const field = (name: string): number => {
      const [, value] = new RegExp(`(?:^|\\s)${name}=(0x[0-9a-f]+|\\d+)`).exec(rest) ?? [];
      if (value !== undefined) return Number(value);
      throw new ModelError(`${file}, line ${at.line}: ${event} has no ${name}=, or is truncated: "${rest}"`);
    };
    const destination = (): number | null => cpuOfDestination(field("dest"), logical ?? false);
    switch (event) {
      case "MSI_DELIVER":
      case "OTHER_DELIVER": {
        const to = destination();
        return { ...at, kind: "message", to: to === null ? null : { cpu: to, vector: field("vector") } };
      }
      case "DEV_RAISE":
        return { ...at, kind: "raise", source: MERGED_DEVICE };
      case "INT_ACCEPT":
        return { ...at, kind: "accept", cpu, vector: field("vector") };
      case "EOI":
        return { ...at, kind: "eoi", cpu };
      case "IRR_READ":
        return {
          ...at,
          kind: "irr",
          cpu,
          first: ((field("reg") - 0x200) >> 4) * 32,
          bits: field("value"),
        };
      case "IPI": {
        const shorthand = field("shorthand");
        return {
          ...at,
          kind: "ipi",
          cpu,
          to: shorthand === 0 ? destination() : shorthand === 1 ? cpu : null,
          vector: field("vector"),
        };
      }
      case "CFG_MSI_CTL":
      case "CFG_MSI_ADDR_LO":
      case "CFG_MSI_ADDR_HI":
      case "CFG_MSI_DATA": {
        const word = ({ CTL: "control", ADDR_LO: "address", ADDR_HI: "high", DATA: "data" } as const)[
          event.slice(8) as "CTL" | "ADDR_LO" | "ADDR_HI" | "DATA"
        ];
        return { ...at, kind: "write", device: MERGED_DEVICE, cpu, word, value: field("value") };
      }
      default:
        return undefined;
    }
  }
}

/** Whether the addresses in a merged file name CPUs logically; null when none is written. */
export function addressesAreLogical(observation: Observation): boolean | null {
  if (observation.kind !== "write" || observation.word !== "address") return null;
  return apicAddress(observation.value)?.logical ?? null;
}
