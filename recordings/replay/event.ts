/** Result of a move that changed nothing: it was refused (-EBUSY), or led to where the interrupt is. */
export type Outcome = "refused" | "stays";

/** A recorded step in the model's numbers: CPUs as they are, vectors by their number in the model. */
export type Event = (
  | { readonly kind: "raise"; readonly cpu: number; readonly vector: number }
  /** The vector of a move is allocated; the CPU that it goes to is known when the first write names it. */
  | { readonly kind: "begin"; readonly by: number; readonly cpu: number | null; readonly vector: number }
  | { readonly kind: "address"; readonly by: number; readonly cpu: number }
  | { readonly kind: "data"; readonly by: number; readonly vector: number }
  /** `outcome`: result of a move for which the device was masked, where no word was changed. */
  | { readonly kind: "mask"; readonly by: number; readonly masked: boolean; readonly outcome: Outcome | null }
  /** Among the vectors in `covered` (a bit for each), those in `bits` are requested. */
  | { readonly kind: "irr"; readonly by: number; readonly covered: number; readonly bits: number }
  | { readonly kind: "ipi"; readonly by: number; readonly cpu: number; readonly vector: number }
  | { readonly kind: "cleanup-ipi"; readonly by: number; readonly cpu: number }
  | { readonly kind: "eoi"; readonly by: number }
  | { readonly kind: "accept"; readonly by: number | null; readonly vector: number }
  /** Enough interrupts were ended on a CPU that none of this vector can still be pending there: no line of its own. */
  | { readonly kind: "settled"; readonly by: number; readonly vector: number }
  | { readonly kind: "store"; readonly by: number; readonly cpu: number; readonly vector: number }
) & {
  /** It may belong to another device, which the model does not know. */
  readonly optional?: true;
};

/** Steps that nothing shows and that may come right before the recorded event, and only there. */
export function mayFollow(event: Event): { readonly request: boolean; readonly offline: boolean } {
  const begins = event.kind === "begin" || (event.kind === "mask" && event.masked);
  return { request: begins, offline: begins || event.kind === "irr" };
}

/** A recording of more CPUs cannot be replayed against the model. */
export const mostCpus = 31;

const kinds: readonly Event["kind"][] = [
  "raise",
  "begin",
  "address",
  "data",
  "mask",
  "irr",
  "ipi",
  "cleanup-ipi",
  "eoi",
  "accept",
  "store",
  "settled",
];

/** The same event has the same number, and no other has it: CPUs are below 31, vectors below 5. */
export function codeOf(event: Event): number {
  const kind = kinds.indexOf(event.kind) * 2 + (event.optional === true ? 1 : 0);
  const by = "by" in event ? (event.by ?? mostCpus) : 0;
  const cpu = "cpu" in event ? (event.cpu ?? mostCpus) : 0;
  return ((kind * 32 + by) * 32 + cpu) * 1024 + detailOf(event);
}

function detailOf(event: Event): number {
  switch (event.kind) {
    case "mask":
      return (event.masked ? 1 : 0) + (event.outcome === null ? 0 : event.outcome === "refused" ? 2 : 4);
    case "irr":
      // Only covered bits are set, so each of both fits.
      return event.covered * 32 + event.bits;
    default:
      return "vector" in event ? event.vector : 0;
  }
}

/** An event in words, with the recording's vector numbers. */
export function describe(event: Event, realVector: (vector: number) => string): string {
  switch (event.kind) {
    case "raise":
      return `the device's message goes to CPU${event.cpu}, vector ${realVector(event.vector)}`;
    case "begin":
      return event.cpu === null
        ? `CPU${event.by} begins to rewrite the message, for vector ${realVector(event.vector)}`
        : `CPU${event.by} begins to rewrite the message, to CPU${event.cpu}, vector ${realVector(event.vector)}`;
    case "address":
      return `CPU${event.by} writes the address: CPU${event.cpu}`;
    case "data":
      return `CPU${event.by} writes the data: vector ${realVector(event.vector)}`;
    case "mask":
      return `CPU${event.by} ${event.masked ? "masks" : "unmasks"} the device${
        event.outcome === null
          ? ""
          : event.outcome === "refused"
            ? " after a move that is refused (-EBUSY)"
            : " after a move to where the interrupt is"
      }`;
    case "irr":
      return `CPU${event.by} reads its IRR: ${bitsOf(event.covered)
        .map((vector) => `vector ${realVector(vector)} is ${(event.bits >>> vector) & 1}`)
        .join(", ")}`;
    case "ipi":
      return `CPU${event.by} sends an IPI to CPU${event.cpu}, vector ${realVector(event.vector)}`;
    case "cleanup-ipi":
      return `CPU${event.by} sends the cleanup IPI to CPU${event.cpu}`;
    case "eoi":
      return `CPU${event.by} ends an interrupt (EOI)`;
    case "accept":
      return `${event.by === null ? "a CPU" : `CPU${event.by}`} accepts vector ${realVector(event.vector)}`;
    case "settled":
      return `vector ${realVector(event.vector)} is not pending on CPU${event.by}`;
    case "store":
      return `hart ${event.by} stores identity ${realVector(event.vector)} to hart ${event.cpu}`;
  }
}

function bitsOf(mask: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((mask >>> bit) & 1) === 1);
}
