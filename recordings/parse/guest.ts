import { ModelError } from "../../checker/index.ts";
import { hintOf } from "./kinds.ts";
import { linesOf, type Counts } from "./lines.ts";

/** A line of the guest's ftrace, by its event. */
export type GuestLine = {
  readonly line: number;
  readonly cpu: number;
  /** In the hard interrupt (flags h or H). */
  readonly hardIrq: boolean;
  /** In the unit of the trace's clock: seconds, or ticks of the TSC. */
  readonly time: number;
} & (
  | { readonly event: "msi_write"; readonly irq: number; readonly low: number; readonly data: number }
  | { readonly event: "move_masked" | "msi_setaff" | "retrigger"; readonly irq: number }
  | { readonly event: "msi_setaff_ret"; readonly result: number }
  | {
      readonly event: "vector_update";
      readonly irq: number;
      readonly vector: number;
      readonly target: number;
      readonly previousVector: number;
      readonly previousCpu: number;
    }
  | { readonly event: "vector_free_moved"; readonly irq: number; readonly target: number; readonly vector: number }
  | { readonly event: "vector_alloc"; readonly irq: number; readonly vector: number; readonly result: number }
  /** The hardware destination: the id of a local APIC, or a mask of logical ids. */
  | { readonly event: "vector_config"; readonly irq: number; readonly vector: number; readonly destination: number }
  | { readonly event: "vec_cleanup" }
  /** The CPU's buffer was full: what it did in between is not in the trace. */
  | { readonly event: "lost" }
  | { readonly event: "irq_handler_entry" | "irq_handler_exit"; readonly irq: number; readonly what: string }
);

/** The text after a task's name, which may contain anything: `-PID [CPU] FLAGS TIME: EVENT: ...`. */
const LINE = /-\d+ +\[(\d+)\] +(\S+) +(\d+(?:\.\d+)?): +([a-zA-Z0-9_]+):? *(.*)$/;
const LOST = /^CPU:(\d+) \[LOST \d+ EVENTS\]/;

/** The value of a field of an event (`irq=24 vector=37`); undefined where there is none. */
function fieldOf(rest: string, name: string): string | undefined {
  for (let from = 0; ;) {
    const at = rest.indexOf(`${name}=`, from);
    if (at < 0) return undefined;
    const begin = at + name.length + 1;
    if (at === 0 || rest[at - 1] === " ") {
      const end = rest.indexOf(" ", begin);
      return end < 0 ? rest.slice(begin) : rest.slice(begin, end);
    }
    from = begin;
  }
}

/** Reads an event's arguments; undefined when it is of a kind that is not used. */
export function guestEvent(event: string, rest: string, file: string, line: number) {
  const number = (name: string): number => {
    const text = fieldOf(rest, name);
    const value = text === undefined || text === "" ? Number.NaN : Number(text);
    if (Number.isInteger(value)) return value;
    throw new ModelError(`${file}, line ${line}: ${event} has no number ${name}=, or is truncated: "${rest}"`);
  };
  switch (event) {
    case "msi_write":
      return { event, irq: number("irq"), low: number("lo"), data: number("data") } as const;
    case "move_masked":
    case "msi_setaff":
    case "retrigger":
      return { event, irq: number("irq") } as const;
    case "msi_setaff_ret":
      return { event, result: number("ret") } as const;
    case "vector_update":
      return {
        event,
        irq: number("irq"),
        vector: number("vector"),
        target: number("cpu"),
        previousVector: number("prev_vector"),
        previousCpu: number("prev_cpu"),
      } as const;
    case "vector_free_moved":
      return { event, irq: number("irq"), target: number("cpu"), vector: number("vector") } as const;
    case "vector_alloc":
      return { event, irq: number("irq"), vector: number("vector"), result: number("ret") } as const;
    case "vector_config":
      return { event, irq: number("irq"), vector: number("vector"), destination: number("apicdest") } as const;
    case "vec_cleanup":
      return { event } as const;
    case "irq_handler_entry":
      return { event, irq: number("irq"), what: rest.slice(rest.indexOf("name=") + 5) } as const;
    case "irq_handler_exit":
      return { event, irq: number("irq"), what: fieldOf(rest, "ret") ?? "" } as const;
    default:
      return undefined;
  }
}

/**
 * The lines of a guest's ftrace (text format, with the CPU in brackets) whose events are known, in order.
 *
 * @throws ModelError when the file is not such a trace
 */
export async function* guestLog(
  file: string,
  unused: Counts,
  onLines: (lines: number) => void = () => {},
): AsyncGenerator<GuestLine[]> {
  let line = 0;
  let known = 0;
  for await (const texts of linesOf(file)) {
    const batch: GuestLine[] = [];
    for (const text of texts) {
      line++;
      if (text === "" || text.startsWith("#")) continue;
      const match = LINE.exec(text);
      if (match === null) {
        const lost = LOST.exec(text);
        if (lost !== null) {
          known++;
          batch.push({ line, cpu: Number(lost[1]), hardIrq: false, time: Number.NaN, event: "lost" });
          continue;
        }
        unused.add("lines without an event");
        continue;
      }
      known++;
      const [, cpu, flags, time, event, rest] = match as unknown as [string, string, string, string, string, string];
      const parsed = guestEvent(event, rest, file, line);
      if (parsed === undefined) unused.add(event);
      else batch.push({ line, cpu: Number(cpu), hardIrq: /[hH]/.test(flags), time: Number(time), ...parsed });
    }
    if (known === 0 && line > 2000) break;
    onLines(texts.length);
    if (batch.length > 0) yield batch;
  }
  if (line === 0) throw new ModelError(`${file}: the file is empty`);
  if (known === 0) {
    throw new ModelError(
      `${file}: this is not an ftrace text: no line has the form "TASK-PID [CPU] FLAGS TIME: EVENT: ..."${await hintOf(file)}`,
    );
  }
}
