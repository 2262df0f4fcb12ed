import { choice, integer, integerOrUnbounded, type Parameter, type ParametersOf } from "../checker/index.ts";

/** The parameters of every system: its sizes and its variants. */
export const commonParameters = {
  cpus: integer(2, 2, 4, "number of CPUs"),
  vectors: integer(2, 1, 4, "vectors of each CPU"),
  devices: integer(1, 1, 3, "number of devices, each with one interrupt"),
  raises: integerOrUnbounded("unbounded", 0, 8, "events of each device"),
  moves: integerOrUnbounded(1, 0, 8, "number of affinity changes requested"),
  fabric: choice(
    "none",
    ["none", "fifo", "fifo-drain"],
    "the path from device to CPU: immediate, a queue for each device and CPU, or such a queue drained by a flush",
  ),
  "in-flight": integer(1, 1, 2, "messages that a queue of the fabric can hold"),
  coverage: choice(
    "dispatch",
    ["dispatch", "service", "occurrence"],
    "which interrupt covers an event: any dispatched later, any whose handler starts later, or only its own",
  ),
  "device-kind": choice(
    "free",
    ["free", "handshake"],
    "when a device raises an event: at any time, or only after its handler has run since its last event",
  ),
  "dispatch-delay": choice(
    "any",
    ["any", "none"],
    "delay of a requested vector on a CPU with interrupts on: any, or none (it is dispatched first)",
  ),
  stray: choice(
    "rechecked",
    ["rechecked", "unchecked"],
    "how a CPU treats an unassigned vector: looked up again under vector_lock (v6.17), or as first read",
  ),
} as const satisfies Record<string, Parameter<never> | Parameter>;

/** The values of the common parameters. */
export type CommonParameters = ParametersOf<typeof commonParameters>;
