import { choice, integer, integerOrUnbounded, type Parameter, type ParametersOf } from "../checker/index.ts";

/** What every system of the catalogue can be sized and switched with. */
export const commonParameters = {
  cpus: integer(2, 2, 4, "how many CPUs"),
  vectors: integer(2, 1, 4, "how many vectors each CPU has"),
  devices: integer(1, 1, 3, "how many devices, each with one interrupt"),
  raises: integerOrUnbounded("unbounded", 0, 8, "how many events each device has"),
  moves: integerOrUnbounded(1, 0, 8, "how many affinity changes are asked for"),
  fabric: choice(
    "none",
    ["none", "fifo", "fifo-drain"],
    "what lies between device and CPU: nothing, a queue for each device and CPU, or such a queue that a flush drains",
  ),
  "in-flight": integer(1, 1, 2, "how many messages a queue of the fabric holds"),
  coverage: choice(
    "dispatch",
    ["dispatch", "service", "occurrence"],
    "which interrupt covers an event: one dispatched after it, one whose handler starts after it, or its own",
  ),
  "device-kind": choice(
    "free",
    ["free", "handshake"],
    "when a device raises: at any time, or only after its handler ran since the last event",
  ),
  "dispatch-delay": choice(
    "any",
    ["any", "none"],
    "how long a requested vector may wait on a CPU with interrupts on: any time, or the CPU does nothing else first",
  ),
  stray: choice(
    "rechecked",
    ["rechecked", "unchecked"],
    "how a CPU treats an unassigned vector: looked up again under vector_lock (v6.17), or as first read",
  ),
} as const satisfies Record<string, Parameter<never> | Parameter>;

/** The values of the common parameters. */
export type CommonParameters = ParametersOf<typeof commonParameters>;
