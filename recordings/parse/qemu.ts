import { ModelError } from "../../checker/index.ts";
import { hintOf } from "./kinds.ts";
import { linesOf, type Counts, type Place } from "./lines.ts";

/** A line of a QEMU trace log (backend "log", `-msg timestamp=on`), by its trace event. */
export type QemuLine = {
  readonly thread: number;
  readonly seconds: number;
  readonly line: number;
} & (
  | {
      readonly event: "pci_cfg_write";
      readonly device: string;
      /** Bus, device and function. */
      readonly function: string;
      readonly offset: number;
      readonly value: number;
    }
  /** A message, or an IO-APIC line, reaches the local APICs. */
  | {
      readonly event: "apic_deliver_irq";
      readonly destination: number;
      readonly logical: boolean;
      readonly vector: number;
    }
  /** `cpu` is -1 for a device's thread. */
  | {
      readonly event: "memory_region_ops_write";
      readonly cpu: number;
      readonly region: string;
      readonly name: string;
      readonly address: number;
      readonly value: number;
    }
  | { readonly event: "apic_mem_readl" | "apic_mem_writel"; readonly register: number; readonly value: number }
  /** A device model raises its interrupt: the message that follows is its. */
  | { readonly event: "raise"; readonly source: string }
  /** `log int`: a CPU accepts a vector. Has neither thread nor time; it has those of the line before. */
  | { readonly event: "accept"; readonly vector: number }
);

/** Form of each event's line, for the message about one of another form. */
const forms = {
  pci_cfg_write: "pci_cfg_write NAME BUS:DEV.FN @0xOFFSET <- 0xVALUE",
  apic_deliver_irq: "apic_deliver_irq dest N dest_mode N delivery_mode N vector N trigger_mode N",
  memory_region_ops_write: "memory_region_ops_write cpu N mr 0xP addr 0xA value 0xV size N name 'NAME'",
  apic_mem_readl: "apic_mem_readl 0xREGISTER = 0xVALUE",
  apic_mem_writel: "apic_mem_writel 0xREGISTER = 0xVALUE",
} as const;

const CONFIG = /^(\S+) (\S+) @0x([0-9a-f]+) <- 0x([0-9a-f]+)$/;
const DELIVER = /^dest (\d+) dest_mode ([01]) delivery_mode (\d+) vector (\d+) trigger_mode \d+$/;
const REGION =
  /^cpu (-?\d+) mr (0x[0-9a-f]+|\(nil\)) addr 0x([0-9a-f]+) value 0x([0-9a-f]+) size \d+(?: name '([^']*)')?$/;
const STAMPED = /^(\d+)@(\d+\.\d+):/;
const ACCEPT = /^Servicing hardware INT=0x([0-9a-f]+)$/;
const RAISE = /^[a-z0-9_]+_irq_raise$/;

/** A file with at least this many lines, all of unknown kinds, is taken for something else. */
const MAX_UNKNOWN_LINES = 2000;

/** Whether a line has the form of a stamped trace line. */
function looksLikeQemu(text: string): boolean {
  return STAMPED.test(text) || ACCEPT.test(text);
}

/**
 * Reads one line; undefined when its kind is not among those above, which is then counted.
 *
 * @throws ModelError when a line of a known kind is malformed
 */
