/** From the first line of a trace event to its last, before or after which it may have been off. */
export interface Span {
  readonly from: number;
  until: number;
}

/** When QEMU's trace events were on, in order, by what they are good for. */
export interface Spans {
  /** `*_irq_raise`: which device's message comes next. */
  readonly raises: readonly Span[];
  /** `apic_deliver_irq`, or the stores to interrupt files: messages. */
  readonly messages: readonly Span[];
  /** `apic_mem_readl`: request bits. */
  readonly reads: readonly Span[];
  /** `apic_mem_writel`: ends of interrupts and IPIs. */
  readonly writes: readonly Span[];
  /** `pci_cfg_write`, or the writes to MSI-X tables: the words of messages. */
  readonly words: readonly Span[];
}

const ALWAYS: readonly Span[] = [{ from: 0, until: Infinity }];

/** All events were on from the first line to the last, such as in a file that was put together. */
export const ALWAYS_ON: Spans = { raises: ALWAYS, messages: ALWAYS, reads: ALWAYS, writes: ALWAYS, words: ALWAYS };

/** Whether the event is known to be on at a line. An event without any line was never on. */
export function isOn(spans: readonly Span[], line: number): boolean {
  return spans.some(({ from, until }) => from <= line && line <= until);
}

/** When no event has had a line for this long, in seconds, they may have been switched off, and on again one by one. */
const PAUSE_SECONDS = 1;

/** After this many spans of an event, further pauses are ignored. */
const MAX_SPANS = 256;

/**
 * Collects spans. Trace events are switched on and off one after the other, by a person or through a monitor: a kind of
 * line that is missing until the end is no evidence of what happened there, and neither is one at the start.
 */
export class SpanRecorder {
  readonly #spans: Record<keyof Spans, Span[]> = { raises: [], messages: [], reads: [], writes: [], words: [] };
  /** The events with a line since the last pause. */
  readonly #open = new Set<keyof Spans>();
  #last = -Infinity;

  /** @param seconds the time stamp of the line */
  see(event: keyof Spans, line: number, seconds: number): void {
    if (seconds - this.#last > PAUSE_SECONDS) this.#open.clear();
    this.#last = seconds;
    const spans = this.#spans[event];
    if (spans.length < MAX_SPANS && !this.#open.has(event)) spans.push({ from: line, until: line });
    this.#open.add(event);
    spans.at(-1)!.until = line;
  }

  result(): Spans {
    return this.#spans;
  }
}