function parseQemu(
  text: string,
  place: Place,
  before: { thread: number; seconds: number },
  unused: Counts,
): QemuLine | undefined {
  const at = text.indexOf("@");
  const colon = at < 0 ? -1 : text.indexOf(":", at);
  const thread = at < 1 || at > 10 ? Number.NaN : Number(text.slice(0, at));
  const seconds = colon < 0 ? Number.NaN : Number(text.slice(at + 1, colon));
  if (Number.isNaN(thread) || Number.isNaN(seconds)) {
    const accept = ACCEPT.exec(text);
    if (accept === null) {
      unused.add("lines without a time stamp");
      return undefined;
    }
    return { ...before, line: place.line, event: "accept", vector: Number.parseInt(accept[1]!, 16) };
  }
  before.thread = thread;
  before.seconds = seconds;
  const space = text.indexOf(" ", colon);
  const event = text.slice(colon + 1, space < 0 ? undefined : space);
  const rest = space < 0 ? "" : text.slice(space + 1);
  switch (event) {
    case "apic_deliver_irq": {
      const [, destination, mode, delivery, vector] = DELIVER.exec(rest) ?? malformed(text, place, event);
      // Fixed and lowest priority; the others (NMI, INIT, ...) carry no vector.
      if (delivery !== "0" && delivery !== "1") {
        unused.add("apic_deliver_irq without a vector");
        return undefined;
      }
      return {
        thread,
        seconds,
        line: place.line,
        event,
        destination: Number(destination),
        logical: mode === "1",
        vector: Number(vector),
      };
    }
    case "apic_mem_readl":
    case "apic_mem_writel": {
      // By hand: half of all lines are of this kind.
      const equals = rest.indexOf(" = 0x");
      const register = rest.startsWith("0x") && equals > 2 ? Number.parseInt(rest.slice(2, equals), 16) : Number.NaN;
      const value = equals < 0 ? Number.NaN : Number(rest.slice(equals + 3));
      if (Number.isNaN(register) || Number.isNaN(value)) malformed(text, place, event);
      return { thread, seconds, line: place.line, event, register, value };
    }
    case "pci_cfg_write": {
      const [, device, fn, offset, value] = CONFIG.exec(rest) ?? malformed(text, place, event);
      return {
        thread,
        seconds,
        line: place.line,
        event,
        device: device!,
        function: fn!,
        offset: Number.parseInt(offset!, 16),
        value: Number.parseInt(value!, 16),
      };
    }
    case "memory_region_ops_write": {
      const [, cpu, region, address, value, name] = REGION.exec(rest) ?? malformed(text, place, event);
      return {
        thread,
        seconds,
        line: place.line,
        event,
        cpu: Number(cpu),
        region: region!,
        name: name ?? "",
        address: Number.parseInt(address!, 16),
        value: Number.parseInt(value!, 16),
      };
    }
    default:
      if (RAISE.test(event))
        return { thread, seconds, line: place.line, event: "raise", source: `${event.slice(0, -10)} ${rest}` };
      unused.add(event);
      return undefined;
  }
}

function malformed(text: string, { file, line }: Place, event: keyof typeof forms): never {
  const shown = text.length > 90 ? `${text.slice(0, 87)}...` : text;
  throw new ModelError(
    `${file}, line ${line}: this is not a complete ${event} line: "${shown}"; its form is: ${forms[event]}`,
  );
}

/**
 * The lines of a QEMU trace log whose kinds are known, in order; the others are counted.
 *
 * @param onRepeat called with the number of a line that is the one before it, time stamp and all
 * @throws ModelError when the file is not such a log, or a line is malformed
 */
export async function* qemuLog(
  file: string,
  unused: Counts,
  onLines: (lines: number) => void = () => {},
  onRepeat: (line: number) => void = () => {},
): AsyncGenerator<QemuLine[]> {
  const before = { thread: 0, seconds: 0 };
  let last = "";
  let line = 0;
  let known = false;
  for await (const texts of linesOf(file)) {
    const batch: QemuLine[] = [];
    for (const text of texts) {
      line++;
      if (text === "") continue;
      known ||= looksLikeQemu(text);
      if (!known && line > MAX_UNKNOWN_LINES) break;
      if (text === last && STAMPED.test(text)) onRepeat(line);
      last = text;
      const parsed = parseQemu(text, { file, line }, before, unused);
      if (parsed !== undefined) batch.push(parsed);
    }
    if (!known && line > MAX_UNKNOWN_LINES) break;
    onLines(texts.length);
    if (batch.length > 0) yield batch;
  }
  if (line === 0) throw new ModelError(`${file}: the file is empty`);
  if (!known) {
    throw new ModelError(
      `${file}: this is not a QEMU trace log: no line begins with THREAD@SECONDS:EVENT (record with -msg timestamp=on)${await hintOf(file)}`,
    );
  }
}
